/** `pgmatrix serve`: the site on this machine, for people who dislike `file:` addresses. */
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import path from 'node:path'
import sirv from 'sirv'
import { EnvironmentError, UsageError } from '../core/runtime.js'

export interface ServeOptions {
  readonly site: string
  /** 0 takes any free port. */
  readonly port: number
}

export interface Serving extends AsyncDisposable {
  /** `http://127.0.0.1:8417/` */
  readonly address: string
}

/** Nobody but this machine is answered. */
const HOST = '127.0.0.1'

/**
 * Resolves once the site is served, which it is until disposed or the process ends.
 * @throws UsageError without a site; EnvironmentError when the port is taken.
 */
export async function serve({ site, port }: ServeOptions): Promise<Serving> {
  if (!existsSync(path.join(site, 'index.html')))
    throw new UsageError(`${site}: there is no index.html; \`pgmatrix render\` makes the site`)
  // `dev` reads the disk for each request, so that a new render shows at once.
  const files = sirv(site, { dev: true, etag: true, onNoMatch: notFound })
  const server = createServer((request, response) => {
    // Nobody needs parts of a page, and sirv 3.0 throws at a range that ends before it begins.
    delete request.headers.range
    files(request, response)
  })
  await listen(server, port)
  const bound = server.address()
  const actual = bound !== null && typeof bound === 'object' ? bound.port : port
  return { address: `http://${HOST}:${actual}/`, [Symbol.asyncDispose]: () => close(server) }
}

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such page.\n')
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, port)))
    server.listen(port, HOST, resolve)
  })
}

function cannotListen({ code, message }: NodeJS.ErrnoException, port: number): EnvironmentError {
  const taken = `port ${port} is taken: name another one with --port`
  return new EnvironmentError(
    code === 'EADDRINUSE' ? taken : `port ${port} cannot be used (${message}): name another one with --port`,
  )
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
