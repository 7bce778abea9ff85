/** Packages from the npm registry, through the npm client, so that the user's registry, proxy and credentials apply. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import type { BinaryPackage } from '../core/matrix.js'
import { EnvironmentError } from '../core/runtime.js'

const packedSchema = z.tuple([z.object({ filename: z.string().regex(/^[\w.@+-]+\.tgz$/) })])
const refusalSchema = z.object({ error: z.object({ code: z.string(), summary: z.string() }) })

/** A download that takes longer than this is taken for a hanging one. */
const DEADLINE_MS = 15 * 60_000

/**
 * Downloads the tarball into `folder` and returns its path. Its content is not checked yet.
 * @throws EnvironmentError
 */
export async function npmPack(wanted: BinaryPackage, folder: string, signal?: AbortSignal): Promise<string> {
  const spec = `${wanted.name}@${wanted.version}`
  const { error, stdout } = await npm(['pack', spec, '--json', '--pack-destination', folder], signal)
  signal?.throwIfAborted()
  if (error) throw new EnvironmentError(explain(spec, folder, error, stdout))
  const packed = packedSchema.safeParse(parseJson(stdout))
  if (packed.success) return join(folder, packed.data[0].filename)
  throw new EnvironmentError(
    `npm pack ${spec} gave an answer that is not understood: ${stdout.slice(0, 200)}`,
  )
}

const viewSchema = z.object({
  // npm prints one alone without its list.
  versions: z.union([z.array(z.string()), z.string().transform((one) => [one])]),
  time: z.record(z.string(), z.string()).default({}),
})

/** What the registry has of a package: its versions, and the days on which they came (`2026-11-14`). */
export interface NpmVersions {
  readonly versions: readonly string[]
  readonly days: ReadonlyMap<string, string>
}

/** @throws EnvironmentError */
export async function npmVersions(name: string, signal?: AbortSignal): Promise<NpmVersions> {
  const answer = await npmView(name, ['versions', 'time'], signal)
  const { versions, time } = understood(name, viewSchema.safeParse(answer).data, answer)
  const days = Object.entries(time).map(([version, at]) => [version, at.slice(0, 10)] as const)
  return { versions, days: new Map(days) }
}

/** @throws EnvironmentError */
export async function npmIntegrity(name: string, version: string, signal?: AbortSignal): Promise<string> {
  const spec = `${name}@${version}`
  const answer = await npmView(spec, ['dist.integrity'], signal)
  return understood(spec, z.string().startsWith('sha512-').safeParse(answer).data, answer)
}

async function npmView(spec: string, fields: readonly string[], signal?: AbortSignal): Promise<unknown> {
  const { error, stdout } = await npm(['view', spec, ...fields, '--json'], signal)
  signal?.throwIfAborted()
  if (error) throw new EnvironmentError(explain(spec, "npm's cache folder", error, stdout))
  return parseJson(stdout)
}

function understood<T>(spec: string, read: T | undefined, answer: unknown): T {
  if (read !== undefined) return read
  const shown = JSON.stringify(answer ?? null).slice(0, 200)
  throw new EnvironmentError(`npm view ${spec} gave an answer that is not understood: ${shown}`)
}

interface NpmOutcome {
  readonly error: Error | null
  readonly stdout: string
}

function npm(words: readonly string[], signal?: AbortSignal): Promise<NpmOutcome> {
  // npm's own pauses between retries add up to more than a minute; without a network that is no use to anybody.
  const patience = ['--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=3000', '--loglevel=error']
  const options = { timeout: DEADLINE_MS, maxBuffer: 64 << 20, signal }
  return new Promise((resolve) => {
    execFile('npm', [...words, ...patience], options, (error, stdout) => resolve({ error, stdout }))
  })
}

function explain(spec: string, folder: string, error: Error, stdout: string): string {
  if ('code' in error && error.code === 'ENOENT')
    return `npm is not on the PATH: it is needed to fetch ${spec}.`
  if ('killed' in error && error.killed)
    return `Fetching ${spec} took longer than 15 minutes. Check the network.`
  const refusal = refusalSchema.safeParse(parseJson(stdout))
  const { code, summary } = refusal.success ? refusal.data.error : { code: '', summary: error.message }
  const [told = ''] = withoutCredentials(summary).split('\n', 1)
  return `Could not fetch ${spec}: ${told}\n${nextStep(code, folder)}`
}

/** What to do about an error code of npm's. */
export function nextStep(code: string, folder: string): string {
  if (code === 'ENOSPC')
    return `The disk is full: free about 200 MB in ${folder}, or set PGMATRIX_CACHE to a folder with room.`
  if (code === 'E404' || code === 'ETARGET')
    return 'The package is gone from this registry: name another one in matrix/servers.yaml, or leave this server out.'
  if (code === 'E401' || code === 'E403')
    return 'The registry wants other credentials: see `npm config get registry` and .npmrc.'
  if (code === 'EACCES' || code === 'EPERM')
    return `npm may not write its cache or ${folder}: check the owner of both.`
  return 'Check the network and npm’s registry and proxy settings (`npm ping`). Servers fetched earlier need no network.'
}

function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^/\s@]+@/g, '//…@')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
