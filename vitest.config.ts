import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** Tests of downloads: they ask the real registries, and are no tests without them. */
const NEED_NETWORK = ['test/clients/{environment,locks}.test.ts', 'test/package/**', 'test/tools/uv.test.ts']

/** Tests of containers: they need an engine of their own, which test/docker/engine/ starts where that can be done. */
const NEED_ENGINE = [
  'test/docker/{address,builder,clients,containers,garbage,images,leash,memory,parity,pythons,relay-container,restart,servers,tunnel}.test.ts',
]

/** Others read this file as well, for its settings alone. */
const isVitest = path.basename(process.argv[1] ?? '').startsWith('vitest')

/** Whether the engine runs; its description is in PGMATRIX_TEST_ENGINE, for the tests and for whoever has one already. */
function hasEngine(): boolean {
  const asked = process.argv.slice(2).filter((word) => word.startsWith('test'))
  if (!isVitest || (asked.length > 0 && !asked.some((word) => word.startsWith('test/docker')))) return false
  const given = process.env.PGMATRIX_TEST_ENGINE
  if (given) {
    pointTo(given)
    return true
  }
  console.warn('starting a Docker engine for the tests: some minutes the first time')
  const { status, stdout, stderr } = spawnSync(path.resolve('test/docker/engine/start.sh'), {
    encoding: 'utf8',
  })
  if (status === 0) pointTo(lastLine(stdout))
  else console.warn(`no Docker engine (${lastLine(stderr)}): left out are ${NEED_ENGINE.join(', ')}`)
  return status === 0
}

/** Where the tests, and the programs that they start, find it. */
function pointTo(engine: string): void {
  Object.assign(process.env, { PGMATRIX_TEST_ENGINE: engine, DOCKER_HOST: JSON.parse(engine).host })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}

/** Continuous integration has a network, or its tests fail. */
function hasNetwork(): boolean {
  if (!isVitest || process.env.CI) return true
  const words = [
    'view',
    'p-limit',
    'version',
    '--prefer-online',
    '--fetch-retries=0',
    '--fetch-timeout=10000',
  ]
  if (spawnSync('npm', words, { stdio: 'ignore' }).status === 0) return true
  console.warn(`no npm registry answers: left out are ${NEED_NETWORK.join(', ')}`)
  return false
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...(hasNetwork() ? [] : NEED_NETWORK), ...(hasEngine() ? [] : NEED_ENGINE)],
    globalSetup: './test/docker/stop-engine.ts',
    // Real servers, interpreters and browsers on two processors.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // One line at the end in the form that continuous integration reads.
    reporters: ['default', './test/closing-line.ts'],
  },
})
