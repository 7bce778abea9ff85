/** Controls: does this server have the feature at all? Asked once per server and probe, before any client. */
import pLimit from 'p-limit'
import type { Probe } from '../core/matrix.js'
import { SqlError, type ProbeDatabase, type RunningServer } from '../core/runtime.js'

export type ControlOutcome =
  | { readonly kind: 'has' }
  | { readonly kind: 'lacks'; readonly reason: string }
  | { readonly kind: 'error'; readonly reason: string }

export class Controls implements AsyncDisposable {
  #database: Promise<ProbeDatabase> | undefined
  readonly #turn = pLimit(1)
  readonly #known = new Map<string, Promise<ControlOutcome>>()

  constructor(private readonly server: RunningServer) {}

  ask(probe: Probe): Promise<ControlOutcome> {
    const known = this.#known.get(probe.id)
    if (known) return known
    const outcome = this.#turn(() => this.#ask(probe))
    this.#known.set(probe.id, outcome)
    // A control that was cut off by a falling server is asked anew.
    outcome.catch(() => this.#forget(probe))
    return outcome
  }

  #forget(probe: Probe): void {
    this.#known.delete(probe.id)
    this.#database = undefined
  }

  async #ask(probe: Probe): Promise<ControlOutcome> {
    this.#database ??= this.server.openDatabase('pgmatrix_control')
    const database = await this.#database
    try {
      await database.reset({ nonce: 'control', extensions: probe.extensions, setup: [] })
    } catch (error) {
      if (error instanceof SqlError) return missingExtension(error)
      throw error
    }
    try {
      await database.rows(probe.control.sql)
      return { kind: 'has' }
    } catch (error) {
      if (error instanceof SqlError) return judgeControl(probe, error)
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#database)?.[Symbol.asyncDispose]()
  }
}

/** What CREATE EXTENSION says of one that the server does not have: undefined_file to 15, feature_not_supported since 16. */
const NO_EXTENSION: readonly string[] = ['58P01', '0A000']

function missingExtension(error: SqlError): ControlOutcome {
  const reason = `${error.message} (${error.sqlstate})`
  return { kind: NO_EXTENSION.includes(error.sqlstate) ? 'lacks' : 'error', reason }
}

function judgeControl(probe: Probe, error: SqlError): ControlOutcome {
  const said = `the control is answered with ${error.sqlstate}: ${error.message}`
  if (probe.control.absent.includes(error.sqlstate)) return { kind: 'lacks', reason: said }
  return { kind: 'error', reason: `${said}; the probe does not name this SQLSTATE under control.absent` }
}
