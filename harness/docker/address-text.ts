/** What an engine's address says: the Docker CLI's notation in a variable or in a context. */
import { isIPv4 } from 'node:net'
import { UsageError } from '../core/runtime.js'

export type EngineAddress =
  /** `path` is absolute. */
  | { readonly kind: 'unix'; readonly shown: string; readonly path: string }
  /** `host` as in a URL: IPv6 in brackets. */
  | {
      readonly kind: 'tcp'
      readonly shown: string
      readonly host: string
      readonly port: number
      /** Null: plain text, to this machine only. */
      readonly tls: TlsMaterial | null
    }
  /** `host` without brackets; `socket` is the engine's on that host. Undefined is what ssh's own configuration says. */
  | {
      readonly kind: 'ssh'
      readonly shown: string
      readonly host: string
      readonly port: number | undefined
      readonly user: string | undefined
      readonly socket: string
    }

/** PEM texts. */
export interface TlsMaterial {
  /** Undefined: those that Node.js trusts. */
  readonly ca: string | undefined
  /** With `key`, or undefined both. */
  readonly cert: string | undefined
  readonly key: string | undefined
  /** False: the server may be anybody, as the user asked for. */
  readonly verify: boolean
}

/** An address as it was found. */
export interface AddressText {
  readonly text: string
  /** For messages: `DOCKER_HOST`, `the context "x" in <file>`. */
  readonly place: string
  /** What belongs to it if it turns out to be one of TCP. */
  readonly tls: () => Promise<TlsMaterial | null>
}

type Reader = (rest: string, given: AddressText) => EngineAddress | Promise<EngineAddress>

export const ENGINE_SOCKET = '/var/run/docker.sock'
const PLAIN_PORT = 2375
const TLS_PORT = 2376

const READERS: Readonly<Record<string, Reader>> = {
  unix: readUnix,
  tcp: readTcp,
  ssh: readSsh,
  npipe: noPipes,
}

/** @throws UsageError that names the place */
export async function readAddress(given: AddressText): Promise<EngineAddress> {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(given.text) ?? ['', 'tcp', given.text]
  const read = Object.entries(READERS).find(([name]) => name === scheme?.toLowerCase())?.[1]
  if (!read || rest === undefined)
    throw wrong(given, `no engine is reached by ${scheme}:`, 'Use unix://, tcp:// or ssh://.')
  return read(rest, given)
}

export function unixAddress(path: string): EngineAddress {
  return { kind: 'unix', shown: `unix://${path}`, path }
}

function readUnix(rest: string, given: AddressText): EngineAddress {
  const path = rest || ENGINE_SOCKET
  if (!path.startsWith('/'))
    throw wrong(given, 'the path of the socket is not absolute', `Write unix:///${path} or the like.`)
  return unixAddress(path)
}

async function readTcp(rest: string, given: AddressText): Promise<EngineAddress> {
  // `tcp://` and `tcp://:2375` are this machine.
  const url = parsed(`tcp://${/^(:|$)/.test(rest) ? `localhost${rest}` : rest}`, given)
  if (url.username || url.password)
    throw wrong(given, 'it names an account, which engines do not know', 'Leave out all up to the @.')
  if (!['', '/'].includes(url.pathname))
    throw wrong(given, `it has a path (${url.pathname})`, 'Leave it out: tcp://host:port.')
  const tls = await given.tls()
  const host = url.hostname
  if (!tls && !isThisMachine(host))
    throw wrong(
      given,
      'without TLS everybody on that network could become root there',
      `Use ssh://${host}, or TLS: DOCKER_TLS_VERIFY=1 and the folder of ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH.`,
    )
  const port = Number(url.port || (tls ? TLS_PORT : PLAIN_PORT))
  return { kind: 'tcp', shown: `tcp://${host}:${port}`, host, port, tls }
}

function readSsh(rest: string, given: AddressText): EngineAddress {
  const url = parsed(`ssh://${rest}`, given)
  if (url.password)
    throw wrong(
      given,
      'it holds a password, which ssh takes from nobody',
      'Use a key, and leave the password out.',
    )
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const user = decoded(url.username, given)
  // ssh takes what begins with - for an option, and a ProxyCommand hands names on to a shell.
  for (const word of user ? [host, user] : [host])
    if (!/^[\w.:][\w.:+@%-]*$/.test(word))
      throw wrong(
        given,
        `${JSON.stringify(word)} is no name of a host or an account`,
        'Write ssh://user@host:port.',
      )
  const socket = decoded(url.pathname.replace(/^\/$/, ''), given)
  const port = url.port ? Number(url.port) : undefined
  const shown = `ssh://${user ? `${user}@` : ''}${url.host}${socket}`
  return { kind: 'ssh', shown, host, port, user: user || undefined, socket: socket || ENGINE_SOCKET }
}

function noPipes(_rest: string, given: AddressText): never {
  throw wrong(
    given,
    'named pipes of Windows are not supported',
    'Run pgmatrix inside WSL, where the engine has a socket, or use --runtime embedded.',
  )
}

function parsed(text: string, given: AddressText): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url?.hostname || url.search || url.hash || url.port === '0')
    throw wrong(given, 'it is no address', 'Write unix:///path, tcp://host:port or ssh://user@host:port.')
  return url
}

function decoded(text: string, given: AddressText): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw wrong(given, 'a % in it stands before no hexadecimal number', 'Write %25 for a % itself.')
  }
}

/** Whoever reads the network of this machine itself is root here already. */
function isThisMachine(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'))
}

/** What stands before an @ may be a password. */
function wrong({ text, place }: AddressText, reason: string, next: string): UsageError {
  return new UsageError(`${place}: ${text.replace(/^([^/]*\/\/|).*@/s, '$1…@')}: ${reason}. ${next}`)
}
