import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findInterpreters } from '../../harness/clients/interpreters.js'
import { comparePythons } from '../../harness/core/python-range.js'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgmatrix-test-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

async function program(path: string, script: string): Promise<void> {
  await mkdir(join(home, path, '..'), { recursive: true })
  await writeFile(join(home, path), `#!/bin/sh\n${script}\n`)
  await chmod(join(home, path), 0o755)
}

/** Answers as a Python would. */
function answers(version: string, rest: object = {}): string {
  const fields = {
    path: `/fake/${version}`,
    version,
    implementation: 'cpython',
    abiflags: '',
    level: 'final',
    ...rest,
  }
  return `echo '${JSON.stringify(fields)}'`
}

async function found(env: Record<string, string>): Promise<readonly string[]> {
  const interpreters = await findInterpreters({ env, home, common: [], deadline: 2 })
  return interpreters.map(({ version }) => version)
}

describe('findInterpreters', () => {
  it('finds the python3 of this machine, each Python once, newest first', async () => {
    const { stdout } = await promisify(execFile)('python3', [
      '-c',
      'import platform; print(platform.python_version())',
    ])
    const interpreters = await findInterpreters()
    const versions = interpreters.map(({ version }) => version)
    expect(versions).toContain(stdout.trim())
    expect(versions).toEqual(versions.toSorted((a, b) => comparePythons(b, a)))
    expect(new Set(interpreters.map(({ path }) => path)).size).toBe(interpreters.length)
  })

  it('takes a virtual environment for the Python under it', async () => {
    const [newest] = await findInterpreters()
    if (!newest) throw new Error('this test needs a Python')
    await promisify(execFile)(newest.path, ['-m', 'venv', '--without-pip', join(home, 'venv')])
    const search = { env: { PATH: join(home, 'venv', 'bin') }, home, common: [] }
    expect(await findInterpreters(search)).toEqual([newest])
  })

  it.each([
    ['exits with an error', 'exit 1'],
    ['hangs', 'sleep 60'],
    ['prints something else', 'echo "Python 3.99"'],
    ['is another implementation', answers('3.10.1', { implementation: 'pypy' })],
    ['is a free-threaded build', answers('3.13.1', { abiflags: 't' })],
    ['is a pre-release', answers('3.15.0', { level: 'candidate' })],
    ['is too old', answers('3.7.16')],
  ])('skips a python3 on PATH that %s, and keeps the next', async (_, script) => {
    await program('broken/python3', script)
    await program('good/python3', answers('3.11.7'))
    expect(await found({ PATH: `${join(home, 'broken')}:${join(home, 'good')}` })).toEqual(['3.11.7'])
  })

  it.each([
    ['.pyenv/versions/3.12.1/bin/python3.12', {}],
    ['pyenv/versions/3.12.1/bin/python3', { PYENV_ROOT: 'pyenv' }],
    ['.local/share/uv/python/cpython-3.12.1-linux/bin/python3.12', {}],
    ['managed/cpython-3.12.1/bin/python3.12', { UV_PYTHON_INSTALL_DIR: 'managed' }],
    ['.local/share/mise/installs/python/3.12/bin/python3', {}],
  ])('looks into %s', async (path, folders) => {
    await program(path, answers('3.12.1'))
    const env = Object.fromEntries(
      Object.entries(folders).map(([name, folder]) => [name, join(home, folder)]),
    )
    expect(await found(env)).toEqual(['3.12.1'])
  })

  it("leaves pyenv's shims alone, and asks one file once under all its names", async () => {
    await program('.pyenv/shims/python3', answers('3.10.1'))
    await program('bin/python3.12', `echo asked >> ${join(home, 'log')}; ${answers('3.12.1')}`)
    await symlink(join(home, 'bin', 'python3.12'), join(home, 'bin', 'python3'))
    expect(await found({ PATH: `${join(home, '.pyenv', 'shims')}:${join(home, 'bin')}` })).toEqual(['3.12.1'])
    const { stdout } = await promisify(execFile)('cat', [join(home, 'log')])
    expect(stdout).toBe('asked\n')
  })

  it('does not trip over folders that are missing or files', async () => {
    await writeFile(join(home, 'file'), '')
    expect(await found({ PATH: `/nowhere:${join(home, 'file')}::` })).toEqual([])
  })
})
