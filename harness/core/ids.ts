/** Ids are built and parsed here and nowhere else. */

export interface CellId {
  readonly server: string
  readonly client: string
  readonly probe: string
}

/** `17/psycopg2-2.9.13/json-jsonb-decode` */
export function cellId({ server, client, probe }: CellId): string {
  return `${server}/${client}/${probe}`
}

/** `psycopg2-2.9.13`, `sqlalchemy-2.1.9+asyncpg-0.32.0` */
export function clientId(release: ReleaseName, driver?: ReleaseName): string {
  const name = `${release.family}-${release.version}`
  return driver ? `${name}+${driver.family}-${driver.version}` : name
}

/** `flask-3.1.3+sqlalchemy-2.1.9+psycopg2-2.9.13` */
export function stackId(framework: ReleaseName, client: string): string {
  return `${clientId(framework)}+${client}`
}

export interface ReleaseName {
  readonly family: string
  readonly version: string
}

/** Undefined where the text is not `<family>-<version>`. Family names have no digits after a dash. */
export function parseRelease(text: string): ReleaseName | undefined {
  const match = /^([a-z][a-z0-9_]*(?:-[a-z][a-z0-9_]*)*)-(\d[\w.]*)$/.exec(text)
  return match?.[1] && match[2] ? { family: match[1], version: match[2] } : undefined
}

/** Of a server that clients reach through a pooler: `17+pgbouncer`. */
export function isPooled(server: string): boolean {
  return server.includes('+')
}

/** Of a server that the run did not start: `dsn:managed`. */
export function isForeign(server: string): boolean {
  return server.startsWith('dsn:')
}

const STACK = '-stack'

/** Of the family of a framework's stacks: Django is an ORM as well. */
export function stackFamilyId(framework: string): string {
  return framework + STACK
}

/** `flask` of `flask-stack` */
export function frameworkOf(stackFamily: string): string {
  return stackFamily.slice(0, -STACK.length)
}
