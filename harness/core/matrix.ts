/**
 * The matrix as loaded: what there is to run. `load/` builds these from `matrix/`; nothing here is checked again.
 */
import type { Standing } from './standing.js'
import type { Level } from './verdict.js'

/** Where something was written: a path relative to the working directory, 1-based line and column. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One PostgreSQL release under one profile. */
export interface Server {
  /** `17`, `17+pgbouncer` */
  readonly id: string
  readonly major: number
  /** Full version that must answer, e.g. `17.10`, or `19rc1` for a preview. */
  readonly version: string
  /** Not released yet: a beta or a release candidate. */
  readonly preview: boolean
  /** `2028-11-09`, the day of the major's final release; left out where none was announced. */
  readonly endOfLife?: string | undefined
  /** Undefined where it is to be had as binaries alone. */
  readonly image: Image | undefined
  /** npm packages with the binaries, by platform key `linux-x64`, `darwin-arm64`, …; empty where it is to be had as an image alone. */
  readonly binaries: Readonly<Record<string, BinaryPackage>>
  /** What all clients reach it through; left out where there is nothing between. */
  readonly pooler?: Pooler | undefined
}

/** PgBouncer in transaction mode, without and with tracking of prepared statements. */
export const POOLERS = ['pgbouncer', 'pgbouncer-tracking'] as const
export type Pooler = (typeof POOLERS)[number]

/**
 * How a server is set up. `network`: TCP with TLS and roles that log in by different methods; `standby`: a primary and a streaming
 * standby; `failover`: such a pair that one recipe has for itself; a pooler: recipes are told of it, beside the server itself.
 */
export const PROFILES = ['plain', 'network', 'standby', 'failover', ...POOLERS] as const
export type Profile = (typeof PROFILES)[number]

/** Ways to log in over the network, each with a role and a line of pg_hba.conf of its own. */
export const LOGINS = ['scram', 'md5', 'password', 'certificate', 'reject', 'replication'] as const
export type Login = (typeof LOGINS)[number]

/** A server, set up for some probes. */
export interface ProfiledServer {
  readonly server: Server
  readonly profile: Profile
}

/** A container image, as the matrix names it. */
export interface Image {
  /** `postgres:17.10-bookworm` */
  readonly name: string
  /** `sha256:…` of its index over all platforms; undefined where nothing is locked. */
  readonly digest: string | undefined
}

/** What clients run on in containers. */
export interface PythonImage {
  /** Not released yet. */
  readonly preview: boolean
  /** `3.14` */
  readonly version: string
  readonly image: Image
}

export interface BinaryPackage {
  readonly name: string
  readonly version: string
  /** Subresource integrity of the tarball, `sha512-…` */
  readonly integrity: string
}

export const CLIENT_KINDS = ['driver', 'orm', 'stack'] as const
export type ClientKind = (typeof CLIENT_KINDS)[number]

/** What `matrix/clients/<family>.yaml`, or `matrix/stacks/<framework>.yaml`, says about a family. */
export interface Family extends Standing {
  /** `psycopg2`, `sqlalchemy`; of stacks `flask-stack`, since Django is an ORM as well. */
  readonly id: string
  /** Ids that it had before; none where it is missing. */
  readonly formerly?: readonly string[] | undefined
  readonly title: string
  readonly kind: ClientKind
  readonly about: string
  readonly docs: string
  readonly source: string
  /** Distribution whose version is the client's version, e.g. `psycopg2-binary`. */
  readonly package: string
  /** Distributions that are built from their sources; absent where all come as wheels. */
  readonly builds?: readonly string[] | undefined
  /** It cannot be installed any more: probes need no entry for it. */
  readonly withoutRecipes?: boolean | undefined
  /** Globs over ids of probes: it is asked these alone. Absent where it is asked all that are for its kind. */
  readonly probes?: readonly string[] | undefined
  readonly releases: readonly Release[]
}

export interface Release {
  readonly version: string
  /** PEP 440 range of the Pythons it is tried on, e.g. `>=3.8,<3.10`. */
  readonly python: string
  /** Requirements in pip's syntax, pinned: `psycopg[binary]==3.3.9`. */
  readonly install: readonly string[]
  /** For an ORM: ids of the drivers under it, `psycopg2-2.9.13`. Empty for a driver. */
  readonly drivers: readonly string[]
}

/** A driver release, an ORM release with the driver release under it, or a web framework's release on top of one of these. */
export interface Client {
  /** `psycopg2-2.9.13`, `sqlalchemy-2.1.9+asyncpg-0.32.0`, `flask-3.1.3+sqlalchemy-2.1.9+psycopg2-2.9.13` */
  readonly id: string
  readonly family: Family
  readonly version: string
  /** The driver under an ORM or a stack; absent for a driver. */
  readonly driver?: { readonly family: string; readonly version: string }
  /** Of a stack: what stands on top of the client. */
  readonly stack?: Stack
  readonly python: string
  /** Requirements of the client and of its driver. */
  readonly install: readonly string[]
  /** Distributions that are built from their sources, the driver's included; absent where all come as wheels. */
  readonly builds?: readonly string[]
  /** Distributions that the worker must report at exactly these versions. */
  readonly pins: Readonly<Record<string, string>>
  /** Text of the lock file (pip requirements with hashes), or undefined where nothing was locked. */
  readonly lock?: string
}

