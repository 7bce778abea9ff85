/** What the help of each command shows. test/commands/examples.test.ts runs every one of them. */
import type { EXIT } from '../../core/exit.js'

export interface Example {
  /** What a shell takes after `pgmatrix`. */
  readonly words: string
  readonly does: string
  /** What it ends with where all is well: of a comparison, that something differs. */
  readonly exit: keyof typeof EXIT
}

/** By the words of the command; '' is the program itself. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  '': [
    example("run '18/psycopg2-*/json-*'", 'run some cells, and tell what was found'),
    example('show 18/psycopg2-2.9.13/json-jsonb-decode', 'the evidence behind one verdict'),
  ],
  run: [
    example("run '1{7,8}/psycopg*/json-*'", 'a selection; what an earlier run has found need not run'),
    example("run --force --quiet '18/*/*'", 'all of one server again, and nothing but what was found'),
    example('run --shard 1/1 --results parts', 'one part of a run on many machines; `merge` makes them one'),
  ],
  plan: [
    example("plan '18/psycopg*/*'", 'how many cells, and which servers, clients and probes they are of'),
    example('plan --shards 4', 'how a run is dealt out to four machines'),
  ],
  explain: [example("explain '17/psycopg2-2.9.13/json-*'", 'why cells would run, or need not')],
  render: [
    example('render', 'the site of the newest results'),
    example('render --site pages --previous site', 'and what differs from what was published before'),
  ],
  merge: [example('merge parts', 'the results of all shards of a run, in one file')],
  serve: [example('serve --port 8418', 'the site, at an address of this machine')],
  show: [
    example('show 18/psycopg2-2.9.13/json-jsonb-decode', 'one cell'),
    example("show '*/*/json-*'", 'all that a glob names'),
  ],
  summary: [example('summary', 'what the newest results have')],
  diff: [
    example('diff 17 18', 'what a newer server changed, in the newest results', 'differences'),
    example('diff 17 18 --markdown', 'the same as a table for a pull request', 'differences'),
  ],
  check: [
    example('check', 'whether the newest results are what the record says'),
    example("check --junit junit.xml '18/*/*'", 'of one server, and for a CI that reads JUnit'),
  ],
  accept: [example('accept', 'write what the newest results have into the record, for review')],
  advise: [
    example('advise -r requirements.txt --pg 18', 'what the packages of a project can do there'),
    example('advise -r requirements.txt --from 17 --pg 18', 'and what breaks on the way'),
  ],
  update: [
    example('update --dry-run psycopg2', 'what is new in the registries; exit code 1 where something is'),
  ],
  lint: [
    example('lint', 'every problem with its file, line and column'),
    example('lint --fix', 'and repair misspelt keys and the like'),
  ],
  lock: [example("lock 'psycopg2-*'", 'resolve what these clients are installed from, with hashes')],
  gc: [example('gc', 'remove what killed runs left behind')],
  doctor: [
    example('doctor', 'what this machine has, and what would not run for want of the rest'),
    example('doctor --json', 'the same for a program'),
  ],
  docs: [
    example('docs probe', 'every key of a probe'),
    example('docs commands', 'every command with its options'),
  ],
  completion: [example('completion bash', 'what `eval "$(pgmatrix completion bash)"` in ~/.bashrc takes')],
  'new probe': [example('new probe json-path-exists --group JSON', 'a probe, to be filled in')],
  'new client': [
    example(
      'new client psqlpy --kind driver --package psqlpy --release 0.11.12',
      'a family of clients, with one release',
    ),
  ],
}

function example(words: string, does: string, exit: Example['exit'] = 'ok'): Example {
  return { words, does, exit }
}

/** The end of a command's help; empty where it has none. @param name words of the command */
export function examplesText(name: string): string {
  const examples = EXAMPLES[name] ?? []
  if (examples.length === 0) return ''
  const lines = examples.flatMap(({ words, does }) => [`  pgmatrix ${words}`, `      ${does}`])
  return ['', examples.length === 1 ? 'Example:' : 'Examples:', ...lines].join('\n')
}
