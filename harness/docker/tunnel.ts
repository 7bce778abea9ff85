/** Reaches an engine through the user's own ssh: its configuration, keys, agent and known hosts hold. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { EnvironmentError } from '../core/runtime.js'
import { createRunFolder } from '../servers/run-folder.js'
import { sweep } from '../servers/sweep.js'
import type { EngineAddress } from './address-text.js'

export type SshAddress = Extract<EngineAddress, { kind: 'ssh' }>

/** Disposing it ends ssh and removes the socket. */
export interface Tunnel extends AsyncDisposable {
  /** Path of a socket of this machine that leads to the engine. */
  readonly socket: string
  readonly pid: number | undefined
}

/** Seconds for ssh to log in and for the engine to answer. */
const DEADLINE = 20
/** Milliseconds for ssh to end when told to. */
const ENDING_MS = 2000
/** The kernel's limit is 103 bytes on macOS, 107 on Linux, and ssh appends 17 of its own while it binds. */
const SOCKET_PATH_LIMIT = 86
/** Milliseconds for what ssh wrote before its end to come in. */
const LAST_WORDS_MS = 200
/** Characters. */
const MAX_SAID = 2000

const OPTIONS = [
  'BatchMode=yes',
  'ExitOnForwardFailure=yes',
  `ConnectTimeout=${DEADLINE}`,
  'ServerAliveInterval=15',
  'ServerAliveCountMax=4',
  // A shared connection would outlive us, and keep the tunnel with it.
  'ControlPath=none',
  'ForwardAgent=no',
  'ForwardX11=no',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'RequestTTY=no',
  // Its messages are ours.
  'LogLevel=INFO',
]

/**
 * The remote `cat` ends with our end of its input and takes the tunnel along, however we end.
 * @param seconds deadline for the engine's first answer
 * @throws EnvironmentError with what ssh said
 */
export async function openTunnel(address: SshAddress, seconds: number = DEADLINE): Promise<Tunnel> {
  const root = realpathSync(tmpdir())
  await sweep([root])
  const folder = path.join(root, `pgmatrix-${randomBytes(4).toString('hex')}`)
  const socket = path.join(folder, 'docker.sock')
  if (Buffer.byteLength(socket) > SOCKET_PATH_LIMIT)
    throw new EnvironmentError(
      `${socket} is too long for a socket. Set TMPDIR to a folder with a short path.`,
    )
  await createRunFolder(folder, null)
  const ssh = new Ssh(sshWords(address, socket))
  const tunnel = {
    socket,
    pid: ssh.pid,
    async [Symbol.asyncDispose]() {
      await ssh.end()
      await rm(folder, { recursive: true, force: true })
    },
  }
  const problem = await untilAnswered(ssh, socket, seconds)
  if (problem === undefined) return tunnel
  await tunnel[Symbol.asyncDispose]()
  throw new EnvironmentError(problemText(address, ssh.said.trim() || problem))
}

function sshWords({ host, port, user, socket: remote }: SshAddress, local: string): string[] {
  return [
    ...OPTIONS.flatMap((option) => ['-o', option]),
    ...['-L', `${local}:${remote}`],
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    ...['--', host, 'cat'],
  ]
}

/** The program, from its start to its end. */
class Ssh {
  /** The last that it wrote. */
  said = ''
  /** How it ended; undefined while it runs. */
  fate: string | undefined
  readonly #child: ChildProcessWithoutNullStreams
  readonly #ended: Promise<void>

  constructor(words: readonly string[]) {
    // A session of its own: Ctrl-C in the terminal is for the harness, which then ends its tunnel.
    this.#child = spawn('ssh', words, { stdio: 'pipe', detached: true })
    this.#child.stdin.on('error', () => {}) // it may be gone
    this.#child.stdout.resume()
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-MAX_SAID)
    })
    this.#ended = new Promise((resolve) => {
      const learn = (fate: string) => {
        this.fate ??= fate
        resolve()
      }
      this.#child.once('error', (error) => learn(`it could not be started: ${error.message}`))
      this.#child.once('close', (code, signal) => learn(endWords(code, signal)))
      // A ProxyCommand that hangs keeps the streams open.
      this.#child.once('exit', (...how) => setTimeout(learn, LAST_WORDS_MS, endWords(...how)))
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Ends it with all that it started. */
  async end(): Promise<void> {
    this.#child.stdin.end()
    this.#signal('SIGTERM')
    await Promise.race([this.#ended, pause(ENDING_MS, undefined, { ref: false })])
    if (this.fate === undefined) this.#signal('SIGKILL')
    await this.#ended
    this.#child.stderr.destroy()
    this.#child.stdout.destroy()
  }

  /** To its group: a ProxyCommand that hangs would stay otherwise. */
  #signal(name: NodeJS.Signals): void {
    if (this.pid === undefined) return
    try {
      process.kill(-this.pid, name)
    } catch {
      // Gone already.
    }
  }
}

function endWords(code: number | null, signal: NodeJS.Signals | null): string {
  return `it ended with ${signal ?? `exit code ${code}`}`
}

/** Why the engine did not answer; undefined where it did. */
async function untilAnswered(ssh: Ssh, socket: string, seconds: number): Promise<string | undefined> {
  const signal = AbortSignal.timeout(seconds * 1000)
  while (!signal.aborted) {
    if (ssh.fate !== undefined) return ssh.fate
    if (await answers(socket, signal)) return undefined
    // Logged in, and refused further on: by sshd, or for want of an engine.
    if (/open failed/.test(ssh.said)) return ssh.said
    await pause(30)
  }
  return `no engine answered within ${seconds} s`
}

function answers(socketPath: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ socketPath, path: '/_ping', agent: false, signal }, (response) => {
      response.resume().once('close', () => resolve(response.statusCode === 200))
    })
    request.once('error', () => resolve(false))
  })
}

function problemText(address: SshAddress, reason: string): string {
  const { shown, host, port, user, socket } = address
  const login = ['ssh', ...(port ? ['-p', port] : []), `${user ? `${user}@` : ''}${host}`].join(' ')
  const hints: readonly (readonly [RegExp, string])[] = [
    [/could not be started/, 'Install the OpenSSH client, or name another engine with DOCKER_HOST.'],
    [/Host key verification failed/, `Log in once by hand, and compare the key: ${login}`],
    [/Permission denied/, `ssh must get in without a question: ssh-add your key, then try: ${login} true`],
    [
      /open failed/,
      `Its ${socket} must be an engine's socket that the account may use (group docker) and sshd must forward to (AllowStreamLocalForwarding). Another one: ssh://host/path`,
    ],
    [/Could not resolve/, 'Look at the name of the host.'],
  ]
  const next =
    hints.find(([said]) => said.test(reason))?.[1] ?? `See whether this works: ${login} docker version`
  return `The Docker engine at ${shown} cannot be reached through ssh: ${reason.replace(/\.$/, '')}. ${next}`
}
