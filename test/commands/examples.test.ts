/** What the help shows is run, on a small matrix with real results. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { commandsOf, makeProgram } from '../../harness/commands/program.js'
import { EXAMPLES, type Example } from '../../harness/commands/words/examples.js'
import { EXIT } from '../../harness/core/exit.js'
import { GOOD } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'

const scene = mkdtempSync(path.join(tmpdir(), 'pgmatrix-examples-'))
const folders = mkdtempSync(path.join(tmpdir(), 'pgmatrix-bin-'))
const PROBES = {
  'json-jsonb-decode': GOOD,
  // Not there on 17, so that servers differ.
  'json-new': { code: 'cur.execute("select uuidv7()")\nreturn value\n' },
}

/** What these end with is not the program's doing alone, and what else it may be. */
const ELSEWHERE: Readonly<Record<string, readonly (keyof typeof EXIT)[]>> = {
  doctor: ['environment'], // a machine may lack something
  lock: ['environment'], // asks the package index
  update: ['differences', 'environment'], // asks the registries
}

beforeAll(async () => {
  symlinkSync(path.resolve('bin/pgmatrix.js'), path.join(folders, 'pgmatrix'))
  cpSync(makeMatrix(PROBES, ['17', '18']), path.join(scene, 'matrix'), { recursive: true })
  mkdirSync(path.join(scene, 'results'))
  writeFileSync(path.join(scene, 'requirements.txt'), 'psycopg2-binary==2.9.13\n')
  for (const line of ['run', 'accept', 'run --force --shard 1/1 --results parts']) {
    const { code, said } = await shell(line, scene)
    if (code !== EXIT.ok) throw new Error(`pgmatrix ${line}: ${said}`)
  }
})

/** As somebody types it. */
async function shell(words: string, cwd: string, until?: RegExp): Promise<{ code: number; said: string }> {
  const env = { ...process.env, PATH: `${folders}:${process.env.PATH}` }
  const child = spawn('bash', ['-c', `exec pgmatrix ${words}`], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk
      if (until?.test(said)) child.kill('SIGINT')
    })
  await once(child, 'close')
  return { code: child.exitCode ?? EXIT.interrupted, said }
}

/** Each has its own copy, so that none sees what another one did. */
function copyOfScene(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-example-'))
  cpSync(scene, folder, { recursive: true })
  return folder
}

const commands = commandsOf(makeProgram())
const leaves = commands.filter(({ command }) => command.commands.length === 0)

describe('every command', () => {
  it.each(leaves)('$name has one to three examples of itself', ({ name }) => {
    const examples = EXAMPLES[name] ?? []
    expect(examples.length, `${name} has ${examples.length} examples in words/examples.ts`).toBeGreaterThan(0)
    expect(examples.length).toBeLessThanOrEqual(3)
    for (const { words } of examples) expect(words.startsWith(name)).toBe(true)
  })

  it('that has examples is there', () => {
    const names = commands.map(({ name }) => name)
    expect(Object.keys(EXAMPLES).filter((name) => !names.includes(name))).toEqual([])
  })

  it('shows them at the end of its help', async () => {
    const { code, said } = await shell('new probe --help', scene)
    expect(code).toBe(0)
    expect(said).toMatch(
      /\nExample:\n {2}pgmatrix new probe json-path-exists --group JSON\n {6}a probe,.*\n$/,
    )
  })
})

const all = Object.entries(EXAMPLES).flatMap(([name, examples]) =>
  examples.map((example) => [example.words, example, name] as const),
)

describe('an example ends as it says', () => {
  it.each(all)('pgmatrix %s', async (_, { words, exit }: Example, name) => {
    const { code, said } = await shell(words, copyOfScene(), name === 'serve' ? /Ctrl-C ends it/ : undefined)
    const codes: number[] = [exit, ...(ELSEWHERE[name] ?? [])].map((one) => EXIT[one])
    const ended = name === 'serve' && code === EXIT.interrupted ? EXIT.ok : code
    expect({ code: ended, said, isAsItSays: codes.includes(ended) }).toMatchObject({ isAsItSays: true })
  })
})
