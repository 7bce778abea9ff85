import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { lockMatrixImages } from '../../harness/commands/lock-images.js'
import { EnvironmentError } from '../../harness/core/runtime.js'
import type { Engine } from '../../harness/docker/contract.js'
import { ensureImages } from '../../harness/docker/images.js'
import { lockImages } from '../../harness/docker/lock-images.js'
import { freePort, hasRegistry, LOGIN, loopbackRegistry, type LoopbackRegistry } from './loopback-registry.js'
import { engineEnvironment } from './test-engine.js'
import { openRealEngine } from './watched-engine.js'

/** Of an image that no other run has. */
const NAME = `pgmatrix-test-${randomBytes(4).toString('hex')}`
const TAGGED = `${NAME}:1.0-bookworm`
const UNKNOWN = `sha256:${'0'.repeat(64)}`
const SIGNAL = new AbortController().signal

/** A home without a Docker configuration, or with this one. */
function home(config?: unknown): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-home-'))
  if (config !== undefined) writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config))
  return folder
}
const NOBODY = { DOCKER_CONFIG: home() }

describe.skipIf(!hasRegistry)('images of a registry on loopback', () => {
  let engine: Engine
  let registry: LoopbackRegistry
  let locked: LoopbackRegistry
  let digest: string
  const mirror = () => registry.host

  beforeAll(async () => {
    engine = await openRealEngine()
    registry = await loopbackRegistry()
    locked = await loopbackRegistry({ login: true })
    digest = await publish(engine, [registry.host, locked.host])
  })
  afterEach(async () => forget(engine))
  afterAll(async () => {
    for (const one of [engine, registry, locked]) await one[Symbol.asyncDispose]()
  })

  function ensure(image: { name: string; digest: string | undefined }, more: Partial<Ensuring> = {}) {
    const told: string[] = []
    const onProgress = (text: string) => told.push(text)
    const options = { mirror: mirror(), offline: false, env: NOBODY, signal: SIGNAL, onProgress, ...more }
    const images = ensureImages(engine, [image], options)
    return { told, image: images.then((all) => all.get(image.name)) }
  }

  it('pulls by the digest, and says what the image declares', async () => {
    const { image, told } = ensure({ name: TAGGED, digest })
    expect(await image).toEqual({
      id: expect.stringMatching(/^sha256:/),
      reference: `${TAGGED}@${digest}`,
      digest,
      volumes: ['/var/lib/x'],
      env: expect.objectContaining({ SETTING: 'a=b' }),
    })
    expect(told[0]).toBe(`pulling ${TAGGED}`)
  })

  it('asks no registry for what came from another mirror before', async () => {
    const first = await ensure({ name: TAGGED, digest }).image
    const again = ensure({ name: TAGGED, digest }, { mirror: `127.0.0.1:${await freePort()}` })
    expect(await again.image).toEqual(first)
    expect(again.told).toEqual([])
    expect(await ensure({ name: TAGGED, digest }, { mirror: undefined, offline: true }).image).toEqual(first)
  })

  it('without a digest takes the tag, says so, and brings the digest back', async () => {
    const { image, told } = ensure({ name: TAGGED, digest: undefined })
    expect(await image).toMatchObject({ digest, reference: `${TAGGED}@${digest}` })
    expect(told[0]).toBe(`pulling ${TAGGED}, of which no digest is locked: by its tag`)
    const again = ensure({ name: TAGGED, digest: undefined })
    expect(await again.image).toMatchObject({ digest })
    expect(again.told).toEqual([])
  })

  it('pulls once what is asked for twice at the same time', async () => {
    const both = [ensure({ name: TAGGED, digest }), ensure({ name: TAGGED, digest })]
    const [one, other] = await Promise.all(both.map(({ image }) => image))
    expect(other).toEqual(one)
    expect(both.flatMap(({ told }) => told).filter((line) => line === `pulling ${TAGGED}`)).toHaveLength(1)
  })

  it('offline, what is missing is one error with the commands that bring it', async () => {
    const images = [
      { name: TAGGED, digest },
      { name: `${NAME}:2`, digest: undefined },
    ]
    const options = { mirror: mirror(), offline: true, env: NOBODY, signal: SIGNAL, onProgress: () => {} }
    const error = await ensureImages(engine, images, options).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(EnvironmentError)
    const source = `${registry.host}/library/${NAME}`
    expect(String(error)).toContain(
      `lacks 2 images. Run once without --offline, or:\n  docker pull ${source}@${digest}  # ${TAGGED}\n  docker pull ${source}:2`,
    )
  })

  it.each([
    ['a tag that is not there', { name: `${NAME}:2`, digest: undefined }, 'not-found', 'Check its name in'],
    [
      'a digest that is not there',
      { name: TAGGED, digest: UNKNOWN },
      'no-digest',
      'has not got what matrix/',
    ],
    ['no such image', { name: `${NAME}-other:1`, digest: UNKNOWN }, 'no-digest', 'has not got what matrix/'],
  ])('%s', async (_, image, kind, next) => {
    const failed = ensure(image).image
    await expect(failed).rejects.toMatchObject({ kind, message: expect.stringContaining(next) })
  })

  it('a registry that nobody reaches', async () => {
    const nowhere = `127.0.0.1:${await freePort()}`
    const failed = ensure({ name: TAGGED, digest }, { mirror: nowhere }).image
    await expect(failed).rejects.toMatchObject({
      kind: 'no-network',
      message: expect.stringContaining('--mirror'),
    })
  })

  it('one that cannot be had stops the others', async () => {
    const images = [
      { name: TAGGED, digest },
      { name: `${NAME}:2`, digest: undefined },
    ]
    const options = { mirror: mirror(), offline: false, env: NOBODY, signal: SIGNAL, onProgress: () => {} }
    await expect(ensureImages(engine, images, options)).rejects.toMatchObject({ kind: 'not-found' })
  })

  describe('behind a login', () => {
    const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')
    const wrong = Buffer.from(`${LOGIN.username}:wrong`).toString('base64')
    const as = (text: string) => ({ DOCKER_CONFIG: home({ auths: { [locked.host]: { auth: text } } }) })

    it('is pulled as whom the Docker configuration says', async () => {
      const pulled = await ensure({ name: TAGGED, digest }, { mirror: locked.host, env: as(auth) }).image
      expect(pulled).toMatchObject({ digest })
    })

    it.each([
      ['nobody', () => NOBODY],
      ['another', () => as(wrong)],
    ])('is refused to %s, and no secret is told', async (_, env) => {
      const failed = ensure({ name: TAGGED, digest }, { mirror: locked.host, env: env() }).image
      await expect(failed).rejects.toMatchObject({
        kind: 'unauthorized',
        message: expect.not.stringMatching(`wrong|${wrong}`),
      })
    })

    it('is asked for its digests likewise', async () => {
      const images = [{ name: TAGGED, digest: undefined }]
      const options = { mirror: locked.host, env: as(auth) }
      expect(parse(await lockImages(engine, images, options))).toEqual({ images: { [TAGGED]: digest } })
      const nobody = lockImages(engine, images, { mirror: locked.host, env: NOBODY })
      await expect(nobody).rejects.toMatchObject({ kind: 'unauthorized' })
    })
  })

  describe('a lock', () => {
    it('holds the digests of the tags now, under the names of the matrix', async () => {
      const images = [{ name: TAGGED, digest: UNKNOWN }]
      const text = await lockImages(engine, images, { mirror: mirror(), env: NOBODY })
      expect(parse(text)).toEqual({ images: { [TAGGED]: digest } })
      expect(text).toMatch(/^# Digests of the images/)
      expect(text).toContain(`\n  ${TAGGED}: ${digest}\n`)
    })

    it('is written by the command; where one is missing it stays as it was', async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-lock-'))
      const file = path.join(folder, 'locks', 'images.yaml')
      const lockOf = (...names: readonly string[]) => {
        const pythons = names.map((name) => ({
          version: '3.14',
          preview: false,
          image: { name, digest: undefined },
        }))
        const matrix = {
          servers: [],
          pooler: undefined,
          pythons,
          families: [],
          clients: [],
          probes: [],
          groups: [],
        }
        return lockMatrixImages({ folder, matrix, mirror: mirror() })
      }
      expect((await lockOf(TAGGED)).text).toBe('locks/images.yaml: 1 image')
      const written = readFileSync(file, 'utf8')
      expect(parse(written)).toEqual({ images: { [TAGGED]: digest } })
      await expect(lockOf(TAGGED, `${NAME}:2`)).rejects.toMatchObject({ kind: 'not-found' })
      expect(readFileSync(file, 'utf8')).toBe(written)
      await expect(lockOf()).rejects.toThrow('names no images')
    })

    it('is not made where one of them is missing', async () => {
      const images = [TAGGED, `${NAME}:2`].map((name) => ({ name, digest: undefined }))
      const failed = lockImages(engine, images, { mirror: mirror(), env: NOBODY })
      await expect(failed).rejects.toMatchObject({
        kind: 'not-found',
        message: expect.stringContaining(`asking for the digest of ${NAME}:2`),
      })
    })
  })
})

