/** What the run needs of its edges: servers, client environments and workers. Implemented in servers/, clients/ and run/. */
import type { Client, Login, Profile, ProfiledServer, Server } from './matrix.js'
import type { Answer, Deed, DeedResult, Endpoint, Hello, Surroundings, WorkerRequest } from './protocol.js'

export type Row = readonly (string | null)[]

/** A server that answers logins, started by us and stopped when disposed. */
export interface RunningServer extends AsyncDisposable {
  readonly server: Server
  readonly profile: Profile
  readonly runId: string
  /** `server_version_num` as the server itself reported it at its start. */
  readonly versionNum: number
  /** What it was made from: package or image, with its version. */
  readonly build: string
  /** What memory limit the kernel has killed a process of it for since this was last asked; undefined where it has not. */
  outOfMemory(): Promise<string | undefined>
  /** Grows each time the server lost its sessions (a backend was killed) or had to be started again. */
  readonly incarnation: number
  /** Grows each time that whoever runs the server, or the way to it, went away: no cell is to blame for what is lost then. */
  readonly interruptions: number
  /** Resolves when the server answers logins again, starting it anew where its postmaster is gone. @throws ServerGone where it never will */
  settled(): Promise<void>
  /** A fresh database owned by the role that clients connect as. Dropped when disposed. */
  openDatabase(name: string): Promise<ProbeDatabase>
}

export interface ResetOptions {
  /** Becomes the comment of schema public: the client must read it back. */
  readonly nonce: string
  readonly extensions: readonly string[]
  /** SQL run as the owner of the schema, each possibly several statements. */
  readonly setup: readonly string[]
}

/** The harness's own connection (node-postgres, superuser) to the database that one worker uses. */
export interface ProbeDatabase extends AsyncDisposable {
  readonly endpoint: Endpoint
  /** What recipes find in scope of this server's profile. */
  surroundings(login: Login): Surroundings
  /** Does what a recipe asks for. @throws SqlError, ConnectionLost */
  perform(deed: Deed): Promise<DeedResult>
  /**
   * Ends all other sessions of this database, rolls back prepared transactions, unlinks large objects, and replaces schema public.
   * @throws SqlError when the setup fails; ConnectionLost.
   */
  reset(options: ResetOptions): Promise<void>
  /** Rows as text. @throws SqlError, ConnectionLost */
  rows(sql: string): Promise<readonly Row[]>
}

/** The server is gone, or its answer did not come in time: what was asked says nothing about anybody. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

/** SQLSTATE. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const DISK_FULL = '53100'

/** PostgreSQL said no; `sqlstate` is its code. */
export class SqlError extends Error {
  override readonly name = 'SqlError'
  constructor(
    message: string,
    readonly sqlstate: string,
  ) {
    super(message)
  }
}

export interface Interpreter {
  readonly path: string
  /** `3.12.1` */
  readonly version: string
}

/** A client's environment, or why there is none. */
export type PreparedClient = ReadyClient | (Unprepared & { readonly client: Client })

/** `refused` the package is at fault · `not-run` what it would be tried on is */
export interface Unprepared {
  readonly kind: 'refused' | 'not-run'
  readonly reason: string
}

export interface ReadyClient {
  readonly kind: 'ready'
  readonly client: Client
  /** `3.12.1` */
  readonly python: string
  /** What its runtime starts workers from: path of the environment's own python, or id of an image. */
  readonly environment: string
  /** What it stands on, for the results: path-free, such as an image with its digest; null for an interpreter of this machine. */
  readonly build: string | null
  /** Every distribution installed, normalised name to version. */
  readonly packages: Readonly<Record<string, string>>
  /** Those built from their sources, to what they became: `cp312-cp312-linux_x86_64`, or `py3-none-any` where nothing was compiled. */
  readonly built: Readonly<Record<string, string>>
}

/** One long-lived Python process for one client. Requests are answered one at a time. */
export interface Worker extends AsyncDisposable {
  readonly hello: Hello
  /** False once the process is gone: it answers nothing any more. */
  readonly alive: boolean
  /** As RunningServer's. */
  outOfMemory(): Promise<string | undefined>
  /** Resolves where it stands as it was started. @throws ConnectionLost where somebody took it off its network: what a recipe raised may be of that. */
  settled(): Promise<void>
  /** `perform` does what a recipe asks for while it runs. @throws WorkerGone when the worker itself died or did not answer within the request's deadline plus a margin; ConnectionLost when whoever runs it went away. */
  ask(request: WorkerRequest, perform?: Perform): Promise<Answer>
}

/** @throws SqlError where the server refuses it */
export type Perform = (deed: Deed) => Promise<DeedResult>

export class WorkerGone extends Error {
  override readonly name = 'WorkerGone'

  /** @param killed with SIGKILL, as from outside */
  constructor(
    message: string,
    readonly killed = false,
  ) {
    super(message)
  }
}

/** Where the client would run, a library that it needs is missing. The message says which, and what to do. */
export class LibraryMissing extends Error {
  override readonly name = 'LibraryMissing'
}

/** The surroundings are at fault (no network, no Python, disk full): exit code 3. The message says what and what next. */
export class EnvironmentError extends Error {
  override readonly name: string = 'EnvironmentError'
}

/** A server that nobody here can start anew is out of reach for the rest of the run. */
export class ServerGone extends EnvironmentError {
  override readonly name = 'ServerGone'
}

/** The user's words or files are at fault: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Where servers and workers run. */
export interface Runtime extends AsyncDisposable {
  /** As results files name it. */
  readonly name: RuntimeName
  /** Why a server can't be had here, or undefined. */
  unavailable(wanted: ProfiledServer): string | undefined
  /** What a server would be made from, as text that changes with it; undefined where only the running one can tell. */
  serverMakings(wanted: ProfiledServer): string | undefined
  /** The same of a client's environment. */
  clientMakings(client: Client): Promise<string | undefined>
  /** In the order given. @throws EnvironmentError */
  prepareClients(clients: readonly Client[], how: PrepareHow): Promise<readonly PreparedClient[]>
  /** All of them up at once. @throws EnvironmentError; then nothing is left running */
  startServers(wanted: readonly ProfiledServer[], how: PrepareHow): Promise<ServerPool>
  /** @throws WorkerGone, LibraryMissing, EnvironmentError */
  startWorker(client: ReadyClient): Promise<Worker>
}

export const RUNTIMES = ['embedded', 'docker'] as const
export type OwnRuntimeName = (typeof RUNTIMES)[number]
/** `dsn`: servers that somebody else runs. */
export type RuntimeName = OwnRuntimeName | 'dsn'

export interface PrepareHow {
  readonly onProgress: (text: string) => void
  readonly signal: AbortSignal
}

export interface ServerPool extends AsyncDisposable {
  /** In the order in which they were asked for. */
  readonly servers: readonly RunningServer[]
}
