/** The digests that the registry has for the images' tags now, as the text of locks/images.yaml. */
import pLimit from 'p-limit'
import { stringify } from 'yaml'
import type { Image } from '../core/matrix.js'
import type { Engine } from './contract.js'
import { pullFailure } from './pull-failure.js'
import { formatReference } from './reference.js'
import { loginFor, sourceOf, type RegistryOptions } from './registry.js'

const HEADER = `# Digests of the images in servers.yaml and pythons.yaml: of the index over all platforms. An image without one is pulled by its tag.
# Written by \`pgmatrix lock --images\`.
# yaml-language-server: $schema=../schemas/images.json
`
const AT_ONCE = 6
/** Seconds: the engine asks the registry before it answers. */
const DEADLINE = 60

/**
 * Nothing is pulled: the engine asks the registry.
 * @throws EnvironmentError where one cannot be had (PullError says why), UsageError
 */
export async function lockImages(
  engine: Engine,
  images: readonly Image[],
  options: RegistryOptions,
): Promise<string> {
  const limit = pLimit(AT_ONCE)
  const digests = await Promise.all(
    images.map((image) => limit(async () => [image.name, await digestNow(engine, image, options)] as const)),
  )
  return `${HEADER}${stringify({ images: Object.fromEntries(digests) }, { lineWidth: 0 })}`
}

async function digestNow(engine: Engine, image: Image, options: RegistryOptions): Promise<string> {
  const source = sourceOf(image, options)
  const auth = await loginFor(source, engine, options)
  const pulling = {
    ...{ address: engine.address, byDigest: false },
    what: `asking for the digest of ${image.name}`,
  }
  const question = engine.ask(
    pulling.what,
    (docker) =>
      docker
        .getImage(formatReference(source))
        .distribution({ authconfig: auth })
        .catch((error: unknown) => {
          throw pullFailure(error, pulling) ?? error
        }),
    DEADLINE,
  )
  const { Descriptor } = await question
  return Descriptor.digest
}
