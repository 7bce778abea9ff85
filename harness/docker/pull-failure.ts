/** Why an image could not be had, told apart by what registries and engines say of it. */
import { z } from 'zod'
import { EngineError } from './engine-error.js'
import { PullBroken } from './pull.js'

export type PullFailure =
  | 'rate-limit'
  | 'disk-full'
  | 'wrong-digest'
  | 'unauthorized'
  | 'no-digest'
  | 'not-found'
  | 'no-network'
  | 'other'

/** The engine answered, and has not got the image. */
export class PullError extends EngineError {
  constructor(
    readonly kind: PullFailure,
    message: string,
    status?: number,
  ) {
    super(message, status)
  }
}

/** The first that fits, from what can be mistaken least. Words of Docker 20.10 to 29, containerd, distribution and Podman. */
const SAID: readonly (readonly [RegExp, PullFailure])[] = [
  [/too ?many ?requests|rate limit/i, 'rate-limit'],
  [/no space left|disk quota exceeded/i, 'disk-full'],
  [/verification failed|unexpected digest|digest mismatch|does not match digest/i, 'wrong-digest'],
  [/unauthorized|authentication required|no basic auth|denied|forbidden/i, 'unauthorized'],
  [/manifest unknown|name unknown|not found|no such image|does not exist/i, 'not-found'],
  [
    /dial tcp|no such host|time(d ?)?out|refused|unreachable|reset by peer|proxyconnect|\bEOF\b|tls:|x509|deadline exceeded/i,
    'no-network',
  ],
]

const NEXT: Readonly<Record<PullFailure, string>> = {
  'rate-limit':
    'The registry counts over some hours: try again in one to six, log in with `docker login`, or name a mirror with --mirror.',
  'disk-full': "Free some of the engine's disk; `pgmatrix gc --images` removes what pgmatrix keeps there.",
  'wrong-digest':
    'What came is not what matrix/locks/images.yaml says: nothing is run from it. Try another registry or mirror; `pgmatrix lock --images` writes the lock anew.',
  unauthorized:
    'It is not there, or wants to know who asks: check the name, log in with `docker login`, or name another registry with --mirror.',
  'no-digest':
    'The registry has not got what matrix/locks/images.yaml says: it may keep no old images. Name another with --mirror, or write the lock anew with `pgmatrix lock --images`.',
  'not-found': 'Check its name in matrix/servers.yaml or matrix/pythons.yaml, and that of the --mirror.',
  'no-network':
    'The engine did not reach the registry: check its network, its proxy and its certificates, or name a mirror with --mirror.',
  other: 'Run again; `docker pull` of the same image tells whether it is the engine or the registry.',
}

export interface Pulling {
  /** Address of the engine. */
  readonly address: string
  /** `pulling postgres:17.10-bookworm` */
  readonly what: string
  /** By its digest, or else by its tag. */
  readonly byDigest: boolean
}

/** Undefined where it is not the engine's word on the image: for the engine's own troubles see engine.ts. */
export function pullFailure(error: unknown, pulling: Pulling): PullError | undefined {
  const { words, status } = said(error) ?? {}
  if (words === undefined) return undefined
  const kind = SAID.find(([pattern]) => pattern.test(words))?.[1] ?? STATUS[status ?? 0] ?? 'other'
  return pullError(kind === 'not-found' && pulling.byDigest ? 'no-digest' : kind, words, pulling, status)
}

export function pullError(kind: PullFailure, words: string, pulling: Pulling, status?: number): PullError {
  const { address, what } = pulling
  const sentence = `The Docker engine at ${address} failed at ${what}: ${words.trim().replace(/\.$/, '')}.`
  return new PullError(kind, `${sentence} ${NEXT[kind]}`, status)
}

/** Where the words alone do not tell. */
const STATUS: Readonly<Record<number, PullFailure>> = {
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'not-found',
  429: 'rate-limit',
}

const answerSchema = z.object({ statusCode: z.number(), message: z.string() })

function said(error: unknown): { words: string; status?: number } | undefined {
  if (error instanceof PullBroken) return { words: error.message }
  const answer = answerSchema.safeParse(error)
  if (!answer.success) return undefined
  const { statusCode: status, message } = answer.data
  return { words: message.replace(/^\(HTTP code \d+\) [^-]*- /, ''), status }
}
