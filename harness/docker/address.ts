/** Which engine: the one that the Docker CLI would take. */
import { access } from 'node:fs/promises'
import path from 'node:path'
import {
  ENGINE_SOCKET,
  readAddress,
  unixAddress,
  type EngineAddress,
  type TlsMaterial,
} from './address-text.js'
import { configFolder, contextAddress } from './contexts.js'
import { readTlsFiles } from './tls-files.js'

export type { EngineAddress } from './address-text.js'

type Env = Readonly<Record<string, string | undefined>>

/**
 * DOCKER_HOST, else DOCKER_CONTEXT, else the configuration's current context, else the usual socket.
 * Sources: https://docs.docker.com/reference/cli/docker/ (environment variables), docker/cli's cli/command/cli.go.
 * @param home the user's home folder
 * @param systemSocket for tests
 * @throws UsageError that names the variable or the file
 */
export async function engineAddress(
  env: Env,
  home: string,
  systemSocket: string = ENGINE_SOCKET,
): Promise<EngineAddress> {
  const folder = configFolder(env, home)
  const text = env.DOCKER_HOST?.trim()
  if (text) return readAddress({ text, place: 'DOCKER_HOST', tls: () => environmentTls(env, folder) })
  const context = await contextAddress(env, folder)
  if (context) return readAddress(context)
  return unixAddress(await usualSocket(env, home, systemSocket))
}

/** The system's engine, Docker Desktop's, a rootless one: the first that is there, else the system's. */
async function usualSocket(env: Env, home: string, systemSocket: string): Promise<string> {
  const rootless = env.XDG_RUNTIME_DIR?.startsWith('/') ? [path.join(env.XDG_RUNTIME_DIR, 'docker.sock')] : []
  for (const socket of [systemSocket, path.join(home, '.docker', 'run', 'docker.sock'), ...rootless])
    if (await exists(socket)) return socket
  return systemSocket
}

/** As the CLI has it, any text at all in DOCKER_TLS_VERIFY or DOCKER_TLS switches it on. */
async function environmentTls(env: Env, folder: string): Promise<TlsMaterial | null> {
  const verify = Boolean(env.DOCKER_TLS_VERIFY)
  if (!verify && !env.DOCKER_TLS) return null
  const place = env.DOCKER_CERT_PATH ? 'DOCKER_CERT_PATH' : verify ? 'DOCKER_TLS_VERIFY' : 'DOCKER_TLS'
  const files = await readTlsFiles(env.DOCKER_CERT_PATH || folder, { place, verify, needsCa: verify })
  return files ?? { ca: undefined, cert: undefined, key: undefined, verify }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
