/** `diff`. */
import type { Command } from 'commander'
import { EXIT } from '../../core/exit.js'
import { print, type GlobalWords } from './options.js'

export function addDiff(program: Command, global: GlobalWords): void {
  program
    .command('diff')
    .description('what differs between two results files, or two clients or two servers of one')
    .argument('<before>', 'results/….jsonl, psycopg-3.2.13 or 17')
    .argument('<after>', 'the same of the other side')
    .option('--results <file>', 'the results that have both (default: the newest in results/)')
    .option('--markdown', 'print a table for a pull request')
    .action(async (before: string, after: string, options: { results?: string; markdown?: boolean }) => {
      const [{ describeDifferences, markdownOfDifferences }, { chooseResults }, { diff }] = await Promise.all(
        [import('../../report/difference.js'), import('../../results/read.js'), import('../diff.js')],
      )
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
