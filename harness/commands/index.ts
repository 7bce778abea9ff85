/** Every command's words and options, and how its outcome becomes an exit code. What a command does stands in the file of its name. */
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { RUNTIMES } from '../core/runtime.js'
import { describePlan, planFor } from './plan.js'
import { EXIT } from '../core/exit.js'
import { describeDifferences, markdownOfDifferences } from '../report/difference.js'
import { summarise } from '../report/summary.js'
import { chooseResults, readResults } from '../results/read.js'
import { diff } from './diff.js'
import { describeDoctor, doctor } from './doctor.js'
import { describeExplanation, explain } from './explain.js'
import { describeLint, lint } from './lint.js'
import { lock } from './lock.js'
import { newClient, newProbe } from './new.js'
import { render, type RenderOptions } from './render.js'
import { baseUrl } from '../render/site.js'
import { runAndReport, type RunWords } from './run-report.js'
import { serve } from './serve.js'
import { describeCell, findCells } from './show.js'
import type { RuntimeChoice } from '../runtime/open.js'
import { matrixFolder, openMatrix, ownMatrixFolder } from './workspace.js'

interface Global {
  readonly matrix?: string
  readonly json?: boolean
}

export function addCommands(program: Command): void {
  const global = () => program.opts<Global>()
  addRunCommands(program, global)
  addResultCommands(program, global)
  addDiff(program, global)
  addMatrixCommands(program, global)
}

function addRunCommands(program: Command, global: () => Global): void {
  program
    .command('run')
    .description(
      'run the cells that the selectors name (all without one), and render the site of a whole run',
    )
    .argument('[selector...]', "globs over server/client/probe, such as '1{7,8}/psycopg*/json-*'")
    .option('--results <folder>', 'where results files go', 'results')
    .option('--site <folder>', 'render the results there (default: site for a run of the whole matrix)')
    .addOption(baseUrlOption())
    .option('--lanes <n>', 'clients that run at the same time (default: processors + 1)', positiveInteger)
    .addOption(
      new Option('--runtime <runtime>', 'where servers and clients run (auto: embedded where it can be)')
        .choices(['auto', ...RUNTIMES])
        .default('auto'),
    )
    .addOption(
      new Option('--isolate <what>', 'a server and a worker of its own for each pairing').choices([
        'pairing',
      ]),
    )
    .option(
      '--dsn <name>',
      'a server that runs already, at the address in PGMATRIX_DSN_<NAME>, in place of those of the matrix',
      (name: string, before: readonly string[]) => [...before, name],
      [],
    )
    .option('--force', 'run also the cells that an earlier run has found and for which nothing has changed')
    .option('--verify <percent>', 'run some of those again, and say which were found otherwise', percent)
    .option('--dsn-in-use', 'their databases need not be empty; only a schema pgmatrix_probe is touched')
    .option('--mirror <prefix>', 'docker: registry that mirrors the official images, host/path')
    .option('--offline', 'docker: pull and build nothing; what is missing is an error')
    .option('--ca-bundle <file>', 'docker: certificates for the builder to trust the package index by')
    .action(async (patterns: string[], options: Omit<RunWords, 'patterns'>) => {
      process.exitCode = await runAndReport({ patterns, ...global(), ...options })
    })
  program
    .command('plan')
    .description('say what a run would do')
    .argument('[selector...]')
    .action(async (patterns: string[]) => {
      const plan = planFor(await openMatrix(global().matrix), patterns)
      print(global(), describePlan(plan))
    })
  addExplain(program, global)
}

function addExplain(program: Command, global: () => Global): void {
  program
    .command('explain')
    .description('why a run would run a cell, or need not')
    .argument('<cell>', '17/psycopg2-2.9.13/json-jsonb-decode; several with a glob')
    .option('--results <folder>', 'where results files are', 'results')
    .addOption(new Option('--runtime <runtime>').choices(['auto', ...RUNTIMES]).default('auto'))
    .action(async (id: string, options: { results: string; runtime: RuntimeChoice }) => {
      const { results, runtime } = options
      const where = { patterns: [id], matrix: global().matrix, results, words: { runtime } }
      const explained = await explain(where)
      print(global(), { text: explained.map(describeExplanation).join('\n'), json: explained })
    })
}

function addResultCommands(program: Command, global: () => Global): void {
  const results = ['--results <file>', 'results file (default: the newest in results/)'] as const
  program
    .command('render')
    .description('make the site from a results file')
    .option(...results)
    .option('--site <folder>', 'where to', 'site')
    .option(
      '--previous <place>',
      'what was published before, a results file or the folder of a site: says what changed',
    )
    .addOption(baseUrlOption())
    .action(async (options: Omit<RenderOptions, 'results'> & { results?: string }) => {
      const file = await chooseResults('results', options.results)
      await render({ ...options, results: file })
      const address = pathToFileURL(path.resolve(options.site, 'index.html')).href
      print(global(), { text: address, json: { site: address, results: file } })
    })
  program
    .command('serve')
    .description('serve the site on this machine')
    .option('--site <folder>', 'what', 'site')
    .option('--port <port>', 'where', positiveInteger, 8417)
    .action(async (options: { site: string; port: number }) => {
      const { address } = await serve(options)
      print(global(), { text: `${address} (Ctrl-C ends it)`, json: { address } })
    })
  program
    .command('show')
    .description('the evidence behind one verdict; several with a glob')
    .argument('<cell>', '17/psycopg2-2.9.13/json-jsonb-decode')
    .option(...results)
    .action(async (id: string, options: { results?: string }) => {
      const read = await readResults(await chooseResults('results', options.results))
      const cells = findCells(read, id)
      print(global(), { text: cells.map(describeCell).join('\n\n'), json: cells })
    })
  program
    .command('summary')
    .description('what a results file found')
    .option(...results)
    .action(async (options: { results?: string }) => {
      const read = await readResults(await chooseResults('results', options.results))
      const { header, complete } = read
      print(global(), { text: summarise(read), json: { header, complete } })
      process.exitCode = complete ? EXIT.ok : EXIT.incomplete
    })
}

