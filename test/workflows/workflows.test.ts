/** The workflows of this repository: linted, and their commands run in a checkout, over a small selection. */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'yaml'
import { beforeAll, describe, expect, it } from 'vitest'
import { runStep, stepsOf, type StepEnded } from './steps.js'

const WORKFLOWS = path.resolve('.github/workflows')
/** https://github.com/rhysd/actionlint */
const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12'
const SELECTORS = '18/{psycopg2-2.9.13,asyncpg-0.32.0}/json-*'

const LEFT_OUT = ['.git', 'node_modules', 'dist', 'results', 'site']

const place = mkdtempSync(path.join(tmpdir(), 'pgmatrix-workflows-'))
const [origin, folder] = [path.join(place, 'origin.git'), path.join(place, 'checkout')]
const recorded = path.join(place, 'gh')
const git = (...words: string[]) => execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8' })

const expressions = {
  'vars.PGMATRIX_SELECTORS': SELECTORS,
  // It is not maintained any more, and has no new release.
  'vars.PGMATRIX_UPDATE': 'py_postgresql',
  'strategy.job-total': '2',
  'github.token': 'a token',
  'github.run_id': '1',
}
const env = {
  PATH: `${path.resolve('test/workflows/gh-that-records')}:${process.env.PATH}`,
  GH_RECORD: recorded,
}

/** Runs a step that must end well. */
async function passes(file: string, job: string, name: string, more = {}): Promise<StepEnded> {
  const steps = stepsOf(path.join(WORKFLOWS, file), job)
  const ended = await runStep(steps, name, { folder, env, expressions: { ...expressions, ...more } })
  expect({ name, ...ended }).toMatchObject({ code: 0 })
  return ended
}

beforeAll(() => {
  // Not a clone: what is tested may lie in a folder without a history, or of another account.
  const source = path.join(place, 'source')
  cpSync('.', source, { recursive: true, filter: (name) => !LEFT_OUT.includes(name) })
  const inSource = (...words: string[]) => execFileSync('git', ['-C', source, ...words])
  inSource('init', '--quiet')
  inSource('add', '--all')
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.org']
  inSource(...author, 'commit', '--quiet', '--message', 'as it is')
  execFileSync('git', ['clone', '--quiet', '--bare', source, origin])
  execFileSync('git', ['clone', '--quiet', origin, folder])
  symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'))
  execFileSync(process.execPath, ['bin/setup.mjs'], { cwd: folder })
}, 120_000)

function hasGo(): boolean {
  try {
    execFileSync('go', ['version'])
    return true
  } catch {
    return false
  }
}

it.skipIf(!hasGo())(
  'are as actionlint wants them (needs Go)',
  () => {
    const bin = path.join(tmpdir(), 'pgmatrix-actionlint')
    execFileSync('go', ['install', ACTIONLINT], { env: { ...process.env, GOBIN: bin }, stdio: 'pipe' })
    const files = readdirSync(WORKFLOWS).map((name) => path.join(WORKFLOWS, name))
    expect(execFileSync(path.join(bin, 'actionlint'), files, { encoding: 'utf8' })).toBe('')
  },
  180_000,
)

describe('a pull request', () => {
  it('runs the cells that it touches, and compares them with the record', async () => {
    const { stdout } = await passes('pull-request.yml', 'cells', 'run the cells that the change touches')
    expect(stdout).toMatch(/\d+ cells: native \d+/)
    const checked = await passes('pull-request.yml', 'cells', 'compare with the record')
    expect(checked.summary).toContain('As the record has it')
    expect(readFileSync(path.join(folder, 'junit.xml'), 'utf8')).toContain('<testsuite name="asyncpg"')
  }, 300_000)
})