/** A web application of a framework on a client, and what it says of each feature. */
export interface Stack {
  /** The ORM under the framework; undefined where the application calls the driver itself. */
  readonly orm: { readonly family: string; readonly version: string } | undefined
  /** What serves it: `gunicorn` */
  readonly server: string
  /** The documented bridge between framework and client, `Flask-SQLAlchemy`; undefined where the application is the bridge. */
  readonly integration: string | undefined
  /** Folder of python-fixtures/stacks/. */
  readonly application: string
  readonly files: readonly ApplicationFile[]
  /** How the application has a feature, by the probe's id. */
  readonly features: ReadonlyMap<string, Feature>
}

export interface ApplicationFile {
  /** Relative to the application's folder. */
  readonly name: string
  readonly code: string
}

/** The level of what the application does for it, or what is documented to be absent. */
export interface Feature {
  readonly level: Level | undefined
  readonly note: string | undefined
  readonly absent: readonly string[]
  readonly place: Place
}

/** A recipe as it runs: shapes expanded, indentation removed. */
export interface Recipe {
  readonly level: Level
  readonly code: string
  /** Where the first line of `code` stands. */
  readonly place: Place
  /** Required for `partial`: what one must do, or what is lost. */
  readonly note?: string
}

/** Everything a probe says for one set of clients. */
export interface RecipeEntry {
  /** `psycopg2`, `sqlalchemy+asyncpg`, `django>=6.1`: see core/recipe-key.ts */
  readonly key: string
  /** In the order of LEVELS. */
  readonly recipes: readonly Recipe[]
  /** Documented API verified to be absent from the installed package, as dotted names. */
  readonly absent: readonly string[]
  readonly place: Place
}

export interface Witness {
  readonly sql: string
  /** Rows as PostgreSQL prints them as text; null for NULL. */
  readonly rows: readonly (readonly (string | null)[])[]
}

export interface Control {
  readonly sql: string
  /** SQLSTATEs that mean "this server does not have it"; any other error is ours. */
  readonly absent: readonly string[]
}

/** A Python value, written in YAML (JSON-like) or as a Python expression. */
export type PythonValue = { readonly json: unknown } | { readonly python: string }

/** Python that a probe runs before each of its recipes. */
export interface Given {
  readonly code: string
  readonly place: Place
}

export interface Probe {
  readonly id: string
  /** Ids that it had before. */
  readonly formerly: readonly string[]
  readonly title: string
  readonly group: string
  readonly tier: 1 | 2
  /** Kinds of clients that it asks; the others have no cells in it. */
  readonly kinds: readonly ClientKind[]
  /** First PostgreSQL major, as people write it; shown, never used to decide. */
  readonly since: string
  readonly docs: string
  readonly about: string
  readonly control: Control
  /** Created by the harness (as superuser) before `setup`. */
  readonly extensions: readonly string[]
  /** SQL for every recipe, run as the owner of the schema. */
  readonly setup: string
  /** DDL for drivers and for raw recipes; an ORM's native and partial recipes create it from their model. */
  readonly table: string
  /** The server that its recipes run on. */
  readonly profile: Profile
  /** Whose user and password its recipes are given, on a profile with a network. */
  readonly login: Login
  /** Whether it means something behind a pooler, where a session of the server is nobody's for longer than a transaction. */
  readonly pooled: boolean
  /** The same surroundings for every recipe: what it defines is in their scope. */
  readonly given: Given | undefined
  /** In scope of every recipe as `value`. */
  readonly value: PythonValue
  /** What a recipe must return. */
  readonly expect: PythonValue
  readonly witness: readonly Witness[]
  /** Seconds one recipe may take. */
  readonly deadline: number
  readonly entries: readonly RecipeEntry[]
  /** What is asked of the application of every stack; undefined where the probe is not for stacks. */
  readonly conversation?: Given | undefined
  readonly place: Place
}

export interface Matrix {
  readonly servers: readonly Server[]
  /** Has PgBouncer, for containers; undefined where the matrix names none. */
  readonly pooler: Image | undefined
  /** Newest first; none where the matrix is for this machine's interpreters alone. */
  readonly pythons: readonly PythonImage[]
  /** Drivers, ORMs, stacks. */
  readonly families: readonly Family[]
  readonly clients: readonly Client[]
  /** Sorted by group order, then id. */
  readonly probes: readonly Probe[]
  /** Groups in the order in which they are shown. */
  readonly groups: readonly string[]
}
