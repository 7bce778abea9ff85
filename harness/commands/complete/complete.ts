/** `pgmatrix complete`: what the scripts of scripts.ts ask. A library was tried, @bomb.sh/tab 0.0.22: it can offer neither files nor a part of a word. */
import type { Argument, Command, Option } from 'commander'
import { listResultsSync } from './results.js'
import { namesOf, type Names } from './names.js'
import { optionsOf, positionOf, splitFlag } from './position.js'
import { valuesOf, type Kind } from './values.js'

export interface Completion {
  /** The whole word. A shell puts no space after one that ends with a slash. */
  readonly value: string
  readonly about: string
}

export interface Completions {
  readonly values: readonly Completion[]
  /** What the shell completes itself, where there are no values. */
  readonly paths: 'none' | 'files' | 'folders'
}

/** @param words those after the program's name; the last one is being typed */
export async function complete(program: Command, words: readonly string[]): Promise<Completions> {
  const whole = words.map(unquoted)
  const [word = ''] = whole.slice(-1)
  const at = positionOf(program, whole.slice(0, -1))
  const names = () => namesOf(at.matrix)
  if (at.option) return starting(word, await offer(at.option, { word, names, program }))
  if (word.startsWith('-') && !at.optionsEnded)
    return completeOption(optionsOf(at.command), { word, names, program })
  const commands = at.taken === 0 ? commandsBelow(at.command) : []
  const { values, paths } = await offer(at.argument, { word, names, program })
  return starting(word, { values: [...commands, ...values], paths })
}

interface Asked {
  readonly word: string
  readonly names: () => Promise<Names>
  readonly program: Command
}

async function completeOption(options: readonly Option[], asked: Asked): Promise<Completions> {
  const [flag, value] = splitFlag(asked.word)
  if (value === undefined) {
    const values = options.flatMap(({ long, description }) =>
      long ? [{ value: long, about: description }] : [],
    )
    return starting(asked.word, { values, paths: 'none' })
  }
  const option = options.find(({ long }) => long === flag)
  const { values, paths } = starting(value, await offer(option, { ...asked, word: value }))
  return { values: values.map((one) => ({ ...one, value: `${flag}=${one.value}` })), paths }
}

function commandsBelow(command: Command): Completion[] {
  const visible = command.createHelp().visibleCommands(command)
  return visible.map((one) => ({ value: one.name(), about: one.description() }))
}

const NONE: Completions = { values: [], paths: 'none' }

async function offer(taker: Option | Argument | undefined, asked: Asked): Promise<Completions> {
  const kind = taker && valuesOf(taker)
  if (kind === undefined) return NONE
  if (typeof kind !== 'string') return plain(kind)
  return OFFERS[kind](asked)
}

function plain(values: readonly string[], paths: Completions['paths'] = 'none'): Completions {
  return { values: values.map((value) => ({ value, about: '' })), paths }
}

const OFFERS: Readonly<Record<Kind, (asked: Asked) => Completions | Promise<Completions>>> = {
  cells: async ({ word, names }) => plain(cells(word, await names())),
  clients: async ({ names }) => plain((await names()).clients),
  families: async ({ names }) => plain(familiesOf(await names()).map((family) => `${family}@`)),
  servers: async ({ names }) => plain((await names()).servers),
  updatable: async ({ names }) => {
    const all = await names()
    return plain([...familiesOf(all), ...all.servers.filter((id) => !id.includes('+'))])
  },
  sides: async ({ names }) => {
    const { clients, servers } = await names()
    return plain([...listResultsSync('results'), ...servers, ...clients], 'files')
  },
  results: () => plain(listResultsSync('results'), 'files'),
  files: () => ({ ...NONE, paths: 'files' }),
  folders: () => ({ ...NONE, paths: 'folders' }),
  groups: async ({ names }) => plain((await names()).groups),
  dsn: () => plain(addresses(process.env)),
  shard: () => plain(['auto']),
  commands: ({ program }) => ({ values: commandsBelow(program), paths: 'none' }),
  nothing: () => NONE,
}

/** Part by part: a matrix has more cells than anybody wants to be shown. */
function cells(word: string, { servers, clients, probes }: Names): string[] {
  const parts = word.split('/')
  const before = parts.slice(0, -1).map((part) => `${part}/`)
  const all = [servers.map(withSlash), clients.map(withSlash), probes][before.length] ?? []
  return all.map((one) => before.join('') + one)
}

const withSlash = (name: string) => `${name}/`

/** `psycopg` of `psycopg-3.3.9`. */
function familiesOf({ clients }: Names): string[] {
  return [...new Set(clients.map((client) => client.replace(/-\d.*$/, '')))]
}

/** `PGMATRIX_DSN_MANAGED` is chosen as `managed`. */
function addresses(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env).flatMap((name) => /^PGMATRIX_DSN_(.+)$/.exec(name)?.[1]?.toLowerCase() ?? [])
}

function starting(word: string, { values, paths }: Completions): Completions {
  const fitting = values.filter(({ value }) => value.startsWith(word))
  return { values: fitting, paths: fitting.length > 0 ? 'none' : paths }
}

/** As a shell would take it, whether or not a quote is still open; no name of ours has one in it. */
function unquoted(word: string): string {
  return word.replaceAll(/['"]/g, '').replaceAll(/\\(.)/g, '$1')
}

/** One line that says what paths to complete, and one for each value; `about` is one line, behind a tab. */
export function completionLines({ values, paths }: Completions): string {
  const lines = values.map(({ value, about }) => `${value}\t${about.split('\n')[0] ?? ''}`)
  return [paths, ...lines].join('\n')
}
