/** A machine as a new user has it: a home of one's own, and nothing of npm's or vitest's in the environment. */
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import path from 'node:path'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly uid?: number
  readonly gid?: number
}

/** The checkout with what is not ignored, as a clone would have it. */
export function copyCheckout(to: string): void {
  const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const names = execFileSync('git', words, { encoding: 'utf8', maxBuffer: 64 << 20 }).split('\0')
  for (const name of names.filter((name) => name !== '' && existsSync(name)))
    cpSync(name, path.join(to, name))
}

/** What reaches the registries from here, and no more. */
const PASSED =
  /^(https?_proxy|all_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|PIP_\w+|UV_\w+|PGMATRIX_CACHE|LANG)$/i

export function newUserEnv(home: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => PASSED.test(name))
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  const PATH = folders.filter((folder) => !folder.includes('node_modules')).join(path.delimiter)
  return {
    ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])),
    PATH,
    HOME: home,
    npm_config_registry: npmConfig('registry'),
  }
}

/** npm's settings may stand in the real home. */
export function npmConfig(name: 'registry' | 'cache'): string {
  return execFileSync('npm', ['config', 'get', name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}

const NOWHERE = 'http://127.0.0.1:9/'
export const NO_NETWORK = { npm_config_registry: NOWHERE, UV_DEFAULT_INDEX: NOWHERE, PIP_INDEX_URL: NOWHERE }

/** Runs to the end, with everybody else locked out of what it creates. */
export function run(words: readonly string[], { cwd, env, ...account }: Surroundings): Promise<Ended> {
  const all = ['-c', 'umask 077 && exec "$@"', 'sh', ...words]
  const child = spawn('sh', all, { cwd, env, ...account, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** @throws Error with what it said, unless it went well */
export function wentWell(ended: Ended): Ended {
  if (ended.code === 0) return ended
  throw new Error(`exit code ${ended.code}: ${ended.stderr}${ended.stdout}`)
}
