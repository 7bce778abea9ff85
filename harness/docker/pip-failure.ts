/** What a builder container's failure means, and what a person can do about it. */
import { EnvironmentError } from '../core/runtime.js'
import { failureKind, publicMessage, type FailureKind } from '../tools/failure.js'

/** As failureKind; pip's words for "the index has it, but not for this Python" and "it has no such release" are the same. */
export function pipFailureKind(output: string): FailureKind {
  const kind = failureKind(output)
  if (kind === 'storage' || kind === 'network') return kind
  if (DENIED.test(output)) return 'network'
  if (/^It has (wheels|files|sources)/m.test(output)) return 'refused' // python-fixtures/containers/build.py says so
  return /The index has no file of this release/.test(output) ? 'gone' : kind
}

const DENIED = /\b(401|403|407|5\d\d) (Client|Server) Error|\b401 Error, Credentials not correct/i
const UNTRUSTED = /CERTIFICATE_VERIFY_FAILED|SSLError|confirming the ssl certificate/i

/** @param doing `installing psycopg2-2.9.13 on Python 3.12.11 in a container` */
export function pipFailureError(doing: string, output: string): EnvironmentError {
  const kind = pipFailureKind(output)
  return new EnvironmentError(
    `${doing} failed: ${WHAT[kind]}; ${nextStep(kind, output)}\n${publicMessage(output)}`,
  )
}

const WHAT: Record<FailureKind, string> = {
  network: 'the package index was not reached',
  storage: 'the environment does not fit into the memory that a builder container has for files',
  gone: 'the package index has no such release',
  lacking: 'the image lacks what building it from its source needs',
  refused: 'the package cannot be installed there',
}

function nextStep(kind: FailureKind, output: string): string {
  if (kind === 'storage') return 'install less with this client, or use --runtime embedded'
  if (kind === 'gone')
    return "choose another release, or name an index that has this one (index-url in pip's configuration), and run again"
  if (kind === 'refused' || kind === 'lacking') return 'see the message below'
  if (UNTRUSTED.test(output))
    return 'its certificate is not trusted there: name the authority that signs in your network with --ca-bundle FILE, and run again'
  if (DENIED.test(output))
    return "it refuses us: put a name and password that it takes into index-url in pip's configuration, and run again"
  return "check that containers of this engine may reach it, or name a mirror or proxy in pip's configuration (index-url, proxy) and its certificate authority with --ca-bundle FILE, and run again"
}
