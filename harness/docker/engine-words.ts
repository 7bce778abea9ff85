/** What went wrong with an engine, in words: its own without the HTTP around them, and what to do where that can be said. */
import { EngineError } from './engine-error.js'

/** No answer in time. */
export class Late extends Error {}

/** The connection to it broke off: what was asked may have been done or not. */
export class BrokeOff extends EngineError {}

/** @param what completes "The Docker engine failed at …" */
export function engineError(error: unknown, what: string, address: string): EngineError {
  if (error instanceof EngineError) return error
  const { message, status } = told(error)
  const words = `The Docker engine at ${address} failed at ${what}: ${message}.${hint(error, message)}`
  return brokeOff(error) ? new BrokeOff(words) : new EngineError(words, status)
}

/** @param seconds for which it was waited for */
export function goneError(error: unknown, address: string, seconds: number): EngineError {
  const { message } = told(error)
  return new EngineError(
    `The Docker engine at ${address} went away and did not come back within ${seconds} s: ${message}. Start it, and run again.`,
  )
}

export function silentError(address: string): EngineError {
  return new EngineError(
    `The Docker engine at ${address} takes questions and does not answer any more. Start it anew, and run again.`,
  )
}

/** It was not there to be asked, so that nothing can have come of the question. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'connect'
}

function brokeOff(error: unknown): boolean {
  return isRefused(error) || ['ECONNRESET', 'EPIPE'].includes(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function told(error: unknown): { message: string; status: number | undefined } {
  if (!(error instanceof Error)) return { message: String(error), status: undefined }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined
  const message = error.message.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim()
  if (/^<(!doctype|html)/i.test(message)) return { message: `it answered ${status} with a web page`, status }
  return { message: message.replace(/\.$/, '') || error.name, status }
}

function hint(error: unknown, message: string): string {
  const code = codeOf(error)
  if (['ECONNREFUSED', 'ENOENT', 'ENOTFOUND', 'EHOSTUNREACH', 'ECONNRESET'].includes(code))
    return ' Is it running? Start it, name another one with DOCKER_HOST, or use --runtime embedded.'
  if (code === 'EACCES')
    return ' Your account may not use it: ask for membership in its group, or use a rootless one.'
  if (/no space left/i.test(message))
    return ' Free some of its disk; `pgmatrix gc --images` removes what pgmatrix keeps there.'
  if (/address pool|overlap/i.test(message))
    return ' Remove networks that nobody uses (docker network prune).'
  return ''
}
