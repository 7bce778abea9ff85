import { EnvironmentError } from '../core/runtime.js'
import { failureKind, publicMessage, type FailureKind } from './failure.js'
import { whatIsLacking } from './lacking.js'

/** Says what a person can do about each kind of failed installation. */
export function failureError(doing: string, output: string, cache: string): EnvironmentError {
  const kind = failureKind(output)
  return new EnvironmentError(
    `${doing} failed: ${WHAT[kind]}; ${nextStep(kind, cache, output)}\n${publicMessage(output)}`,
  )
}

const WHAT: Record<FailureKind, string> = {
  network: 'the package index was not reached',
  storage: 'the cache folder cannot be written',
  gone: 'the package index has no such release',
  lacking: 'this machine lacks what building it from its source needs',
  refused: 'the package cannot be installed here',
}

function nextStep(kind: FailureKind, cache: string, output: string): string {
  if (kind === 'network') {
    return 'check the network, or set HTTPS_PROXY, SSL_CERT_FILE or UV_DEFAULT_INDEX (pip.conf is not read by uv), and run again'
  }
  if (kind === 'storage')
    return `free some space in ${cache}, or set PGMATRIX_CACHE to another folder, and run again`
  if (kind === 'gone')
    return 'choose another release, or an index that has this one (UV_DEFAULT_INDEX), and run again'
  if (kind === 'lacking') return `install ${whatIsLacking(output)} and run again`
  return 'see the message below'
}
