/** `pgmatrix doctor`: what this machine has of what a run needs. Nothing is installed or changed. */
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { cacheRoot } from '../cache.js'
import { findInterpreters } from '../clients/interpreters.js'
import { platformKey } from '../servers/platform.js'

export interface Finding {
  readonly subject: string
  readonly state: 'ok' | 'missing' | 'optional'
  readonly text: string
}

export async function doctor(): Promise<Finding[]> {
  return [node(), platform(), await pythons(), compiler(), await engine(), await space()]
}

export function describeDoctor(findings: readonly Finding[]): string {
  const marks = { ok: '✓', missing: '✗', optional: '–' }
  return findings
    .map(({ subject, state, text }) => `${marks[state]} ${subject.padEnd(10)} ${text}`)
    .join('\n')
}

function node(): Finding {
  return { subject: 'Node', state: 'ok', text: process.versions.node }
}

const EMBEDDED = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64']

function platform(): Finding {
  const has = EMBEDDED.includes(platformKey)
  const text = has
    ? `${platformKey}: PostgreSQL binaries exist`
    : `${platformKey}: no PostgreSQL binaries; runs use Docker`
  return { subject: 'platform', state: has ? 'ok' : 'optional', text }
}

async function pythons(): Promise<Finding> {
  const found = await findInterpreters()
  if (found.length === 0)
    return { subject: 'Python', state: 'missing', text: 'none found: install Python 3.9 or newer' }
  return { subject: 'Python', state: 'ok', text: found.map(({ version }) => version).join(', ') }
}

/** What clients without wheels are built with. */
const BUILDERS = { cc: 'gcc libc6-dev', pg_config: 'libpq-dev' }

function compiler(): Finding {
  const subject = 'compiler'
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const missing = Object.entries(BUILDERS).filter(
    ([name]) => !folders.some((folder) => existsSync(join(folder, name))),
  )
  if (missing.length === 0) return { subject, state: 'ok', text: 'clients without wheels can be built' }
  const names = missing.map(([name]) => name).join(' and ')
  const packages = missing.map(([, one]) => one).join(' ')
  const text = `no ${names}: clients without wheels are not run (on Debian: apt-get install ${packages})`
  return { subject, state: 'optional', text }
}

/** Loaded lazily: dockerode costs 150 ms. */
async function engine(): Promise<Finding> {
  const subject = 'Docker'
  const [{ engineAddress }, { openEngine }] = await Promise.all([
    import('../docker/address.js'),
    import('../docker/engine.js'),
  ])
  try {
    const address = await engineAddress(process.env, homedir())
    await using engine = await openEngine(address, { lifetime: 60, deadline: 5 })
    const { Version, Arch } = await engine.ask('asking for its version', (docker) => docker.version())
    const text = `engine ${Version} (${Arch}) at ${engine.address}: --runtime docker uses it`
    return { subject, state: 'optional', text }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { subject, state: 'optional', text: reason }
  }
}

/** Bytes that nine servers, 27 environments and their data take. */
const NEEDED = 2e9

async function space(): Promise<Finding> {
  const root = cacheRoot()
  const { bavail, bsize } = await statfs(existsSync(root) ? root : tmpdir())
  const free = bavail * bsize
  const text = `${(free / 1e9).toFixed(1)} GB free for ${root}; about ${NEEDED / 1e9} GB are needed at first`
  return { subject: 'disk', state: free > NEEDED ? 'ok' : 'missing', text }
}
