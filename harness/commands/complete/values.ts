/** What can stand for an argument, or be the value of an option, by what the help calls it. */
import type { Argument, Option } from 'commander'

/** `nothing`: free text that nobody but the user knows. */
export type Kind =
  | 'cells'
  | 'clients'
  | 'families'
  | 'servers'
  | 'updatable'
  | 'sides'
  | 'results'
  | 'files'
  | 'folders'
  | 'groups'
  | 'dsn'
  | 'shard'
  | 'commands'
  | 'nothing'

/** Options whose placeholder says less than they want. */
const OPTIONS: Readonly<Record<string, Kind>> = { '--results <file>': 'results', '--dsn <name>': 'dsn' }

/** Placeholders without their brackets and dots. */
export const PLACEHOLDERS: Readonly<Record<string, Kind>> = {
  selector: 'cells',
  cell: 'cells',
  client: 'clients',
  'family@what': 'families',
  server: 'servers',
  what: 'updatable',
  before: 'sides',
  after: 'sides',
  file: 'files',
  place: 'files',
  folder: 'folders',
  group: 'groups',
  'i/n': 'shard',
  command: 'commands',
  address: 'nothing',
  distribution: 'nothing',
  family: 'nothing',
  id: 'nothing',
  name: 'nothing',
  n: 'nothing',
  percent: 'nothing',
  port: 'nothing',
  prefix: 'nothing',
  version: 'nothing',
}

/** What it takes: one of a few words, or a kind of them; undefined where PLACEHOLDERS says nothing of it. */
export function valuesOf(taker: Option | Argument): readonly string[] | Kind | undefined {
  if (taker.argChoices) return taker.argChoices
  if (!('flags' in taker)) return PLACEHOLDERS[taker.name()]
  return OPTIONS[taker.flags] ?? PLACEHOLDERS[/[<[](.+?)(\.\.\.)?[>\]]$/.exec(taker.flags)?.[1] ?? '']
}
