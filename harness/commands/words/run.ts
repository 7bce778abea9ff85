/** `run`, `plan` and `explain`. */
import { Option, type Command } from 'commander'
import { RUNTIMES } from '../../core/runtime.js'
import type { RuntimeChoice } from '../../runtime/open.js'
import type { RunWords } from '../run-report.js'
import { baseUrlOption, percent, positiveInteger, print, type GlobalWords } from './options.js'

export function addRunCommands(program: Command, global: GlobalWords): void {
  program
    .command('run')
    .description(
      'run the cells that the selectors name (all without one), and render the site of a whole run',
    )
    .argument('[selector...]', "globs over server/client/probe, such as '1{7,8}/psycopg*/json-*'")
    .option('--results <folder>', 'where results files go', 'results')
    .option('--site <folder>', 'render the results there (default: site for a run of the whole matrix)')
    .addOption(baseUrlOption())
    .option('--lanes <n>', 'clients that run at the same time (default: 2 × processors + 1)', positiveInteger)
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
    .option(
      '--client <family@what>',
      'run a checkout, a wheel or another release of a family alone, and compare it with the record: psycopg@../psycopg',
    )
    .addOption(shardOption('run one part of it only; `merge` makes the parts one'))
    .option('--force', 'run also the cells that an earlier run has found and for which nothing has changed')
    .option('--verify <percent>', 'run some of those again, and say which were found otherwise', percent)
    .addOption(new Option('--quiet', 'say nothing but the summary and incidents').conflicts('verbose'))
    .option('--verbose', 'say each cell as it ends, with its verdict and how long it took')
    .option('--dsn-in-use', 'their databases need not be empty; only a schema pgmatrix_probe is touched')
    .option('--mirror <prefix>', 'docker: registry that mirrors the official images, host/path')
    .option('--offline', 'docker: pull and build nothing; what is missing is an error')
    .option('--ca-bundle <file>', 'docker: certificates for the builder to trust the package index by')
    .action(async (patterns: string[], options: Omit<RunWords, 'patterns'>) => {
      const { runAndReport } = await import('../run-report.js')
      process.exitCode = await runAndReport({ patterns, ...global(), ...options })
    })
  addPlan(program, global)
  addExplain(program, global)
}

function addPlan(program: Command, global: GlobalWords): void {
  program
    .command('plan')
    .description('say what a run would do')
    .argument('[selector...]', 'only these cells')
    .option('--shards <n>', 'how it is dealt out to as many machines', positiveInteger)
    .addOption(shardOption('one part of it'))
    .action(async (patterns: string[], options: { shards?: number; shard?: string }) => {
      const { plan } = await import('../plan.js')
      print(global(), await plan({ patterns, matrix: global().matrix, ...options }))
    })
}

function shardOption(what: string): Option {
  return new Option('--shard <i/n>', `${what} (auto: read from the environment of a CI job)`)
}

function addExplain(program: Command, global: GlobalWords): void {
  program
    .command('explain')
    .description('why a run would run a cell, or need not')
    .argument('<cell>', '17/psycopg2-2.9.13/json-jsonb-decode; several with a glob')
    .option('--results <folder>', 'where results files are', 'results')
    .addOption(
      new Option('--runtime <runtime>', 'as of `run`').choices(['auto', ...RUNTIMES]).default('auto'),
    )
    .action(async (id: string, options: { results: string; runtime: RuntimeChoice }) => {
      const { results, runtime } = options
      const where = { patterns: [id], matrix: global().matrix, results, words: { runtime } }
      const { describeExplanation, explain } = await import('../explain.js')
      const explained = await explain(where)
      print(global(), { text: explained.map(describeExplanation).join('\n'), json: explained })
    })
}
