/** Registries on loopback, with what a test says they have: a package index for uv and a registry for npm. */
import { createHash } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'

export interface Release {
  readonly requires?: readonly string[]
  readonly python?: string
  readonly yanked?: string
  /** `2026-11-20` */
  readonly day?: string
  /** `cp312-cp312-manylinux_2_28_x86_64`; one for every Python where left out. */
  readonly tag?: string
}

/** Releases by version, by distribution. */
export type Index = Readonly<Record<string, Readonly<Record<string, Release>>>>

export interface Registry extends AsyncDisposable {
  readonly address: string
}

/** Wheels without content: what uv wants of them to resolve is served beside them. */
export function index(distributions: Index): Promise<Registry> {
  return serve((request, response) => {
    const url = request.url ?? ''
    const [, name = ''] = /^\/simple\/([^/]+)\/$/.exec(url) ?? []
    const releases = distributions[name]
    if (releases) {
      response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json')
      return response.end(JSON.stringify(page(name, releases)))
    }
    const [, distribution = '', version = ''] = /^\/files\/([^/]+)\/([^/]+)\//.exec(url) ?? []
    const release = distributions[distribution]?.[version]
    if (release && url.endsWith('.metadata')) return response.end(metadata(distribution, version, release))
    return response.writeHead(404).end()
  })
}

function page(name: string, releases: Index[string]) {
  const files = Object.entries(releases).map(([version, release]) => {
    const { python, yanked = false, day = '2026-01-01', tag = 'py3-none-any' } = release
    const filename = `${name.replaceAll('-', '_')}-${version}-${tag}.whl`
    const hash = (text: string) => ({ sha256: createHash('sha256').update(text).digest('hex') })
    return {
      ...{ filename, yanked, hashes: hash(filename), 'upload-time': `${day}T12:00:00Z` },
      url: `/files/${name}/${version}/${filename}`,
      'core-metadata': hash(metadata(name, version, release)),
      ...(python !== undefined && { 'requires-python': python }),
    }
  })
  return { meta: { 'api-version': '1.1' }, name, versions: Object.keys(releases), files }
}

function metadata(name: string, version: string, { requires = [], python }: Release): string {
  return [
    ...['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`],
    ...(python === undefined ? [] : [`Requires-Python: ${python}`]),
    ...requires.map((one) => `Requires-Dist: ${one}`),
    '',
  ].join('\n')
}

/** @param packages versions by package; the integrity of each is that of its name */
export function npmRegistry(packages: Readonly<Record<string, readonly string[]>>): Promise<Registry> {
  return serve((request, response) => {
    const name = decodeURIComponent((request.url ?? '').slice(1))
    const versions = packages[name]
    if (!versions) return response.writeHead(404).end('{}')
    const all = versions.map((version) => {
      const dist = { integrity: integrity(name, version), tarball: 'http://127.0.0.1:9/none.tgz' }
      return [version, { name, version, dist }]
    })
    response.setHeader('content-type', 'application/json')
    const time = Object.fromEntries(versions.map((version) => [version, '2026-11-13T06:00:00.000Z']))
    const facts = { name, time, 'dist-tags': { latest: versions.at(-1) }, versions: Object.fromEntries(all) }
    return response.end(JSON.stringify(facts))
  })
}

export function integrity(name: string, version: string): string {
  return `sha512-${createHash('sha512').update(`${name}@${version}`).digest('base64')}`
}

/** Answers 503 for one name, after having answered for the others: the registry went away in the middle. */
export function breaksOffAt(name: string, registry: Registry): Promise<Registry> {
  return serve((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    if (path.includes(name)) return response.writeHead(503).end()
    return response.writeHead(307, { location: new URL(request.url ?? '', registry.address).href }).end()
  })
}

async function serve(answer: (...words: Parameters<RequestListener>) => unknown): Promise<Registry> {
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a port was asked for')
  return {
    address: `http://127.0.0.1:${address.port}/`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
