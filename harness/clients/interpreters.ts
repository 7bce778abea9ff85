/** Finds the Pythons of this machine. Nothing is installed or downloaded; each one is asked for its version by running it once. */
import { readdir, realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import pLimit from 'p-limit'
import { z } from 'zod'
import { comparePythons } from '../core/python-range.js'
import type { Interpreter } from '../core/runtime.js'
import { runCommand } from '../tools/command.js'

export interface InterpreterSearch {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** Seconds one interpreter may take to say its version. */
  readonly deadline: number
  /** Folders searched besides those of `env` and `home`. */
  readonly common: readonly string[]
}

/** What the worker, python-fixtures/worker.py, needs. */
const OLDEST = '3.8'

/** Enough that nobody waits for his turn, since whoever asks may be busy meanwhile; each takes some 20 ms of CPU. */
const TOGETHER = 16

/** Released CPythons from 3.8 on, each once, newest first. What hangs or fails when asked is left out. */
export async function findInterpreters(
  search: Partial<InterpreterSearch> = {},
): Promise<readonly Interpreter[]> {
  const here: InterpreterSearch = {
    env: process.env,
    home: homedir(),
    deadline: 10,
    common: COMMON,
    ...search,
  }
  const limit = pLimit(TOGETHER)
  const answers = await Promise.all(
    (await candidates(here)).map((path) => limit(() => ask(path, here.deadline))),
  )
  const byPath = new Map(answers.flatMap((found) => (found ? [[found.path, found] as const] : [])))
  return [...byPath.values()].toSorted((a, b) => comparePythons(b.version, a.version))
}

const COMMON = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/opt/local/bin']

/** Programs named like a Python, each real file once, in the order of the folders. */
async function candidates(search: InterpreterSearch): Promise<readonly string[]> {
  const folders = await searchedFolders(search)
  const found = new Set<string>()
  for (const folder of new Set(folders)) {
    for (const name of await namesIn(folder)) {
      if (!/^python3(\.\d+)?$/.test(name)) continue
      const path = await realpath(join(folder, name)).catch(() => undefined)
      if (path !== undefined) found.add(path)
    }
  }
  return [...found]
}

async function searchedFolders({ env, home, common }: InterpreterSearch): Promise<readonly string[]> {
  const pyenv = env.PYENV_ROOT ?? join(home, '.pyenv')
  const data = env.XDG_DATA_HOME ?? join(home, '.local', 'share')
  const installations = [
    join(pyenv, 'versions'),
    env.UV_PYTHON_INSTALL_DIR ?? join(data, 'uv', 'python'),
    join(home, '.asdf', 'installs', 'python'),
    join(data, 'mise', 'installs', 'python'),
    '/opt/python',
    '/Library/Frameworks/Python.framework/Versions',
  ]
  const nested = await Promise.all(installations.map(binFolders))
  // pyenv's shims start the interpreters that its folder of versions holds, only slower.
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && folder !== join(pyenv, 'shims'))
  return [...onPath, ...nested.flat(), ...common]
}

async function binFolders(installation: string): Promise<readonly string[]> {
  return (await namesIn(installation)).map((name) => join(installation, name, 'bin'))
}

/** A folder that is missing or closed to us holds no Python of ours. */
async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).toSorted()
}

/** Runs on Python 3.6 too, so that an old one answers instead of failing. */
const QUESTION = `
import json, os, sys
print(json.dumps({
    "path": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
    "version": "%d.%d.%d" % sys.version_info[:3],
    "implementation": sys.implementation.name,
    "abiflags": getattr(sys, "abiflags", ""),
    "level": sys.version_info[3],
}))
`

const answerSchema = z.object({
  path: z.string(),
  version: z.string(),
  implementation: z.string(),
  abiflags: z.string(),
  level: z.string(),
})

async function ask(path: string, deadline: number): Promise<Interpreter | undefined> {
  const { code, stdout } = await runCommand(path, ['-I', '-c', QUESTION], { env: {}, deadline })
  if (code !== 0) return undefined
  const answer = answerSchema.safeParse(parseJson(stdout))
  if (!answer.success) return undefined
  const { implementation, abiflags, level, version } = answer.data
  // Debug and free-threaded builds (flags d, t) and pre-releases take other wheels than the release that users have.
  if (implementation !== 'cpython' || abiflags !== '' || level !== 'final') return undefined
  return comparePythons(version, OLDEST) < 0 ? undefined : { path: answer.data.path, version }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
