/** The way to an engine: a socket of this machine, TCP with or without TLS, or a tunnel of ssh. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent, get } from 'node:https'
import Docker from 'dockerode'
import type { EngineAddress, TlsMaterial } from './address-text.js'
import { EngineError } from './engine-error.js'
import { openTunnel } from './tunnel.js'

/** Ends the tunnel, where there is one, and every idle connection. */
export interface Connection extends AsyncDisposable {
  /** For messages, without credentials. */
  readonly shown: string
  readonly options: ConnectionOptions
}

/** Everything that docker-modem would otherwise take from the environment, see newDocker(). */
export interface ConnectionOptions extends Docker.DockerOptions {
  readonly socketPath: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  readonly protocol: 'http' | 'https'
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly username: undefined
  readonly password: undefined
  readonly timeout: undefined
  readonly pathPrefix: '/'
  /** Says for TLS how much of it is checked: docker-modem itself hands on certificates only. */
  readonly agent: HttpAgent
}

/** Seconds for an engine to say who it is. */
const HANDSHAKE = 10

/** @throws EnvironmentError where no tunnel comes up, or where the two sides do not trust each other */
export async function connect(address: EngineAddress): Promise<Connection> {
  switch (address.kind) {
    case 'unix':
      return connection(address.shown, overSocket(address.path))
    case 'ssh': {
      const tunnel = await openTunnel(address)
      return connection(address.shown, overSocket(tunnel.socket), tunnel)
    }
    case 'tcp': {
      const { shown, host, port, tls } = address
      const agent = tls ? tlsAgent(tls) : new HttpAgent({ keepAlive: true })
      const options = { ...overSocket(undefined), host, port, agent }
      if (!tls) return connection(shown, options)
      await checkTrust(address, tls, agent)
      return connection(shown, { ...options, protocol: 'https', ca: tls.ca, cert: tls.cert, key: tls.key })
    }
  }
}

/**
 * docker-modem's constructor reads DOCKER_HOST, DOCKER_CERT_PATH and more by itself, and fails over a missing file that the
 * options given make irrelevant. Without DOCKER_HOST it reads nothing.
 */
export function newDocker(options: ConnectionOptions): Docker {
  const { DOCKER_HOST } = process.env
  delete process.env.DOCKER_HOST
  try {
    return new Docker(options)
  } finally {
    if (DOCKER_HOST !== undefined) process.env.DOCKER_HOST = DOCKER_HOST
  }
}

function connection(shown: string, options: ConnectionOptions, tunnel?: AsyncDisposable): Connection {
  return {
    shown,
    options,
    async [Symbol.asyncDispose]() {
      options.agent.destroy()
      await tunnel?.[Symbol.asyncDispose]()
    },
  }
}

function overSocket(socketPath: string | undefined): ConnectionOptions {
  return {
    socketPath,
    host: undefined,
    port: undefined,
    protocol: 'http',
    ca: undefined,
    cert: undefined,
    key: undefined,
    username: undefined,
    password: undefined,
    timeout: undefined,
    pathPrefix: '/',
    agent: new HttpAgent({ keepAlive: true }),
  }
}

function tlsAgent({ verify }: TlsMaterial): HttpsAgent {
  return new HttpsAgent({ keepAlive: true, minVersion: 'TLSv1.2', rejectUnauthorized: verify })
}

/** Whatever else goes wrong is told by the first question to the engine. */
async function checkTrust(
  { shown, host, port }: Extract<EngineAddress, { kind: 'tcp' }>,
  { ca, cert, key }: TlsMaterial,
  agent: HttpAgent,
): Promise<void> {
  const options = { host: host.replace(/^\[(.*)\]$/, '$1'), port, path: '/_ping', agent, ca, cert, key }
  const error = await new Promise<unknown>((resolve) => {
    const request = get({ ...options, timeout: HANDSHAKE * 1000 }, (response) => {
      response.resume().once('close', resolve)
    })
    request.once('error', resolve).once('timeout', () => request.destroy(new Error('no answer')))
  })
  const hint = trustHint(error)
  if (!hint || !(error instanceof Error)) return
  agent.destroy()
  throw new EngineError(`The Docker engine at ${shown} cannot be spoken to: ${error.message.trim()}. ${hint}`)
}

const OUR_CERTIFICATE = 'cert.pem and key.pem must be made by the authority that it trusts'
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/ALTNAME/, 'Its certificate is for another name: use a name that is in it, or make it anew.'],
  [/EXPIRED|NOT_YET_VALID/, 'Its certificate is out of date: make it anew, or look at the clocks.'],
  [/SELF_SIGNED|ISSUER|VERIFY_LEAF|UNTRUSTED/, 'ca.pem is not the authority that made its certificate.'],
  [/ALERT/, `It does not take our certificate: ${OUR_CERTIFICATE}.`],
  // What is left of a refusal where the connection's end overtakes the alert.
  [/ECONNRESET|EPIPE/, `It may not take our certificate (${OUR_CERTIFICATE}), or have ended just now.`],
  [/WRONG_VERSION|EPROTO|PACKET_LENGTH/, 'It speaks no TLS at this port: look at the port.'],
]

function trustHint(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return HINTS.find(([codes]) => codes.test(String(error.code)))?.[1]
}
