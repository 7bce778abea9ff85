/** Ctrl-C, SIGTERM and a closed terminal: once ends in order, twice at once. */
import { EXIT } from '../core/exit.js'

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal
  /** Exit code of the signal that came, if one did. */
  readonly exitCode: () => number | undefined
}

export function onInterrupt(say: (text: string) => void): Interrupt {
  const controller = new AbortController()
  let code: number | undefined
  const handle = (signal: NodeJS.Signals) => {
    const its = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
    // The supervisor stops the servers and the workers end with their input, whoever ends this process.
    if (code !== undefined) process.exit(its)
    code = its
    say('stopping: the cells in flight are finished first; once more stops at once')
    controller.abort()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, handle)
  return {
    signal: controller.signal,
    exitCode: () => code,
    [Symbol.dispose]: () => signals.forEach((signal) => process.off(signal, handle)),
  }
}
