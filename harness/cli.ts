/** The command line: words to functions, errors to messages, outcomes to exit codes. */
import { makeProgram } from './commands/program.js'
import { ConnectionLost, EnvironmentError, UsageError } from './core/runtime.js'
import { EXIT } from './core/exit.js'

// A reader that went away (`| head`, a closed terminal) must not keep the run from ending in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

try {
  const words = process.argv.slice(2)
  await makeProgram().parseAsync(words.length === 0 ? ['run'] : words, { from: 'user' })
} catch (error) {
  process.exitCode = report(error)
}

function report(error: unknown): number {
  // What failed while something was being ended comes second.
  if (error instanceof Error && 'suppressed' in error) return report(error.suppressed)
  if (error instanceof UsageError) return say(error.message, EXIT.usage)
  if (error instanceof EnvironmentError || error instanceof ConnectionLost)
    return say(error.message, EXIT.environment)
  if (isCommanderError(error)) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  throw error
}

/** Commander has printed its message already. */
function isCommanderError(error: unknown): error is { exitCode: number } {
  return error instanceof Error && error.name === 'CommanderError'
}

function say(message: string, code: number): number {
  process.stderr.write(`${message}\n`)
  return code
}
