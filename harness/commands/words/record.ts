/** `check` and `accept`. */
import { appendFile, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { EXIT } from '../../core/exit.js'
import { cellId } from '../../core/ids.js'
import type { CheckSides } from '../../report/check.js'
import type { CheckedRun, RecordWords } from '../record.js'
import { matrixFolder, openMatrix, ownMatrixFolder } from '../workspace.js'
import { print, type GlobalWords } from './options.js'

interface CheckWords {
  readonly results?: string
  readonly markdown?: boolean
  readonly junit?: string
  readonly github?: boolean
}

const RESULTS = ['--results <file>', 'results file (default: the newest in results/)'] as const

export function addRecordCommands(program: Command, global: GlobalWords): void {
  program
    .command('check')
    .description('whether a run found what the record of the matrix, expected/, says')
    .argument('[selector...]', 'only these cells')
    .option(...RESULTS)
    .option('--markdown', 'print a table for a pull request')
    .option('--junit <file>', 'write JUnit XML as well')
    .option('--github', 'annotate the lines of recipes, and write the summary of the job (GitHub Actions)')
    .action(async (patterns: string[], options: CheckWords) => {
      const [{ checkRun }, { describeCheck, markdownOfCheck }] = await Promise.all([
        import('../record.js'),
        import('../../report/check.js'),
      ])
      const folder = matrixFolder(global().matrix)
      const words = await recordWords(folder, patterns, options)
      const found = await checkRun(words)
      const sides = sidesOf(found, words.results)
      const describe = options.markdown ? markdownOfCheck : describeCheck
      const { results: _, ...json } = found
      print(global(), { text: describe(found, sides), json })
      await writeReports(found, { sides, ...options })
      process.exitCode = exitCode(found)
    })
  program
    .command('accept')
    .description('write what a run found into the record of the matrix, for review')
    .argument('[selector...]', 'only these cells')
    .option(...RESULTS)
    .action(async (patterns: string[], options: CheckWords) => {
      const [{ acceptRun }, { describeCheck }] = await Promise.all([
        import('../record.js'),
        import('../../report/check.js'),
      ])
      const words = await recordWords(ownMatrixFolder(global().matrix), patterns, options)
      const { results, written, ...found } = await acceptRun(words)
      const sides = sidesOf({ ...found, results }, words.results)
      const text = `${describeCheck(found, sides)}\n\naccepted: ${written.length} files in ${found.record}`
      print(global(), { text, json: { ...found, written } })
    })
}

async function recordWords(
  folder: string,
  patterns: readonly string[],
  { results }: CheckWords,
): Promise<RecordWords> {
  const { chooseResults } = await import('../../results/read.js')
  const file = await chooseResults('results', results)
  return { folder, matrix: await openMatrix(folder), results: file, patterns }
}

function sidesOf({ results, record }: CheckedRun, run: string): CheckSides {
  return { record, run, servers: results.header.servers }
}

function exitCode({ differences, unknown, notRun, complete }: CheckedRun): number {
  if (differences.length + unknown.length > 0) return EXIT.differences
  return notRun.length > 0 || !complete ? EXIT.incomplete : EXIT.ok
}

interface Reports extends CheckWords {
  readonly sides: CheckSides
}

async function writeReports(found: CheckedRun, { sides, junit, github }: Reports): Promise<void> {
  const { results, differences } = found
  // Loaded when it is wanted: most checks write none.
  if (junit !== undefined) {
    const { junitOf } = await import('../../report/junit.js')
    await writeFile(junit, junitOf(results, differences))
  }
  if (!github) return
  const { annotations, decisiveLine } = await import('../../report/annotations.js')
  const { markdownOfCheck } = await import('../../report/check.js')
  const cells = new Map(results.cells.map((cell) => [cellId(cell), cell]))
  const lines = annotations(differences, ({ server, client, probe }) => {
    const cell = cells.get(cellId({ server: server ?? '', client: client ?? '', probe }))
    return cell && decisiveLine(cell)
  })
  for (const line of lines) process.stdout.write(`${line}\n`)
  const summary = process.env.GITHUB_STEP_SUMMARY
  if (summary) await appendFile(summary, `${markdownOfCheck(found, sides)}\n`)
}