describe('the weekly run', () => {
  it('looks for new releases, and hands over what there is', async () => {
    await passes('weekly.yml', 'update', 'look for new releases')
    // Its digests are those of the Docker Hub, which tests never ask.
    await passes('weekly.yml', 'update', 'hand over what is new')
    expect(existsSync(path.join(folder, 'update.patch'))).toBe(true)
    await passes('weekly.yml', 'run', 'take over new releases')
  }, 120_000)

  it('runs in parts, which are made one', async () => {
    for (const shard of ['1', '2']) {
      await passes('weekly.yml', 'run', 'run one part', { 'matrix.shard': shard })
      mkdirSync(path.join(folder, 'parts'), { recursive: true })
      renameSync(path.join(folder, 'part'), path.join(folder, 'parts', `part-${shard}`))
    }
    const { stdout } = await passes('weekly.yml', 'publish', 'make one of all parts')
    expect(stdout).toMatch(/results\/\S+\.jsonl: \d+ cells of 2 clients/)
  }, 300_000)

  it('publishes, and proposes the record where it differs', async () => {
    const record = path.join(folder, 'matrix/expected/asyncpg.yaml')
    const before = readFileSync(record, 'utf8')
    const entry = /^ {2}json-jsonb-decode:.*\n(?: {4}.*\n)*/m
    writeFileSync(record, before.replace(entry, '  json-jsonb-decode: broken 10-18\n'))
    const checked = await passes('weekly.yml', 'publish', 'compare with the record')
    expect(checked.outputs).toEqual({ differs: 'true' })
    await passes('weekly.yml', 'publish', 'make the site')
    expect(existsSync(path.join(folder, 'published/index.html'))).toBe(true)
    await passes('weekly.yml', 'publish', 'propose the new record')
    expect(readFileSync(recorded, 'utf8').split('\n')).toEqual(
      expect.arrayContaining(['pr', 'create', 'body.md']),
    )
    expect(git('show', 'origin/record-1', '--stat')).toContain('matrix/expected/asyncpg.yaml')
  }, 120_000)

  it('publishes again over what it has published', async () => {
    const { stdout } = await passes('weekly.yml', 'publish', 'make the site')
    expect(stdout).toContain('published/index.html')
  })

  it('does not publish a run that would take away what the record has', async () => {
    const results = path.join(folder, 'results')
    const [newest = ''] = readdirSync(results).toSorted().toReversed()
    const steps = stepsOf(path.join(WORKFLOWS, 'weekly.yml'), 'publish')
    await passes('pull-request.yml', 'cells', 'run the cells that the change touches', {
      'vars.PGMATRIX_SELECTORS': '18/psycopg2-2.9.13/json-*',
    })
    expect(readdirSync(results).toSorted().at(-1)).not.toBe(newest)
    const ended = await runStep(steps, 'make the site', { folder, env, expressions })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain('would vanish, and the record still has them: the client asyncpg-0.32.0')
  }, 120_000)
})

it('a release is refused where the tag is not the version', async () => {
  const steps = stepsOf(path.join(WORKFLOWS, 'release.yml'), 'release')
  const tag = (name: string) =>
    runStep(steps, 'the tag is the version', { folder, expressions: { 'github.ref_name': name } })
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect((await tag(`v${version}`)).code).toBe(0)
  expect((await tag('v0.0.0-other')).code).toBe(1)
})

it('the action passes each line of its arguments as one', async () => {
  const { code, stdout, outputs } = await runStep(stepsOf('action.yml'), 'run', {
    folder,
    expressions: {
      'github.action_path': folder,
      'inputs.arguments': 'plan\n18/psycopg2-2.9.13/json-jsonb-decode',
    },
  })
  expect({ code, stdout: stdout.split('\n')[0] }).toEqual({ code: 0, stdout: '1 cells' })
  expect(outputs.results).toMatch(/^results\/.*\.jsonl$/)
})

describe('the job of docs/kubernetes', () => {
  const job = parse(readFileSync('docs/kubernetes/job.yaml', 'utf8'))
  const pod = job.spec.template.spec
  const [container] = pod.containers
  const declared = Object.fromEntries(
    container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
  )

  it('says how many pods there are, and gives them no privilege', () => {
    expect(declared.PGMATRIX_SHARDS).toBe(String(job.spec.completions))
    expect(pod.securityContext.runAsNonRoot).toBe(true)
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    })
  })

  it('runs in parts by the number of each pod, which are made one', async () => {
    const results = path.join(place, 'volume')
    const [command, flag] = container.command
    for (const index of ['0', '1']) {
      const own = { ...declared, PGMATRIX_SHARDS: '2', RESULTS: results, JOB_COMPLETION_INDEX: index }
      const script = container.args[0].replace(' run ', ` run '${SELECTORS}' `)
      execFileSync(command, [flag, script], { cwd: folder, env: { ...process.env, ...own }, stdio: 'pipe' })
    }
    const merged = execFileSync(process.execPath, ['bin/pgmatrix.js', 'merge', results], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(merged).toMatch(/cells of 2 clients/)
  }, 120_000)
})
