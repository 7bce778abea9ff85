/** A package index on this machine that asks for a password, with wheels made on the spot. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAKE_WHEEL = join(import.meta.dirname, 'fixtures', 'make-wheel.py')

export interface Credentials {
  readonly name: string
  readonly password: string
}

export class WheelIndex implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pgmatrix-test-'))
  readonly #server = createServer((request, response) => this.#serve(request, response))
  #port = 0
  /** Answers nothing any more. */
  silent = false

  private constructor(private readonly credentials: Credentials) {}

  static async open(credentials: Credentials): Promise<WheelIndex> {
    const index = new WheelIndex(credentials)
    index.#port = await new Promise((resolve, reject) => {
      index.#server.listen(0, '0.0.0.0', () => {
        const address = index.#server.address()
        if (address && typeof address === 'object') resolve(address.port)
        else reject(new Error('no port'))
      })
    })
    return index
  }

  /** Its address as seen from `host`, and what pip needs besides. */
  settings(host: string, { name, password }: Credentials = this.credentials): Record<string, string> {
    return {
      'index-url': `http://${name}:${encodeURIComponent(password)}@${host}:${this.#port}/simple/`,
      'trusted-host': host,
      retries: '0',
    }
  }

  /** @returns a lock for it */
  add(name: string, version: string, { tag = 'py3-none-any', bytes = 10 } = {}): string {
    execFileSync('python3', [MAKE_WHEEL, this.#folder, name, version, tag, String(bytes)])
    const wheel = readFileSync(join(this.#folder, `${name}-${version}-${tag}.whl`))
    return lockOf(name, version, createHash('sha256').update(wheel).digest('hex'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    rmSync(this.#folder, { recursive: true })
  }

  #serve({ headers, url = '' }: IncomingMessage, response: ServerResponse): void {
    if (this.silent) return
    const { name, password } = this.credentials
    const expected = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
    if (headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end()
      return
    }
    const [, kind, wanted = ''] = url.split('/')
    const files = readdirSync(this.#folder)
    const own = files.filter((file) => file.split('-')[0] === wanted.replaceAll('-', '_'))
    if (kind === 'files' && files.includes(wanted)) response.end(readFileSync(join(this.#folder, wanted)))
    else if (kind !== 'simple' || own.length === 0) response.writeHead(404).end()
    else {
      const links = own.map((file) => `<a href="/files/${file}">${file}</a>`).join('\n')
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<!DOCTYPE html><html><body>${links}</body></html>`)
    }
  }
}

export function lockOf(name: string, version: string, sha256: string): string {
  return `${name}==${version} \\\n    --hash=sha256:${sha256}\n`
}
