/** Which of a server's npm packages runs on this machine. */
import type { BinaryPackage, Server } from '../core/matrix.js'
import { EnvironmentError } from '../core/runtime.js'

/** Key of `Server.binaries`: `linux-x64`, `darwin-arm64`. */
export const platformKey = `${process.platform}-${process.arch}`

/** @throws EnvironmentError where the matrix names no binaries of this server for the platform. */
export function binaryPackage(server: Server, platform: string = platformKey): BinaryPackage {
  const found = server.binaries[platform]
  if (found) return found
  throw new EnvironmentError(
    `${platformProblem(server, platform)}. Leave this server out with a selector, or add a package that has it.`,
  )
}

/** Why a server cannot run on this platform, or undefined. */
export function platformProblem(server: Server, platform: string = platformKey): string | undefined {
  if (server.binaries[platform]) return undefined
  const platforms = Object.keys(server.binaries).join(', ')
  const known = platforms ? `for ${platforms}` : 'an image: see --runtime docker'
  return `matrix/servers.yaml has no binaries of PostgreSQL ${server.version} for ${platform} (only ${known})`
}
