import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve, type Serving } from '../../harness/commands/serve.js'
import { EnvironmentError, UsageError } from '../../harness/core/runtime.js'

let place: string
let serving: Serving
beforeAll(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'pgmatrix-serve-'))
  await mkdir(path.join(place, 'site', 'client'), { recursive: true })
  await mkdir(path.join(place, 'site-secret'))
  await writeFile(path.join(place, 'site', 'index.html'), 'front page')
  await writeFile(path.join(place, 'site', 'client', 'django-6.1.3+psycopg2-2.9.13.html'), 'a client')
  await writeFile(path.join(place, 'secret'), 'SECRET')
  await writeFile(path.join(place, 'site-secret', 'secret'), 'SECRET')
  serving = await serve({ site: path.join(place, 'site'), port: 0 })
})
afterAll(async () => {
  await serving[Symbol.asyncDispose]()
  await rm(place, { recursive: true })
})

describe('serve', () => {
  it.each([
    ['', 'front page'],
    ['client/django-6.1.3+psycopg2-2.9.13.html', 'a client'],
  ])('answers /%s', async (page, text) => {
    const response = await fetch(serving.address + page)
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'text/html;charset=utf-8',
      text,
    ])
  })

  it('says what is not there', async () => {
    const response = await fetch(`${serving.address}nothing.html`)
    expect([response.status, await response.text()]).toEqual([404, 'There is no such page.\n'])
  })

  it.each([
    ['/../secret'],
    ['/../site-secret/secret'],
    ['/%2e%2e/secret'],
    ['/client/../../secret'],
    ['/..%2fsecret'],
    ['/..%5csecret'],
    ['//../secret'],
  ])('does not leave the site for %s', async (target) => {
    expect(await rawRequest(target)).toMatch(/^HTTP\/1\.1 404 /)
  })

  it.each([['Range: bytes=9-2'], ['Range: bytes=nonsense'], ['Range: bytes=99999-']])(
    'survives %s',
    async (header) => {
      await rawRequest('/index.html', header)
      expect((await fetch(serving.address)).status).toBe(200)
    },
  )

  it('is reached from this machine alone', () => {
    expect(new URL(serving.address).hostname).toBe('127.0.0.1')
  })

  it('names a port that is taken, and the option', async () => {
    const taken = await listening()
    const { port } = portOf(taken)
    await expect(serve({ site: path.join(place, 'site'), port })).rejects.toThrow(
      new EnvironmentError(`port ${port} is taken: name another one with --port`),
    )
    taken.close()
  })

  it('needs a site', async () => {
    await expect(serve({ site: place, port: 0 })).rejects.toThrow(
      new UsageError(`${place}: there is no index.html; \`pgmatrix render\` makes the site`),
    )
  })
})

/** As no well-behaved client would write it; the whole answer as text. */
function rawRequest(target: string, header = 'Accept: */*'): Promise<string> {
  const { port } = new URL(serving.address)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\n${header}\r\nConnection: close\r\n\r\n`),
    )
    socket.on('data', (data) => (answer += String(data)))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

function listening(): Promise<Server> {
  const server = createServer()
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

function portOf(server: Server): { port: number } {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address
}
