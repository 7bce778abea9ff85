/** Names of container images, as people write them: distribution's reference grammar (https://github.com/distribution/reference). */
import { UsageError } from '../core/runtime.js'

export interface Reference {
  /** `registry.example:5000`; undefined for the default one, the Docker Hub. */
  readonly registry: string | undefined
  /** `postgres`, `hub/library/postgres` */
  readonly path: string
  readonly tag: string | undefined
  /** `sha256:…` */
  readonly digest: string | undefined
}

const HOST =
  '(?:localhost|[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+|[A-Za-z0-9-]+(?=:)|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?'
const PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const PATH = `${PART}(?:/${PART})*`
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}'
const HASH = 'sha256:[0-9a-f]{64}'

/** `postgres:17.10-bookworm`, with a registry and folders where it has them; always with a tag and never with a digest. */
export const IMAGE_NAME = new RegExp(`^(?:${HOST}/)?${PATH}:${TAG}$`)
export const DIGEST = new RegExp(`^${HASH}$`)

const REFERENCE = new RegExp(
  `^(?:(?<registry>${HOST})/)?(?<path>${PATH})(?::(?<tag>${TAG}))?(?:@(?<digest>${HASH}))?$`,
)
const MIRROR = new RegExp(`^${HOST}(?:/${PATH})?$`)

/** @throws UsageError */
export function parseReference(text: string): Reference {
  const { registry, path, tag, digest } = REFERENCE.exec(text)?.groups ?? {}
  if (path !== undefined) return { registry, path, tag, digest }
  throw new UsageError(`"${text}" is no image; write it as postgres:17.10-bookworm`)
}

export function formatReference({ registry, path, tag, digest }: Reference): string {
  return [registry && `${registry}/`, path, tag && `:${tag}`, digest && `@${digest}`].filter(Boolean).join('')
}

/** An image by its digest alone: what an engine looks for, and what a registry cannot change. */
export function byDigest(reference: Reference, digest: string): Reference {
  return { ...reference, tag: undefined, digest }
}

/**
 * Where a mirror of the Docker Hub has an image: official ones stand under library/ there. Images of other registries are not mirrored.
 * @param prefix `registry.example/hub`; undefined for no mirror
 * @throws UsageError where it is no prefix
 */
export function mirrored(reference: Reference, prefix: string | undefined): Reference {
  if (prefix === undefined) return reference
  const [host = '', ...folders] = mirrorPrefix(prefix).split('/')
  if (reference.registry !== undefined) return reference
  const path = reference.path.includes('/') ? reference.path : `library/${reference.path}`
  return { ...reference, registry: host, path: [...folders, path].join('/') }
}

function mirrorPrefix(text: string): string {
  const prefix = text.replace(/\/$/, '')
  if (MIRROR.test(prefix)) return prefix
  throw new UsageError(
    `"${text}" is no mirror; write the registry's name with a dot or a port, and folders where it has them, without https://: registry.example/hub`,
  )
}
