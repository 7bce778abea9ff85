/** `update`. */
import type { Command } from 'commander'
import { EXIT } from '../../core/exit.js'
import { openMatrix, ownMatrixFolder } from '../workspace.js'
import { print, type GlobalWords } from './options.js'

export function addUpdate(program: Command, global: GlobalWords): void {
  program
    .command('update')
    .description('find new releases of clients and servers, and write them into the matrix with their hashes')
    .argument('[what...]', 'globs over ids of families and servers, such as psycopg* or 18')
    .option('--dry-run', 'prepare everything and write nothing; exit code 1 where something is new')
    .option('--pre', 'pre-releases of clients and previews of servers too')
    .action(async (what: string[], { dryRun = false, pre = false }: { dryRun?: boolean; pre?: boolean }) => {
      const [{ update }, { describeUpdate, hasNews }] = await Promise.all([
        import('../update.js'),
        import('../../report/update.js'),
      ])
      const folder = ownMatrixFolder(global().matrix)
      const matrix = await openMatrix(folder)
      const today = new Date().toISOString().slice(0, 10)
      const report = await update({ folder, matrix, what, pre, dryRun, today, onProgress: say })
      print(global(), { text: describeUpdate(report), json: report })
      process.exitCode = dryRun && hasNews(report) ? EXIT.differences : EXIT.ok
    })
}

/** Half a minute without a word would look like a program that hangs. */
function say(words: string): void {
  process.stderr.write(`${words}\n`)
}