function addDiff(program: Command, global: () => Global): void {
  program
    .command('diff')
    .description('what differs between two results files, or two clients or two servers of one')
    .argument('<before>', 'results/….jsonl, psycopg-3.2.13 or 17')
    .argument('<after>', 'the same of the other side')
    .option('--results <file>', 'the results that have both (default: the newest in results/)')
    .option('--markdown', 'print a table for a pull request')
    .action(async (before: string, after: string, options: { results?: string; markdown?: boolean }) => {
      const { complete, ...compared } = await diff({
        ...{ before, after },
        results: () => chooseResults('results', options.results),
      })
      const text = options.markdown ? markdownOfDifferences(compared) : describeDifferences(compared)
      print(global(), { text, json: { complete, ...compared } })
      if (!complete) process.stderr.write('! cells are missing: a run was cut off\n')
      if (compared.differences.length > 0) process.exitCode = EXIT.differences
      else process.exitCode = complete ? EXIT.ok : EXIT.incomplete
    })
}

function addMatrixCommands(program: Command, global: () => Global): void {
  program
    .command('lint')
    .description('check everything in the matrix folder, and the Python of every recipe')
    .option('--fix', 'repair what can be repaired without a doubt')
    .action(async (options: { fix?: boolean }) => {
      const { fix = false } = options
      const folder = fix ? ownMatrixFolder(global().matrix) : matrixFolder(global().matrix)
      const report = await lint({ folder, fix })
      print(global(), { text: describeLint(report), json: report })
      process.exitCode = report.problems.length === 0 ? EXIT.ok : EXIT.usage
    })
  program
    .command('lock')
    .description('resolve the packages of clients, or the digests of images, and write their locks')
    .argument('[client...]', 'globs over client ids')
    .option('--images', "the digests of the matrix's images instead")
    .option('--mirror <prefix>', 'with --images: registry that mirrors the official ones, host/path')
    .action(async (clients: string[], { images, mirror }: { images?: boolean; mirror?: string }) => {
      const folder = ownMatrixFolder(global().matrix)
      const matrix = await openMatrix(folder)
      if (!images) return print(global(), await lock({ folder, clients, matrix }))
      // Loaded when it is wanted: dockerode costs 150 ms.
      const { lockMatrixImages } = await import('./lock-images.js')
      print(global(), await lockMatrixImages({ folder, matrix, mirror }))
    })
  program
    .command('gc')
    .description('remove what runs that were killed left behind, here and on the Docker engine')
    .option('--images', 'also the images of environments, which are made again when needed')
    .action(async ({ images = false }: { images?: boolean }) => {
      const { gc } = await import('./gc.js')
      print(global(), await gc({ images }))
    })
  program
    .command('doctor')
    .description('what this machine has of what a run needs')
    .action(async () => {
      const report = await doctor()
      print(global(), { text: describeDoctor(report), json: report })
      process.exitCode = report.every(({ state }) => state !== 'missing') ? EXIT.ok : EXIT.environment
    })
  addNewCommands(program.command('new').description('write a valid file to start from'), global)
}

function addNewCommands(command: Command, global: () => Global): void {
  const folder = () => ownMatrixFolder(global().matrix)
  const tell = (file: string) =>
    print(global(), { text: `${file} written; \`pgmatrix lint\` checks it`, json: { file } })
  command
    .command('probe')
    .argument('<id>')
    .requiredOption('--group <group>', 'group as in groups.yaml')
    .action(async (id: string, options: { group: string }) =>
      tell(await newProbe(id, { folder: folder(), ...options })),
    )
  command
    .command('client')
    .argument('<family>')
    .requiredOption('--kind <kind>', 'driver or orm')
    .requiredOption('--package <distribution>', 'its name on PyPI')
    .requiredOption('--release <version>', 'the release to begin with')
    .action(async (family: string, options: { kind: string; package: string; release: string }) =>
      tell(await newClient(family, { folder: folder(), ...options })),
    )
}

interface Output {
  readonly text: string
  readonly json: unknown
}

function print({ json }: Global, output: Output): void {
  process.stdout.write(`${json ? JSON.stringify(output.json, null, 2) : output.text}\n`)
}

function percent(text: string): number {
  const number = Number(text.replace(/%$/, ''))
  if (number > 0 && number <= 100) return number
  throw new InvalidArgumentError('a percentage above 0 is needed, such as 2%')
}

function positiveInteger(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number
  throw new InvalidArgumentError('a whole number above 0 is needed')
}

function baseUrlOption(): Option {
  return new Option('--base-url <address>', 'where the site is published: whole links in its map and feeds')
    .env('PGMATRIX_BASE_URL')
    .argParser((text) => {
      const address = baseUrl(text)
      if (address !== null) return address
      throw new InvalidArgumentError('an address such as https://example.org/pgmatrix/ is needed')
    })
}
