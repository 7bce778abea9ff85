import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findInterpreters } from '../../harness/clients/interpreters.js'
import { ownSetting } from '../../harness/tools/setting.js'
import { toolPath } from '../../harness/tools/tool.js'
import { version as pinned } from '../../harness/tools/pins/uv.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgmatrix-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A program of this name that does what the shell script says. */
async function fake(name: string, script: string): Promise<string> {
  await mkdir(join(folder, 'bin'), { recursive: true })
  const path = join(folder, 'bin', name)
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

function setting(parts: Parameters<typeof ownSetting>[0] = {}) {
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:/usr/bin:/bin` }
  return ownSetting({ env, cache: join(folder, 'cache'), ...parts })
}

describe('toolPath("uv")', () => {
  it('takes the one on PATH when it is new enough', async () => {
    const path = await fake('uv', 'echo "uv 99.0.0 (abc 2026-01-01)"')
    expect(await toolPath('uv', setting())).toBe(path)
  })

  it('installs the pinned one over one that is too old, and finds it again without network or Python', async () => {
    await fake('uv', 'echo "uv 0.1.2"')
    const path = await toolPath('uv', setting())
    expect(path).toBe(join(folder, 'cache', 'tools', `uv-${pinned}`, 'uv'))
    expect(await readdir(join(folder, 'cache', 'tools'))).toEqual([`uv-${pinned}`])
    const offline = setting({ env: { PATH: '/nowhere', UV_OFFLINE: '1' }, interpreters: async () => [] })
    expect(await toolPath('uv', offline)).toBe(path)
  })

  it('does without venv where Python has pip alone', async () => {
    const python = (await findInterpreters())[0]
    if (!python) throw new Error('this test needs a Python')
    const path = await fake(
      'python-without-venv',
      `case "$*" in *venv*) exit 1;; esac; exec ${python.path} "$@"`,
    )
    const interpreters = async () => [{ path, version: python.version }]
    expect(await toolPath('uv', setting({ interpreters }))).toContain('uv-')
  })

  it('says what to install where neither works', async () => {
    const path = await fake('python-bare', 'echo "No module named $2" >&2; exit 1')
    const interpreters = async () => [{ path, version: '3.11.2' }]
    await expect(toolPath('uv', setting({ interpreters }))).rejects.toThrow(
      /install uv, or your system's python3-venv/,
    )
    expect(await readdir(join(folder, 'cache', 'tools'))).toEqual([])
  })

  it('says what to do without a network', async () => {
    const env = { PATH: '/usr/bin:/bin', PIP_INDEX_URL: 'http://127.0.0.1:9/simple', PIP_RETRIES: '1' }
    await expect(toolPath('uv', setting({ env }))).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringContaining('the package index was not reached'),
    })
  })

  it('asks for a Python where there is none', async () => {
    await expect(toolPath('uv', setting({ interpreters: async () => [] }))).rejects.toThrow(
      'no Python 3.8 or later',
    )
  })

  it('names the cache folder that cannot be written', async () => {
    await writeFile(join(folder, 'cache'), 'a file')
    await expect(toolPath('uv', setting())).rejects.toMatchObject({
      name: 'EnvironmentError',
      message: expect.stringMatching(/cannot write to .*cache.*PGMATRIX_CACHE/),
    })
  })
})
