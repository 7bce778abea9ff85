/** What is offered at each place of a command line, and real shells that are asked for it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { complete } from '../../harness/commands/complete/complete.js'
import { SHELLS, type Shell } from '../../harness/commands/complete/scripts.js'
import { valuesOf } from '../../harness/commands/complete/values.js'
import { commandsOf, makeProgram } from '../../harness/commands/program.js'
import { GOOD } from '../run/fakes/recipes.js'
import { CLIENT, makeMatrix, writeYaml } from '../run/made-matrix.js'

const program = makeProgram()
const matrix = makeMatrix({ 'json-jsonb-decode': GOOD, 'json-path': GOOD }, ['17', '18', '18+pgbouncer'])
const scene = path.dirname(matrix)
const cache = mkdtempSync(path.join(tmpdir(), 'pgmatrix-cache-'))

beforeAll(() => {
  mkdirSync(path.join(scene, 'results'))
  for (const day of [1, 2]) writeFileSync(path.join(scene, 'results', `2026-11-0${day}.jsonl`), '')
  process.env.PGMATRIX_CACHE = cache
})

/** What is offered for `line`, whose last word is being typed. */
async function offered(line: string): Promise<string[]> {
  const { values, paths } = await complete(program, ['--matrix', matrix, ...line.split(' ')])
  return [...values.map(({ value }) => value), ...(paths === 'none' ? [] : [`(${paths})`])]
}

describe('what is offered', () => {
  it.each<[string, string[]]>([
    ['exp', ['explain']],
    ['help exp', ['explain']],
    ['new ', ['probe', 'client', 'help']],
    ['new probe x --gr', ['--group']],
    ['run --runt', ['--runtime']],
    ['run --mat', ['--matrix']],
    ['run --runtime ', ['auto', 'embedded', 'docker']],
    ['run --runtime=d', ['--runtime=docker']],
    ['run --force 18/', [`18/${CLIENT}/`]],
    ['run 1', ['17/', '18/', '18+pgbouncer/']],
    ['run 17/*/json-* 18+', ['18+pgbouncer/']],
    ["run '18/psy", [`18/${CLIENT}/`]],
    [String.raw`run 1\{7,8\}/*/json-p`, ['1{7,8}/*/json-path']],
    [`show 17/${CLIENT}/json-j`, [`17/${CLIENT}/json-jsonb-decode`]],
    ['show a b', []],
    ['lock psy', [CLIENT]],
    ['diff 18', ['18', '18+pgbouncer']],
    ['run --client ', ['psycopg2@']],
    ['advise --pg 18+', ['18+pgbouncer']],
    ['advise --pg 18 -r ', ['(files)']],
    ['update ', ['psycopg2', '17', '18']],
    ['new probe x --group JS', ['JSON']],
    ['render --site ', ['(folders)']],
    ['merge ', ['(files)']],
    ['completion ', [...SHELLS]],
    ['run -- --for', []],
    ['run --lanes ', []],
    ['nothing-like-this ', []],
  ])('%s', async (line, values) => {
    expect(await offered(line)).toEqual(values)
  })

  it('follows the matrix', async () => {
    expect(await offered('run 18/psycopg2-2.9.13/json-new')).toEqual([])
    writeYaml(matrix, 'probes/json/json-new.yaml', {})
    expect(await offered('run 18/psycopg2-2.9.13/json-new')).toEqual(['18/psycopg2-2.9.13/json-new'])
  })

  it('is nothing where there is no matrix', async () => {
    expect((await complete(program, ['--matrix', '/nowhere', 'run', '1'])).values).toEqual([])
  })
})

it.each(
  commandsOf(program).flatMap(({ command, name }) =>
    [...command.registeredArguments, ...command.options.filter((one) => one.required || one.optional)].map(
      (taker) => [name, 'flags' in taker ? taker.flags : taker.name(), taker] as const,
    ),
  ),
)('%s %s: it is known what it takes', (_, _word, taker) => {
  expect(valuesOf(taker), 'PLACEHOLDERS in complete/values.ts lacks it').toBeDefined()
})

/** `pgmatrix` as completion calls it, and otherwise one that prints its words. */
const bin = mkdtempSync(path.join(tmpdir(), 'pgmatrix-bin-'))
const fake = path.join(bin, 'pgmatrix')
writeFileSync(
  fake,
  `#!/bin/sh
case "$1" in complet*) exec ${process.execPath} ${path.resolve('bin/pgmatrix.js')} "$@" ;; esac
printf 'words:'; printf '<%s>' "$@"; echo
`,
)
chmodSync(fake, 0o755)
const env = () => ({
  ...process.env,
  PATH: `${bin}:${process.env.PATH}`,
  PGMATRIX_CACHE: cache,
  TERM: 'dumb',
})

