/** The Docker CLI's contexts: engines that the user gave names to (docker context create). */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { UsageError } from '../core/runtime.js'
import { isErrno } from '../load/errno.js'
import type { AddressText, TlsMaterial } from './address-text.js'
import { readTlsFiles } from './tls-files.js'

type Env = Readonly<Record<string, string | undefined>>

/** The name of the context that is what DOCKER_HOST and its default say. */
const DEFAULT = 'default'
const configSchema = z.object({ currentContext: z.string().optional() })
const metaSchema = z.object({
  Endpoints: z.object({
    docker: z.object({ Host: z.string().optional(), SkipTLSVerify: z.boolean().optional() }),
  }),
})

/** Where the Docker CLI keeps its configuration. */
export function configFolder(env: Env, home: string): string {
  return env.DOCKER_CONFIG || path.join(home, '.docker')
}

/** The address of the context that is chosen; undefined where none is. @throws UsageError */
export async function contextAddress(env: Env, folder: string): Promise<AddressText | undefined> {
  const chosen = env.DOCKER_CONTEXT
    ? { name: env.DOCKER_CONTEXT, place: 'DOCKER_CONTEXT' }
    : await configured(path.join(folder, 'config.json'))
  if (!chosen?.name || chosen.name === DEFAULT) return undefined
  const id = createHash('sha256').update(chosen.name).digest('hex')
  const file = path.join(folder, 'contexts', 'meta', id, 'meta.json')
  const meta = await readJson(file, metaSchema)
  if (!meta)
    throw new UsageError(
      `${chosen.place}: there is no context ${JSON.stringify(chosen.name)} (no ${file}). \`docker context ls\` lists those that exist, \`docker context use default\` chooses none.`,
    )
  const { Host, SkipTLSVerify = false } = meta.Endpoints.docker
  const place = `context ${JSON.stringify(chosen.name)} (${file})`
  const tls = () => contextTls(path.join(folder, 'contexts', 'tls', id, 'docker'), place, SkipTLSVerify)
  return { text: Host || 'unix://', place, tls }
}

/** A context with neither certificates nor leave to do without is one of plain TCP. */
async function contextTls(folder: string, place: string, skipVerify: boolean): Promise<TlsMaterial | null> {
  const files = await readTlsFiles(folder, { place, verify: !skipVerify, needsCa: false })
  if (files) return files
  return skipVerify ? { ca: undefined, cert: undefined, key: undefined, verify: false } : null
}

async function configured(file: string): Promise<{ name: string; place: string } | undefined> {
  const config = await readJson(file, configSchema)
  return config?.currentContext
    ? { name: config.currentContext, place: `${file}, currentContext` }
    : undefined
}

/** Undefined where there is no such file. Messages quote none of it: it may hold passwords of registries. */
async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    const reason = isErrno(error) ? error.code : String(error)
    throw new UsageError(
      `${file} cannot be read: ${reason}. Make it readable, or name an engine with DOCKER_HOST.`,
    )
  }
  const parsed = schema.safeParse(parsedJson(text))
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.')
  throw new UsageError(
    `${file}: ${where ? `${where} is not what the Docker CLI writes there` : 'it is no JSON object'}. Mend it, or name an engine with DOCKER_HOST.`,
  )
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