type Ensuring = Parameters<typeof ensureImages>[2]

/** Makes a small image, puts it into registries, forgets it, and returns its digest. */
async function publish(engine: Engine, hosts: readonly string[]): Promise<string> {
  const changes = ['VOLUME /var/lib/x', 'ENV SETTING="a=b"'].flatMap((change) => ['--change', change])
  const empty = Buffer.alloc(1024) // a tar archive
  const env = { ...process.env, ...engineEnvironment() }
  execFileSync('docker', ['import', ...changes, '-', `${NAME}:made`], { input: empty, env })
  for (const host of hosts) {
    const repo = `${host}/library/${NAME}`
    await engine.ask('pushing an image', async (docker) => {
      await docker.getImage(`${NAME}:made`).tag({ repo, tag: '1.0-bookworm' })
      const options = { tag: '1.0-bookworm', authconfig: { ...LOGIN, serveraddress: host } }
      const news = await docker.getImage(repo).push(options)
      for await (const line of news) if (String(line).includes('"error"')) throw new Error(String(line))
    })
  }
  const seen = await engine.ask('looking', (docker) => docker.getImage(`${NAME}:made`).inspect())
  await forget(engine)
  return seen.RepoDigests[0]?.split('@')[1] ?? ''
}

async function forget(engine: Engine): Promise<void> {
  const images = await engine.ask('listing', (docker) => docker.listImages())
  const ours = images.filter(({ RepoTags, RepoDigests }) =>
    [...(RepoTags ?? []), ...(RepoDigests ?? [])].some((one) => one.includes(NAME)),
  )
  for (const { Id } of ours)
    await engine.ask('removing', (docker) => docker.getImage(Id).remove({ force: true }))
}
