/** Runs one program to its end: bounded in time and output, and never leaving a process of its group behind. */
import { spawn, type ChildProcess } from 'node:child_process'

export interface CommandOptions {
  readonly env: Readonly<Record<string, string>>
  /** Seconds. */
  readonly deadline: number
  readonly cwd?: string
  /** Text for its standard input; closed at once where there is none. */
  readonly input?: string
  readonly signal?: AbortSignal | undefined
}

export interface CommandResult {
  /** Null where a signal or the deadline ended it, or where it could not be started. */
  readonly code: number | null
  readonly stdout: string
  /** For a program that could not be started or took too long, a sentence of ours. */
  readonly stderr: string
}

const MAX_OUTPUT = 8_000_000

/** @throws the signal's reason when aborted; every other failure is in the result. */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  options.signal?.throwIfAborted()
  // A group of its own, so that the deadline reaches what the program started too.
  const child = spawn(file, args, { env: options.env, cwd: options.cwd, stdio: 'pipe', detached: true })
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  child.stdin.on('error', () => {}) // it may end without reading
  child.stdin.end(options.input ?? '')
  const end = await ended(child, options)
  options.signal?.throwIfAborted()
  if (typeof end === 'string') return { code: null, stdout: stdout(), stderr: `${stderr()}${end}` }
  return { code: end.code, stdout: stdout(), stderr: stderr() }
}

/** The exit code, or a sentence on why there is none. */
function ended(child: ChildProcess, options: CommandOptions): Promise<{ code: number | null } | string> {
  return new Promise((resolve) => {
    const stop = (reason: string) => {
      killGroup(child)
      child.stdout?.destroy()
      child.stderr?.destroy()
      finish(reason)
    }
    const onAbort = () => stop('interrupted')
    const timer = setTimeout(() => stop(`no end after ${options.deadline} s`), options.deadline * 1000)
    const finish = (end: { code: number | null } | string) => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', onAbort)
      resolve(end)
    }
    options.signal?.addEventListener('abort', onAbort)
    child.once('error', (error) => finish(error.message))
    child.once('close', (code) => finish({ code }))
  })
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Already gone: that is what we wanted.
  }
}

/** Keeps the last part of a stream, drains the rest. */
function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(-MAX_OUTPUT)
  })
  return () => text
}
