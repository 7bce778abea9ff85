/** Ends the engine that vitest.config.ts had started for this run; one that ran before stays. */
import { execFileSync } from 'node:child_process'
import path from 'node:path'

/** As it was when the run began, before any test. */
const isStarted = process.env.PGMATRIX_TEST_ENGINE?.includes('"started":true') ?? false

export function teardown(): void {
  if (isStarted) execFileSync(path.join(import.meta.dirname, 'engine', 'stop.sh'), { stdio: 'ignore' })
}
