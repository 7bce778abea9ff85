/** A registry on loopback, which engines reach without TLS, with one small image in it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { stringify } from 'yaml'

const PROGRAM = '/usr/bin/docker-registry'
export const hasRegistry = existsSync(PROGRAM)

/** `me`, whose password is `of: a test`. */
export const LOGIN = { username: 'me', password: 'of: a test' }
const HTPASSWD = 'me:$2b$05$m8ALO4ozKo3b1NxCdmxl7.m5FVvC3I1O9QEsJTD2B/w1O4BGc8qb2\n'

export interface LoopbackRegistry extends AsyncDisposable {
  /** `127.0.0.1:41234` */
  readonly host: string
}

export async function loopbackRegistry({ login = false } = {}): Promise<LoopbackRegistry> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pgmatrix-registry-'))
  const host = `127.0.0.1:${await freePort()}`
  const passwords = path.join(folder, 'htpasswd')
  await writeFile(passwords, HTPASSWD)
  const config = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: path.join(folder, 'data') } },
    http: { addr: host },
    ...(login && { auth: { htpasswd: { realm: 'a test', path: passwords } } }),
  }
  await writeFile(path.join(folder, 'config.yml'), stringify(config))
  const child = spawn(PROGRAM, ['serve', path.join(folder, 'config.yml')], { stdio: 'ignore' })
  await answers(`http://${host}/v2/`)
  return {
    host,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function answers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const response = await fetch(url).catch(() => undefined)
    if (response) return
    await pause(50)
  }
  throw new Error(`nothing answers at ${url}`)
}
