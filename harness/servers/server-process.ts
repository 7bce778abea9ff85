/** What stands behind a running server: a postmaster that can be started, reached and ended. One for each runtime. */
import type { FrontDoor } from './front.js'
import type { NetworkDoor } from './profile.js'
import type { Session, SessionOptions } from './session.js'

/** `standby` follows its primary; `restored` is a backup that goes its own way. */
export type CopyName = 'standby' | 'restored'

/** A postmaster that ended: how, and the last lines of its log. */
export interface Exit {
  readonly how: string
  readonly log: string
}

export interface ServerProcess {
  /** For messages: the server's id. */
  readonly name: string
  /** How it ended; undefined while it runs. */
  readonly exit: Exit | undefined
  /** Host name, address or socket folder for clients; known once it was started, and another one after each start. */
  readonly host: string
  readonly port: number
  /** Where recipes reach it over a network, for profiles that have one; known once it was started. */
  readonly network: NetworkDoor
  /** What it was made from, for the results: package or image with its version. */
  readonly build: string
  /** See RunningServer.interruptions. */
  readonly interruptions: number
  /** See RunningServer.outOfMemory. */
  outOfMemory(): Promise<string | undefined>
  /** Starts it unless it runs; logins are possible some time later. @throws EnvironmentError */
  start(): Promise<void>
  /** Kills every process of the server; it stays down until it is started again. */
  kill(): Promise<void>
  /** Ends it for good. */
  stop(): Promise<void>
  /** Called at each end that was not asked for by `stop`. */
  onExit(callback: () => void): void
  /**
   * Another server on a copy of its data, not started yet, for profiles that have one; `stop` removes the copy.
   * @param primary the superuser's session with this one
   */
  beside(copy: CopyName, primary: Session): Promise<ServerProcess>
  /**
   * Starts the pooler of its profile where that has one, for roles that are there now; recipes then reach the server through it.
   * @throws EnvironmentError
   */
  pool(): Promise<NetworkDoor | undefined>
  /** Starts the pooler that all clients go through, anew where it runs, if this server has one. @throws EnvironmentError */
  front(): Promise<FrontDoor | undefined>
  /** A session of the superuser. @throws ConnectionLost, SqlError */
  login(database: string, options?: SessionOptions): Promise<Session>
}
