import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseIni } from '../../harness/docker/ini.js'
import { pipSettings, readPipSettings } from '../../harness/docker/pip-settings.js'

const INDEX = 'https://index.example/simple/'

describe('parseIni', () => {
  it.each([
    ['[global]\nindex-url = a', { global: { 'index-url': 'a' } }],
    ['[global]\r\nindex-url: a\r\n', { global: { 'index-url': 'a' } }],
    ['[a]\nkey = x=y:z%(no)s', { a: { key: 'x=y:z%(no)s' } }],
    ['[a]\n# key = 1\n; key = 2\n\nother = 3', { a: { other: '3' } }],
    ['[a]\nkey =\n    one\n    # not this\n    two\n[b]', { a: { key: 'one\ntwo' }, b: {} }],
    ['[a]\nkey = 1\n[b]\nkey = 2\n[a]\nmore = 3', { a: { key: '1', more: '3' }, b: { key: '2' } }],
    ['\uFEFF[a]\nkey = 1', { a: { key: '1' } }],
    ['key = lost\n[a]\nno value here\n', { a: {} }],
    ['', {}],
  ])('%j is %j', (text, sections) => {
    expect(parseIni(text)).toEqual(sections)
  })
})

describe('pipSettings', () => {
  const RETRIES = { retries: '2' }

  it.each<[string, string[], Record<string, string>, Record<string, string>]>([
    ['nothing', [], {}, {}],
    ['a file', [`[global]\nindex-url = ${INDEX}`], {}, { 'index-url': INDEX }],
    ['the stronger file', ['[global]\ntimeout=1', '[global]\ntimeout=2'], {}, { timeout: '2' }],
    ['[install] of a weaker file', ['[install]\ntimeout=1', '[global]\ntimeout=2'], {}, { timeout: '1' }],
    ['no other section', ['[download]\ntimeout=1'], {}, {}],
    ['a variable above files', ['[install]\ntimeout=1'], { PIP_TIMEOUT: '3' }, { timeout: '3' }],
    ['an empty variable', ['[global]\ntimeout=1'], { PIP_TIMEOUT: '' }, { timeout: '1' }],
    ['an empty value', ['[global]\ntimeout=1\n[install]\ntimeout='], {}, { timeout: '1' }],
    ['a second name', ['[global]\ntimeout=1'], { PIP_DEFAULT_TIMEOUT: '3' }, { timeout: '3' }],
    ['underscores and capitals', ['[global]\nIndex_URL = a'], {}, { 'index-url': 'a' }],
    ['several values', ['[global]\nextra-index-url =\n  a\n  b'], {}, { 'extra-index-url': 'a b' }],
    ['own retries', [], { PIP_RETRIES: '7' }, { retries: '7' }],
    ['nothing of the host alone', ['[global]\nfind-links=/opt/wheels\nclient-cert=/k.pem\nuser=1'], {}, {}],
    ["uv's index", [], { UV_DEFAULT_INDEX: INDEX }, { 'index-url': INDEX }],
    ["pip's index above uv's", [], { UV_INDEX_URL: 'uv', PIP_INDEX_URL: INDEX }, { 'index-url': INDEX }],
    ['the usual proxy', [], { HTTPS_PROXY: 'http://p:1' }, { proxy: 'http://p:1' }],
    ["pip's proxy above it", [], { HTTPS_PROXY: 'http://p:1', PIP_PROXY: 'q:2' }, { proxy: 'q:2' }],
    ['no proxy for all', [], { HTTP_PROXY: 'http://p:1', NO_PROXY: '*' }, {}],
    [
      "no proxy for the index's domain",
      [],
      { https_proxy: 'http://p:1', no_proxy: 'localhost, .example', PIP_INDEX_URL: INDEX },
      { 'index-url': INDEX },
    ],
    [
      'a proxy for other domains',
      [],
      { https_proxy: 'http://p:1', NO_PROXY: 'ample', PIP_INDEX_URL: INDEX },
      { 'index-url': INDEX, proxy: 'http://p:1' },
    ],
  ])('takes %s', (_, files, env, options) => {
    expect(pipSettings(files, env).options).toEqual({ ...RETRIES, ...options })
  })

  it('tells the certificates of the files from those of the environment', () => {
    expect(pipSettings(['[global]\ncert = /a.pem'], { PIP_CERT: '/b.pem' }).cert).toBe('/a.pem')
    expect(pipSettings([], { PIP_CERT: '/b.pem' }).cert).toBeUndefined()
  })

  it.each([
    [{ PIP_INDEX_URL: 'http://localhost:3141/root' }, /^pip's index-url is an address of this machine alone/],
    [{ PIP_PROXY: '127.0.0.1:8080' }, /^pip's proxy is/],
    [{ HTTPS_PROXY: 'http://user:secret@[::1]:8080' }, /^pip's proxy is (?!.*secret)/],
    [{ PIP_NO_INDEX: '1' }, /no-index/],
  ])('%o is told', (env, note) => {
    expect(pipSettings([], env).notes).toEqual([expect.stringMatching(note)])
  })

  it.each([{ PIP_INDEX_URL: INDEX }, { PIP_PROXY: 'localhost.example:1' }, {}])('%o is not', (env) => {
    expect(pipSettings([], env).notes).toEqual([])
  })
})

describe('readPipSettings', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'pgmatrix-test-'))
  })
  afterEach(() => rm(home, { recursive: true }))

  async function timeouts(
    files: readonly string[],
    env: Record<string, string> = {},
    platform: NodeJS.Platform = 'linux',
  ) {
    for (const [index, file] of files.entries()) {
      await mkdir(dirname(join(home, file)), { recursive: true })
      await writeFile(join(home, file), `[global]\ntimeout = ${index}\n`)
    }
    const here = { XDG_CONFIG_DIRS: join(home, 'etc'), ...env }
    const { options } = await readPipSettings({ env: here, home, platform })
    return options.timeout
  }

  const ETC = 'etc/pip/pip.conf'
  const OLD = '.pip/pip.conf'
  const USER = '.config/pip/pip.conf'
  const MAC = 'Library/Application Support/pip/pip.conf'
  const OWN = 'own.conf'

  it.each<[readonly string[], string]>([
    [[ETC], '0'],
    [[ETC, OLD], '1'],
    [[OLD, USER, ETC], '1'],
  ])('of %j the strongest counts', async (files, timeout) => {
    expect(await timeouts(files)).toBe(timeout)
  })

  it('looks where macOS has it', async () => {
    expect(await timeouts([USER, MAC], {}, 'darwin')).toBe('1')
  })

  it("puts PIP_CONFIG_FILE in place of the user's own files, and above all", async () => {
    const PIP_CONFIG_FILE = join(home, OWN)
    expect(await timeouts([OWN, USER, ETC], { PIP_CONFIG_FILE })).toBe('0')
    await writeFile(PIP_CONFIG_FILE, '')
    expect(await timeouts([USER], { PIP_CONFIG_FILE })).toBe('2')
    await rm(PIP_CONFIG_FILE)
    expect(await timeouts([USER], { PIP_CONFIG_FILE })).toBe('0')
  })

  it('reads none where PIP_CONFIG_FILE is the null device', async () => {
    expect(await timeouts([ETC, USER], { PIP_CONFIG_FILE: '/dev/null' })).toBeUndefined()
  })
})
