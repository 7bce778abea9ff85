/** What the parts of this folder have of each other: an engine, and containers whose streams we hold. */
import type Docker from 'dockerode'
import type { Readable, Writable } from 'node:stream'

/** The engine that answers at one address. Every question has a deadline. */
export interface Engine extends AsyncDisposable {
  /** For messages: `unix:///var/run/docker.sock`, without credentials. */
  readonly address: string
  /** Hex; in the label of everything that this run creates. */
  readonly runId: string
  /**
   * Asks the engine. `what` completes "The Docker engine failed at …".
   * @param seconds 30 by default
   * @throws EngineError when it refuses, breaks off, or does not answer within `seconds`
   */
  ask<T>(what: string, question: (docker: Docker) => Promise<T>, seconds?: number): Promise<T>
  /** Labels for whatever is created: the run, its owner, its hard lifetime. */
  labels(role: Role): Record<string, string>
  /** Creates a container, attaches to its streams, then starts it. @throws EngineError */
  start(wanted: ContainerWanted): Promise<AttachedContainer>
}

/** `maker` is created, filled and committed, and never started. */
export type Role = 'server' | 'pooler' | 'worker' | 'relay' | 'builder' | 'maker' | 'network'

export interface ContainerWanted {
  readonly role: Exclude<Role, 'network' | 'maker'>
  /** For messages: `PostgreSQL 18`, `the worker of psycopg2-2.9.13`. */
  readonly purpose: string
  /** Id of an image that the engine has. */
  readonly image: string
  readonly command: readonly string[]
  /** `uid:gid`, never 0. */
  readonly user: string
  /** Id of a network; null for none at all. */
  readonly network: string | null
  /** Name by which the others in its network find it. */
  readonly alias?: string
  /** Bytes, swap included. */
  readonly memory: number
  /** Processes and threads. */
  readonly pids: number
  /** Path to mount options, `rw,nosuid,nodev,noexec,size=64m,mode=1777`. All else is read-only. */
  readonly tmpfs: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}

/** A started container. Its first process ends at the end of its input, which comes with our connection's end. */
export interface AttachedContainer extends AsyncDisposable {
  readonly id: string
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Its address in its network. @throws EngineError */
  address(): Promise<string>
  /** Resolves when it has ended, or when the engine stopped telling about it; never rejects. */
  readonly fate: Promise<Fate>
  /** Processes of it that the kernel has killed so far because its memory was used up. */
  readonly memoryKills: number
  /** What somebody else did to it, as the engine knows it by now; or that the engine is in trouble; undefined where it stands as it was started, or has ended */
  disturbance(): Promise<string | undefined>
  /** Ends it with SIGKILL; no error where it is gone. @throws EngineError where the engine does not answer */
  kill(): Promise<void>
}

export type Fate =
  /** `code` as the engine reports it: 128 + n for signal n. */
  | { readonly kind: 'exited'; readonly code: number }
  /** The streams broke off and nothing was heard of an end: the engine went away, or the network to it. */
  | { readonly kind: 'lost'; readonly reason: string }