it('is fast once the names are known', () => {
  const words = `complete -- --matrix ${matrix} run 18/psy`
  const script = `TIMEFORMAT='%U %S'; pgmatrix ${words}; time pgmatrix ${words}`
  const { stderr } = spawnSync('bash', ['-c', script], { env: env(), encoding: 'utf8' })
  const seconds = stderr.trim().split(' ').map(Number)
  // Of the processors, since this machine may have much else to do.
  expect(seconds.reduce((sum, one) => sum + one, 0)).toBeLessThan(0.5)
})

const hasShell = (shell: Shell) => spawnSync(shell, ['-c', 'exit']).status === 0

/** Keys pressed in an interactive shell, one line after the other; returns what pgmatrix was called with. */
const KEYS = [
  [`show 17/psy\tjson-j\t`, `<show><17/${CLIENT}/json-jsonb-decode>`],
  [`show '17/psy\tjson-p\t`, `<show><17/${CLIENT}/json-path>`],
  ['summ\t', '<summary>'],
  ['run --runtime=emb\t', '<run><--runtime=embedded>'],
  ['run --runt\temb\t', '<run><--runtime><embedded>'],
  ['diff results/2026-11-01\t 18+\t', '<diff><results/2026-11-01.jsonl><18+pgbouncer>'],
  ['render --site mat\t', '<render><--site><matrix>'],
  ['new probe x --group JS\t', '<new><probe><x><--group><JSON>'],
] as const

/** How an interactive shell is started without the settings of whoever runs the tests. */
const STARTS = {
  bash: ['bash --norc --noprofile -i', 'eval "$(pgmatrix completion bash)"'],
  zsh: ['zsh -f -i', 'autoload -Uz compinit; compinit -u -D; eval "$(pgmatrix completion zsh)"'],
} as const

const INTERACTIVE = ['bash', 'zsh'] as const
const missing = SHELLS.filter((shell) => !hasShell(shell))
if (missing.length > 0) console.warn(`not installed, and left out: ${missing.join(', ')}`)

/** Types lines into a program on a terminal of its own, and says all that was to be seen there. */
const TYPIST = `import os, pty, select, sys, time
program, lines = sys.argv[1].split(" "), sys.argv[2].split("\\n")
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(program[0], program)
seen = b""
end = time.time() + 100
waiting = [(line + "\\n").encode() for line in lines]
while time.time() < end:
    ready = select.select([terminal], [], [], 1)[0]
    if not ready and waiting:
        os.write(terminal, waiting.pop(0))
    try:
        seen += os.read(terminal, 65536) if ready else b""
    except OSError:
        break
sys.stdout.buffer.write(seen)
`

describe.each(INTERACTIVE)('%s', (shell) => {
  it.skipIf(missing.includes(shell))('completes what is typed', () => {
    const [start, setUp] = STARTS[shell]
    const lines = [setUp, `cd ${scene}`, ...KEYS.map(([keys]) => `pgmatrix ${keys}`), 'exit']
    const seen = execFileSync('python3', ['-c', TYPIST, start, lines.join('\n')], {
      env: env(),
      encoding: 'utf8',
    })
    const called = [...seen.matchAll(/^words:(.*?)\r?$/gm)].map(([, words]) => words?.replace('/>', '>')) // zsh leaves off the last slash of a folder
    expect(called).toEqual(KEYS.map(([, words]) => words))
  })
})

describe('fish', () => {
  it.skipIf(missing.includes('fish')).each<[string, string[]]>([
    ['summ', ['summary\twhat a results file found']],
    ['show 17/', [`17/${CLIENT}/`]],
    [`show 17/${CLIENT}/json-j`, [`17/${CLIENT}/json-jsonb-decode`]],
    ['run --runtime ', ['auto', 'docker', 'embedded']],
    ['run --runtime=emb', ['--runtime=embedded']],
    ['render --site mat', ['matrix/\tDirectory']],
  ])('pgmatrix %s', (line, values) => {
    const script = `pgmatrix completion fish | source; complete -C ${JSON.stringify(`pgmatrix ${line}`)}`
    const said = execFileSync('fish', ['--no-config', '-c', script], {
      cwd: scene,
      env: env(),
      encoding: 'utf8',
    })
    expect(said.trimEnd().split('\n').toSorted()).toEqual(values)
  })
})
