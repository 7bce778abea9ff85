/** What both pulls and look-ups of digests need of a registry. */
import { homedir } from 'node:os'
import type Docker from 'dockerode'
import type { Image } from '../core/matrix.js'
import type { Engine } from './contract.js'
import { credentials } from './credentials.js'
import { mirrored, parseReference, type Reference } from './reference.js'

export interface RegistryOptions {
  /** Prefix of a registry that mirrors the Docker Hub: `registry.example/hub` */
  readonly mirror?: string | undefined
  /** For the Docker configuration; this process's by default. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The user's home folder. */
  readonly home?: string
  readonly signal?: AbortSignal | undefined
}

/** Where an image is taken from. @throws UsageError where the mirror is no prefix */
export function sourceOf({ name }: Image, { mirror }: RegistryOptions): Reference {
  return mirrored(parseReference(name), mirror)
}

/** @throws UsageError, EnvironmentError */
export function loginFor(
  { registry }: Reference,
  engine: Engine,
  { env = process.env, home = homedir(), signal }: RegistryOptions,
): Promise<Docker.AuthConfigObject | undefined> {
  const index = () => indexAddress(engine)
  return credentials(registry, { env, home, signal, index })
}

async function indexAddress(engine: Engine): Promise<string> {
  const info: { IndexServerAddress?: unknown } = await engine.ask('saying what it is', (docker) =>
    docker.info(),
  )
  return typeof info.IndexServerAddress === 'string' ? info.IndexServerAddress : ''
}
