/** A process whose streams we hold, wherever it runs. */
import type { Readable, Writable } from 'node:stream'

/** `killed`: with SIGKILL; `lost`: nothing is known of its end, because whoever ran it for us went away. */
export type Ended = { readonly how: string; readonly killed: boolean } | { readonly lost: string }

export interface StreamedProcess {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves once it has ended and its output was read; never rejects. */
  readonly ended: Promise<Ended>
  /** Asks it to end. */
  end(): void
  /** Ends it and every process that it started. @throws EnvironmentError where whoever runs it does not answer */
  kill(): Promise<void>
  /** See Worker.outOfMemory. */
  outOfMemory(): Promise<string | undefined>
  /** What somebody else did to it; undefined where it stands as it was started, or has ended. */
  disturbance(): Promise<string | undefined>
}
