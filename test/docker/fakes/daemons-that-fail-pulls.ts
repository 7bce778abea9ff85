/** Engines on a socket that do what a pull needs, and then misbehave in one way each. */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'

type Misbehaviour = (response: ServerResponse) => void

const started = [
  { status: 'Pulling from library/postgres', id: '17' },
  { status: 'Pulling fs layer', progressDetail: {}, id: 'aaaa' },
]
const done = [...started, { status: 'Status: Downloaded newer image for postgres' }]

function news(response: ServerResponse, events: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write(events.map((event) => `${JSON.stringify(event)}\r\n`).join(''))
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

const failing = (words: string): Misbehaviour => {
  return (response) => {
    news(response, [...started, { errorDetail: { message: words }, error: words }])
    response.end()
  }
}

export const daemonThatTellsOfAnErrorInItsNews = failing('unknown blob')
export const daemonThatFillsItsDisk = failing(
  'failed to register layer: write /usr/lib/x: no space left on device',
)
export const daemonThatFindsAnotherDigest = failing(
  'filesystem layer verification failed for digest sha256:12',
)
export const daemonThatLosesTheNetwork = failing('read tcp 10.0.0.1:5: connection reset by peer')

export const daemonThatIsLimited: Misbehaviour = (response) =>
  answer(response, 500, {
    message: 'toomanyrequests: You have reached your unauthenticated pull rate limit.',
  })

/** With the registry's own status, and no words that would tell. */
export const daemonThatIsToldToWait: Misbehaviour = (response) =>
  answer(response, 429, { message: 'slow down' })

export const daemonThatBringsAnotherImage: Misbehaviour = (response) => {
  news(response, done)
  response.end()
}

/** The connection ends as it should, and what came does not. */
export const daemonThatEndsInALine: Misbehaviour = (response) => {
  news(response, started)
  response.end('{"status":"Downloa')
}

export const daemonThatBreaksOff: Misbehaviour = (response) => {
  news(response, started)
  setTimeout(() => response.destroy(), 20)
}

export const daemonThatFallsSilent: Misbehaviour = (response) => news(response, started)

/** Slow, and in the end as good as any. */
export const daemonThatTakesItsTime: Misbehaviour = (response) => {
  news(response, started)
  let left = 6
  const timer = setInterval(() => {
    left -= 1
    response.write('{"status":"Waiting","id":"aaaa"}\r\n')
    if (left > 0) return
    clearInterval(timer)
    response.end()
  }, 100)
}

export const daemonThatNeverAnswers: Misbehaviour = () => {}

export const daemonThatSaysSomethingElse: Misbehaviour = (response) => {
  response.writeHead(200)
  response.end('<html>proxy</html>\n')
}

export interface FakeDaemon extends AsyncDisposable {
  readonly socket: string
  /** How many pulls it was asked for. */
  pulls(): number
}

/** @param inspected what it says of any image, once one was pulled */
export async function fakeDaemon(misbehave: Misbehaviour, inspected?: unknown): Promise<FakeDaemon> {
  const socket = path.join(tmpdir(), `pgmatrix-fake-${randomBytes(6).toString('hex')}.sock`)
  let pulls = 0
  const onRequest: RequestListener = (request, response) => {
    const what = `${request.method} ${pathOf(request)}`
    if (what === 'GET /_ping') return answer(response, 200, 'OK')
    if (what === 'GET /images/json') return answer(response, 200, [])
    if (what === 'POST /images/create') {
      pulls += 1
      return misbehave(response)
    }
    if (what.startsWith('GET /images/') && pulls > 0 && inspected) return answer(response, 200, inspected)
    return answer(response, 404, { message: `no such image: ${what}` })
  }
  const server = createServer(onRequest)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    socket,
    pulls: () => pulls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Without a version before it. */
function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? '/', 'http://engine').pathname.replace(/^\/v[\d.]+/, '')
}
