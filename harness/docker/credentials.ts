/** Who we are for a registry: what `docker login` has left in the Docker CLI's configuration. Nothing secret is ever in a message. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type Docker from 'dockerode'
import { z } from 'zod'
import { EnvironmentError, UsageError } from '../core/runtime.js'
import { isErrno } from '../load/errno.js'
import { runCommand } from '../tools/command.js'
import { configFolder } from './contexts.js'

export interface CredentialSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user's home folder. */
  readonly home: string
  /** What the default registry is called there: the engine's IndexServerAddress. */
  readonly index: () => Promise<string>
  readonly signal?: AbortSignal | undefined
  /** Seconds for a credential helper. */
  readonly deadline?: number
}

const configSchema = z.object({
  auths: z.record(z.string(), z.unknown()).nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: z.string().nullish(),
})
type Config = z.infer<typeof configSchema>

const HELPER_DEADLINE = 10

/**
 * Undefined where nobody has logged in.
 * @param registry `registry.example:5000`; undefined for the default one
 * @throws UsageError where the configuration is malformed; EnvironmentError where a credential helper fails
 */
export async function credentials(
  registry: string | undefined,
  sources: CredentialSources,
): Promise<Docker.AuthConfigObject | undefined> {
  const file = path.join(configFolder(sources.env, sources.home), 'config.json')
  const config = await readConfig(file)
  if (!config) return undefined
  const server = await serverKey(registry, sources)
  const helper = valueFor(config.credHelpers ?? {}, server)?.[1] ?? config.credsStore
  const helped = helper ? await askHelper({ helper, server, file }, sources) : undefined
  return helped ?? fromFile(config, server, file)
}

async function readConfig(file: string): Promise<Config | undefined> {
  let text
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return undefined
    throw new UsageError(
      `${file} cannot be read: ${isErrno(error) ? error.code : 'an unknown error'}. Make it readable, or name another folder with DOCKER_CONFIG.`,
    )
  }
  const parsed = configSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.')
  throw malformed(file, where ? `${where} is not what the Docker CLI writes there` : 'it is no JSON object')
}

/** The CLI's name for a registry: its host, and for the default one the address of its index. */
async function serverKey(registry: string | undefined, { index }: CredentialSources): Promise<string> {
  const address = await index()
  const isDefault =
    registry === undefined || hostOf(address) === registry || hostOf(address).endsWith(`.${registry}`)
  return isDefault ? address : registry
}

/** Older versions of the CLI wrote whole addresses. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').split('/')[0] ?? ''
}

function valueFor<T>(record: Readonly<Record<string, T>>, server: string): readonly [string, T] | undefined {
  const entries = Object.entries(record)
  return (
    entries.find(([key]) => key === server) ?? entries.find(([key]) => key && hostOf(key) === hostOf(server))
  )
}

const entrySchema = z.object({ auth: z.string().nullish(), identitytoken: z.string().nullish() })

function fromFile(config: Config, server: string, file: string): Docker.AuthConfigObject | undefined {
  const [key, value] = valueFor(config.auths ?? {}, server) ?? []
  if (key === undefined) return undefined
  const entry = entrySchema.safeParse(value)
  if (!entry.success) throw malformed(file, `auths.${key} is not what the Docker CLI writes there`)
  const { auth, identitytoken } = entry.data
  if (identitytoken) return { identitytoken, serveraddress: server }
  if (!auth) return undefined
  const [, username, password] = /^([^:]+):(.*)$/s.exec(decoded(auth)) ?? []
  if (username === undefined || password === undefined)
    throw malformed(file, `auths.${key}.auth is not a name and a password in base64`)
  return { username, password, serveraddress: server }
}

function decoded(base64: string): string {
  return /^[A-Za-z0-9+/]+=*$/.test(base64) ? Buffer.from(base64, 'base64').toString().replace(/\0+$/, '') : ''
}

interface HelperQuestion {
  /** `pass`, for docker-credential-pass */
  readonly helper: string
  readonly server: string
  readonly file: string
}

const helperSchema = z.object({ Username: z.string(), Secret: z.string() })
/** In place of a name, where the secret is an identity token. */
const TOKEN = '<token>'

/** Protocol: https://github.com/docker/docker-credential-helpers#development */
async function askHelper(
  { helper, server, file }: HelperQuestion,
  { env, signal, deadline = HELPER_DEADLINE }: CredentialSources,
): Promise<Docker.AuthConfigObject | undefined> {
  if (!/^[\w.-]+$/.test(helper)) throw malformed(file, 'the name of a credential helper has odd characters')
  const program = `docker-credential-${helper}`
  const defined = Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))
  const ours: Record<string, string> = Object.fromEntries(defined)
  const { code, stdout } = await runCommand(program, ['get'], { env: ours, deadline, input: server, signal })
  if (code !== 0 && /credentials not found/i.test(stdout)) return undefined
  const answer = helperSchema.safeParse(code === 0 ? parseJson(stdout) : undefined)
  if (!answer.success) {
    const how = code === null ? `did not start or did not end within ${deadline} s` : badEnd(code)
    throw new EnvironmentError(
      `${program}, which ${file} names for ${server}, ${how}. Run \`docker login\` again, or remove it from that file.`,
    )
  }
  const { Username: username, Secret: secret } = answer.data
  if (username === TOKEN) return { identitytoken: secret, serveraddress: server }
  return { username, password: secret, serveraddress: server }
}

function badEnd(code: number): string {
  return code === 0 ? 'gave no credentials in its answer' : `ended with ${code}`
}

function malformed(file: string, reason: string): UsageError {
  return new UsageError(`${file}: ${reason}. Mend it, or run \`docker logout\` and \`docker login\`.`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
