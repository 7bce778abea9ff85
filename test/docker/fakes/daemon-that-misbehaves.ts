/** Engines on a socket that do what starting one container needs, and misbehave in one way each. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Duplex } from 'node:stream'
import type { ContainerWanted } from '../../../harness/docker/contract.js'

/** How it answers whatever nothing else is said about. */
export type Answer = (response: ServerResponse) => void

export interface Misbehaviour {
  /** To all questions but those for a container. */
  readonly answer?: Answer
  /** To hello. */
  readonly hello?: Answer
  /** To the wish for a container's streams, without giving them. */
  readonly refusal?: Answer
  /** To the wish that the container be removed. */
  readonly removal?: Answer
  /** With the streams of a container that is about to be started. `news` takes events, a line for each, and may be ended. */
  readonly attached?: (streams: Duplex, news: ServerResponse) => void
}

export const CONTAINER = 'c0ffee'

export interface FakeDaemon extends AsyncDisposable {
  readonly socket: string
  /** What it was asked, in order. */
  readonly questions: readonly string[]
}

export const json = (status: number, body: unknown): Answer => {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
}

const saysOk: Answer = (response) => response.end('OK')
const done: Answer = (response) => response.writeHead(204).end()
export const saysNothing: Answer = () => {}
export const answers500 = json(500, { message: 'the layer store is broken.' })
export const answersLate: Answer = (response) => void setTimeout(() => answers500(response), 600)

export const answersAWebPage: Answer = (response) => {
  response.writeHead(502, { 'content-type': 'text/html' })
  response.end('<html>\n<head><title>502 Bad Gateway</title></head>\n<body>nginx</body>\n</html>\n')
}

export const greetsWithAWebPage: Answer = (response) => response.end('<html>It works!</html>')

export const hangsInMidBody: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
  response.write('[{"Name":"bri')
}

export const diesInMidResponse: Answer = (response) => {
  hangsInMidBody(response)
  setTimeout(() => response.destroy(), 20)
}

export const hangsUp: Answer = (response) => response.destroy()

/** The event of a container as the engine writes it. */
export function event(action: string, attributes: Record<string, string> = {}): string {
  return `${JSON.stringify({ Action: action, Actor: { ID: CONTAINER, Attributes: attributes } })}\n`
}

/** A frame of an attached stream. @param length as its header says it */
export function frame(kind: number, payload: string, length = Buffer.byteLength(payload)): Buffer {
  const header = Buffer.from([kind, 0, 0, 0, 0, 0, 0, 0])
  header.writeUInt32BE(length, 4)
  return Buffer.concat([header, Buffer.from(payload)])
}

const UPGRADED = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'

/** @param socket where it listens; a new place unless one is given */
export async function fakeDaemon(
  misbehaviour: Misbehaviour,
  socket = path.join(tmpdir(), `pgmatrix-fake-${randomBytes(6).toString('hex')}.sock`),
): Promise<FakeDaemon> {
  const { answer = answers500, hello = saysOk, refusal, removal = done, attached } = misbehaviour
  const questions: string[] = []
  const streams = new Set<Duplex>()
  let news: ServerResponse | undefined
  const answers: Record<string, Answer> = {
    'GET /_ping': hello,
    'GET /events': (response) => {
      news = response.writeHead(200)
      news.flushHeaders()
    },
    'POST /containers/create': json(201, { Id: CONTAINER }),
    [`POST /containers/${CONTAINER}/start`]: done,
    ...(refusal && { [`POST /containers/${CONTAINER}/attach`]: refusal }),
    [`DELETE /containers/${CONTAINER}`]: removal,
  }
  const server = createServer((request, response) => {
    const question = questionOf(request)
    questions.push(question)
    const given = answers[question] ?? answer
    given(response)
  })
  // Without this listener a request for streams is one like any other.
  if (!refusal)
    server.on('upgrade', (_request, stream) => {
      streams.add(stream.on('error', () => {}))
      stream.write(UPGRADED)
      if (news) attached?.(stream, news)
    })
  server.listen(socket)
  await once(server, 'listening')
  return {
    socket,
    questions,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      for (const stream of streams) stream.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Without a version, and without what follows the path. */
function questionOf({ method, url }: Pick<IncomingMessage, 'method' | 'url'>): string {
  return `${method} ${new URL(url ?? '/', 'http://engine').pathname.replace(/^\/v[\d.]+/, '')}`
}

/** Of which a fake daemon looks at nothing. */
export const WANTED: ContainerWanted = {
  role: 'worker',
  purpose: 'a test',
  image: 'an-image',
  command: ['true'],
  user: '1:1',
  network: null,
  memory: 1,
  pids: 1,
  tmpfs: {},
  env: {},
}
