/** What the host's pip is configured with, as far as it holds in a container. Sources: pip's "Configuration" and "HTTPS certificates". */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseIni } from './ini.js'

type Env = Readonly<Record<string, string | undefined>>

export interface PipSettings {
  /** Keys of pip's [global] section. Addresses among them may hold passwords. */
  readonly options: Readonly<Record<string, string>>
  /** The file of certificates that pip's configuration files name. */
  readonly cert: string | undefined
  /** What a person should know about settings that do not reach into a container. */
  readonly notes: readonly string[]
}

/** Not find-links, no-index, client-cert: they name or presuppose files of the host. */
const KEPT = ['index-url', 'extra-index-url', 'trusted-host', 'proxy', 'timeout', 'retries']

/** pip has two names for one option. */
const ALIASES: Readonly<Record<string, string>> = { 'default-timeout': 'timeout' }

/** Waiting for an index that is not there should end. */
const USUAL = { retries: '2' }

/** @param surroundings of this process, where not given */
export async function readPipSettings(surroundings: {
  readonly env: Env
  readonly home: string
  readonly platform: NodeJS.Platform
}): Promise<PipSettings> {
  const texts: string[] = []
  for (const path of await configFiles(surroundings)) {
    // As pip does: a file that is missing or closed to us configures nothing.
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text !== undefined) texts.push(text)
  }
  return pipSettings(texts, surroundings.env)
}

async function configFiles({
  env,
  home,
  platform,
}: Parameters<typeof readPipSettings>[0]): Promise<readonly string[]> {
  const own = env.PIP_CONFIG_FILE || undefined
  if (own === '/dev/null') return []
  const config = env.XDG_CONFIG_HOME || join(home, '.config')
  const mac = platform === 'darwin'
  const shared = (env.XDG_CONFIG_DIRS || '/etc/xdg').split(':').filter(Boolean)
  const global = mac ? ['/Library/Application Support'] : shared
  const user = mac ? join(home, 'Library', 'Application Support') : config
  // A file named by the variable takes the place of the user's own ones.
  const users = [
    join(home, '.pip', 'pip.conf'),
    join(config, 'pip', 'pip.conf'),
    join(user, 'pip', 'pip.conf'),
  ]
  const replaced = own !== undefined && (await exists(own))
  return [
    ...global.map((folder) => join(folder, 'pip', 'pip.conf')),
    ...(mac ? [] : ['/etc/pip.conf']),
    ...(replaced ? [] : new Set(users)),
    ...(own === undefined ? [] : [own]),
  ]
}

function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  )
}

/**
 * Files first, in their order; then the environment's PIP_*; then uv's index and the usual proxies where pip names none.
 * @param files contents of pip's configuration files, the strongest last
 */
export function pipSettings(files: readonly string[], env: Env): PipSettings {
  const configured = configuredIn(files)
  const all = { ...configured, ...variablesOf(env) }
  const options: Record<string, string> = { ...USUAL }
  for (const key of KEPT) {
    const value = all[key]?.split(/\s+/).filter(Boolean).join(' ')
    if (value) options[key] = value
  }
  const index = options['index-url'] ?? (env.UV_DEFAULT_INDEX || env.UV_INDEX_URL)
  if (index) options['index-url'] = index
  const proxy = options.proxy ?? usualProxy(env, index)
  if (proxy) options.proxy = proxy
  return { options, cert: configured.cert || undefined, notes: notesOn(options, all) }
}

/** pip merges its files section by section, and puts [install] above [global] afterwards. */
function configuredIn(files: readonly string[]): Record<string, string> {
  const sections: Record<'global' | 'install', Record<string, string>> = { global: {}, install: {} }
  for (const file of files) {
    const ini = parseIni(file)
    for (const name of ['global', 'install'] as const)
      Object.assign(sections[name], normalised(ini[name] ?? {}))
  }
  return { ...withoutEmpty(sections.global), ...withoutEmpty(sections.install) }
}

function variablesOf(env: Env): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    const key = /^PIP_(\w+)$/.exec(name)?.[1]
    if (key && value !== undefined) found[key] = value
  }
  return withoutEmpty(normalised(found))
}

function normalised(values: Readonly<Record<string, string>>): Record<string, string> {
  const keyOf = (name: string) => name.toLowerCase().replaceAll('_', '-').replace(/^--/, '')
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [ALIASES[keyOf(name)] ?? keyOf(name), value]),
  )
}

/** An empty value sets nothing. */
function withoutEmpty(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}

/** pip given a proxy does not look at NO_PROXY any more, so that is decided here. */
function usualProxy(env: Env, index: string | undefined): string | undefined {
  const names = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']
  const proxy = names.map((name) => env[name]).find(Boolean)
  const direct = (env.no_proxy || env.NO_PROXY || '').split(',').map((entry) => entry.trim())
  const host = hostOf(index ?? '')
  const isDirect = direct.some((entry) => entry === '*' || (entry !== '' && isWithin(host, entry)))
  return isDirect ? undefined : proxy
}

function isWithin(host: string, entry: string): boolean {
  const domain = entry.replace(/^\*?\./, '').replace(/:\d+$/, '')
  return host === domain || host.endsWith(`.${domain}`)
}

function hostOf(address: string): string {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`
  return URL.canParse(text) ? new URL(text).hostname : ''
}

function notesOn(
  options: Readonly<Record<string, string>>,
  all: Readonly<Record<string, string>>,
): readonly string[] {
  const local = ['index-url', 'extra-index-url', 'proxy'].filter((key) =>
    (options[key] ?? '').split(' ').some((address) => /^(localhost|127\..*|\[::1\])$/.test(hostOf(address))),
  )
  const notes = local.map(
    (key) =>
      `pip's ${key} is an address of this machine alone, which containers do not reach; name it by an address that they do`,
  )
  if (/^(1|true|yes|on|t|y)$/i.test(all['no-index'] ?? ''))
    notes.push('pip is configured with no-index; in containers its index is asked all the same')
  return notes
}
