/** What `npm pack` makes, installed and used in a project that knows nothing of this checkout. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { list } from 'tar'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { GOOD } from '../run/fakes/recipes.js'
import { CLIENT, makeMatrix } from '../run/made-matrix.js'
import { newUserEnv, npmConfig, run, wentWell, type Ended } from './surroundings.js'

const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-package-'))
const project = path.join(folder, 'project')
const installed = path.join(project, 'node_modules', 'pgmatrix')
const env = { ...newUserEnv(homedir()), npm_config_cache: npmConfig('cache') }
let tarball: string

beforeAll(async () => {
  wentWell(await run(['npm', 'pack', '--pack-destination', folder], { cwd: process.cwd(), env }))
  tarball = path.join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
  mkdirSync(project)
  writeFileSync(path.join(project, 'package.json'), '{ "private": true }')
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', tarball]
  wentWell(await run(['npm', ...words], { cwd: project, env }))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** `--no`: what is installed here, never one from the registry. */
const pgmatrix = (...words: string[]): Promise<Ended> =>
  run(['npx', '--no', '--', 'pgmatrix', ...words], { cwd: project, env })

describe('the tarball', () => {
  let names: string[]
  beforeAll(async () => {
    names = []
    await list({ file: tarball, onReadEntry: ({ path: name }) => names.push(name.replace(/^package\//, '')) })
  })

  it('has what a run needs', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        'bin/pgmatrix.js',
        'dist/harness/cli.js',
        'dist/harness/servers/supervisor.js',
        'python-fixtures/worker.py',
        'python-fixtures/families/psycopg2.py',
        'matrix/servers.yaml',
        'templates/pages/matrix.hbs',
        'README.md',
        'LICENSE',
        'CHANGELOG.md',
      ]),
    )
  })

  it('has nothing else', () => {
    const allowed =
      /^(bin|dist\/harness|dist\/templates|matrix|python-fixtures\/(containers|families|runner|stacks)|templates)\/|^python-fixtures\/worker\.py$|^[^/]+\.(md|json)$|^LICENSE$/
    const odd = /\.(map|ts|pyc|jsonl|tgz|test\.js)$|fakes|__pycache__/
    expect(names.filter((name) => !allowed.test(name) || odd.test(name))).toEqual([])
  })

  it('has no program whose source is gone', () => {
    const compiled = names.filter((name) => name.startsWith('dist/'))
    const source = (name: string) => name.replace(/^dist\//, '').replace(/\.js$/, '.ts')
    expect(compiled.filter((name) => !existsSync(source(name)))).toEqual([])
  })

  it('names no folder and no registry of this machine', () => {
    const { hostname } = new URL(npmConfig('registry'))
    const own = [process.cwd(), `${homedir()}/`, hostname]
    const telling = names.filter((name) => {
      const text = readFileSync(path.join(installed, name), 'utf8')
      return own.some((word) => text.includes(word))
    })
    expect(telling).toEqual([])
  })

  it('is small', () => {
    // Most of it are the hashes of the locks, which nothing compresses, and the recipes: both grow with the clients.
    const clients = readdirSync('matrix/locks').filter((name) => name.endsWith('.txt')).length
    expect(statSync(tarball).size).toBeLessThan(20_600 * clients)
  })
})

describe('installed elsewhere', () => {
  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(await pgmatrix('--version')).toMatchObject({ code: 0, stdout: `${version}\n` })
  })

  it('goes by the matrix that it brings along where there is none', async () => {
    const { stdout } = wentWell(await pgmatrix('--json', 'plan', `18/${CLIENT}/*`))
    const files = readdirSync('matrix/probes', { recursive: true, encoding: 'utf8' })
    const asks = (name: string) =>
      parse(readFileSync(path.join('matrix/probes', name), 'utf8')).for ?? 'drivers'
    const own = files.filter((name) => name.endsWith('.yaml') && asks(name) === 'drivers')
    const ids = own.map((name) => path.basename(name, '.yaml'))
    expect(JSON.parse(stdout).probes.toSorted()).toEqual(ids.toSorted())
  })

  it.each([
    [['new', 'probe', 'mine', '--group', 'JSON']],
    [['new', 'client', 'mine', '--kind', 'driver', '--package', 'mine', '--release', '1.0']],
    [['lint', '--fix']],
    [['lock']],
  ])('never writes into it: %s', async (words) => {
    const before = statSync(path.join(installed, 'matrix', 'probes', 'json')).mtimeMs
    const { code, stderr } = await pgmatrix(...words)
    expect(stderr).toMatch(
      /there is no matrix folder to write to; start from a copy of .*matrix, or name one with --matrix/,
    )
    expect(code).toBe(2)
    expect(statSync(path.join(installed, 'matrix', 'probes', 'json')).mtimeMs).toBe(before)
  })

  it('begins, checks and runs a matrix of one’s own', async () => {
    cpSync(makeMatrix({ good: GOOD }), path.join(project, 'matrix'), { recursive: true })
    const begun = wentWell(await pgmatrix('new', 'probe', 'mine', '--group', 'JSON'))
    expect(begun.stdout).toContain('mine.yaml written')
    expect(existsSync(path.join(project, 'matrix', 'probes', 'json', 'mine.yaml'))).toBe(true)
    const checked = wentWell(await pgmatrix('lint'))
    expect(checked.stdout).toMatch(/^no problems in 2 probes/)

    const ran = wentWell(await pgmatrix('run', `18/${CLIENT}/good`, '--site', 'pages'))
    expect(ran.stdout).toMatch(/^1 cells?: native 1$/m)
    expect(readdirSync(path.join(project, 'results'))).toEqual([expect.stringMatching(/\.jsonl$/)])
    expect(readFileSync(path.join(project, 'pages', 'index.html'), 'utf8')).toContain('psycopg2')
    const shown = wentWell(await pgmatrix('show', `18/${CLIENT}/good`))
    expect(shown.stdout).toContain('returned int 1')
  })
})
