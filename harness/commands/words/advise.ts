/** `advise`. */
import type { Command } from 'commander'
import { EXIT } from '../../core/exit.js'
import { print, type GlobalWords } from './options.js'

interface Options {
  readonly requirements?: readonly string[]
  readonly extra?: readonly string[]
  readonly group?: readonly string[]
  readonly pg: string
  readonly from?: string
  readonly results?: string
  readonly markdown?: boolean
  readonly all?: boolean
}

const EXIT_CODES = `
Exit codes: 0 nothing breaks that is known · 1 with --from, something is worse on the new server than on the old one;
with or without it, a client of the project refuses the server · 2 wrong use · 4 nothing is known of any client, or the
results were cut off. What is broken on both servers, and without --from what is broken at all, is listed and does not fail.`

export function addAdvise(program: Command, global: GlobalWords): void {
  program
    .command('advise')
    .description(
      "what a project's packages can do on a server, what breaks on the way to it, and which release would not",
    )
    .option(
      '-r, --requirements <file...>',
      'requirements (.txt, .in), uv.lock, poetry.lock, pylock.toml or pyproject.toml (default: the first that is here of uv.lock, poetry.lock, pylock.toml, pyproject.toml, requirements.txt)',
    )
    .option('--extra <name...>', 'of a pyproject.toml also this extra')
    .option('--group <name...>', 'of a pyproject.toml also this group of dependencies')
    .requiredOption('--pg <server>', 'the server to use, 18 or 18+pgbouncer')
    .option('--from <server>', 'the server to come from, 13: says what breaks on the way')
    .option('--results <file>', 'what was found (default: the newest in results/)')
    .option('--markdown', 'print Markdown for a pull request')
    .option('--all', 'name every feature')
    .addHelpText('after', EXIT_CODES)
    .action(async ({ pg, from, results, ...options }: Options) => {
      const [{ adviseProject }, { chooseResults }, { describeAdvice, markdownOfAdvice }, advising] =
        await Promise.all([
          import('../advise.js'),
          import('../../results/read.js'),
          import('../../report/advice.js'),
          import('../../core/advice.js'),
        ])
      const { complete, ...advised } = await adviseProject({
        ...{ on: pg, from, files: options.requirements ?? [] },
        ...{ extras: options.extra ?? [], groups: options.group ?? [] },
        results: () => chooseResults('results', results),
      })
      const { advice, ...read } = advised
      const text = (options.markdown ? markdownOfAdvice : describeAdvice)(advised, options.all ?? false)
      print(global(), { text, json: { complete, ...read, ...advice } })
      if (!complete) process.stderr.write('! cells are missing: a run was cut off\n')
      if (advising.isBreaking(advice)) process.exitCode = EXIT.differences
      else process.exitCode = complete && advising.saysSomething(advice) ? EXIT.ok : EXIT.incomplete
    })
}
