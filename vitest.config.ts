import { spawnSync } from 'node:child_process'
import { defineConfig } from 'vitest/config'

/** Tests of downloads: they ask the real registries, and are no tests without them. */
const NEED_NETWORK = ['test/clients/{environment,locks}.test.ts', 'test/package/**', 'test/tools/uv.test.ts']

/** Continuous integration has a network, or its tests fail. */
function hasNetwork(): boolean {
  if (process.env.CI) return true
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
    exclude: hasNetwork() ? [] : NEED_NETWORK,
    // Real servers, interpreters and browsers on two processors.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // One line at the end in the form that continuous integration reads.
    reporters: ['default', './test/closing-line.ts'],
  },
})
