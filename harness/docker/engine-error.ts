import { EnvironmentError } from '../core/runtime.js'

/** The Docker engine refused, broke off or kept silent. */
export class EngineError extends EnvironmentError {
  override readonly name = 'EngineError'

  /** @param status HTTP status where the engine answered with one */
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message)
  }
}
