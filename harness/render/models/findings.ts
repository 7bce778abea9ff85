/** The cells of one family under one probe, with everything that is the same said once. */
import { grouped } from '../../core/grouped.js'
import { cellId } from '../../core/ids.js'
import { numberOf } from '../../core/number-of.js'
import { formerClientIds } from '../../core/former.js'
import {
  type Attempt,
  attemptSchema,
  type Cell,
  type ClientFacts,
  type ProbeFacts,
  type ServerFacts,
} from '../../core/result.js'
import type { Verdict } from '../../core/verdict.js'
import { APPLICATION, clientPage, CONVERSATION, evidenceAnchor, familyAnchor } from './address.js'
import { pythonTokens, type Token } from './code.js'
import { type EvidenceView, evidence } from './evidence.js'
import { type FigureView, figuresOf } from './figures.js'
import { type Piece, prose } from './prose.js'
import { serverRange } from '../../core/server-range.js'
import type { FamilyView, ResultsView } from './view.js'

/** One way in which cells of a family ended, and the cells that ended in it. */
export interface Finding {
  readonly verdict: Verdict
  readonly reason: readonly Piece[]
  readonly note: readonly Piece[]
  readonly absent: readonly string[]
  readonly holds: readonly Holding[]
  /** `PostgreSQL 14–18` */
  readonly where: string
  readonly attempts: readonly AttemptView[]
  /** The command that runs one of the cells again. */
  readonly again: string
}

/** Findings of the newest release, and those that no longer hold for it. */
export function foldOlder(
  { clients }: FamilyView,
  findings: readonly Finding[],
): { readonly findings: readonly Finding[]; readonly older: readonly Finding[] } {
  const newest = clients.filter(({ version }) => version === clients[0]?.version).map(({ id }) => id)
  const holds = ({ holds }: Finding) => holds.some(({ client }) => newest.includes(client))
  return { findings: findings.filter(holds), older: findings.filter((finding) => !holds(finding)) }
}

/** A client and the servers on which the finding holds. */
interface Holding {
  readonly client: string
  readonly href: string
  readonly servers: readonly {
    readonly id: string
    readonly anchor: string
    /** Anchors under the ids that the client had before. */
    readonly former: readonly string[]
  }[]
}

interface AttemptView extends EvidenceView {
  /** Empty where it is the finding's own. */
  readonly note: readonly Piece[]
  readonly reason: string
  /** `probes/json/json-jsonb-decode.yaml:21` */
  readonly place: string
  /** It is what every application was asked: its code stands under `recipe` alone. */
  readonly shared: boolean
  /** Anchor of the recipe's code. */
  readonly recipe: string
  /** Empty where the code already stands further up under `recipe`. */
  readonly code: readonly Token[]
  /** Of all cells of the finding. */
  readonly figures: readonly FigureView[]
}

/** Newest client and newest server first. */
export function findingsOf(view: ResultsView, { facts, clients }: FamilyView, probe: ProbeFacts): Finding[] {
  const servers = view.servers.toReversed()
  const cells = clients.flatMap((client) =>
    servers.flatMap((server) => view.cell(server, client, probe) ?? []),
  )
  const alike = groupAlike(cells, view.servers)
  const recipes = recipeBook(alike, familyAnchor(facts.id))
  return alike.flatMap((group, index) => {
    const [cell] = group
    if (!cell) return []
    return [
      {
        verdict: cell.verdict,
        reason: prose(cell.reason),
        note: prose(cell.note ?? ''),
        absent: cell.absent,
        holds: holdings(view, clients, group),
        where: `PostgreSQL ${serverRange(serversOf(view, group), view.servers)}`,
        attempts: cell.attempts.map((attempt, at) => ({
          ...attemptView(attempt, cell, recipes(attempt, index)),
          ...(probe.conversation !== null && { recipe: CONVERSATION, code: [], shared: true }),
          figures: figuresOf(group.flatMap(({ attempts }) => attempts[at] ?? [])),
        })),
        again: `pgmatrix run '${cellId(cell)}'`,
      },
    ]
  })
}

function groupAlike(cells: readonly Cell[], servers: readonly ServerFacts[]): Cell[][] {
  const versions = new Map(servers.map(({ id, version }) => [id, version]))
  const numbers = new Numbers()
  return [...grouped(cells, (cell) => fingerprint(cell, versions.get(cell.server) ?? '', numbers)).values()]
}

/** Of an attempt: what differs from run to run. */
const MEASURED: ReadonlySet<keyof Attempt> = new Set(['figures', 'ms', 'cpuMs'])
const COMPARED = attemptSchema.keyof().options.filter((key) => !MEASURED.has(key))

/** Equal for cells that differ in nothing but durations, figures, addresses in memory and the version in which a server presents itself. */
function fingerprint(
  { verdict, reason, note, absent, attempts }: Cell,
  version: string,
  numbers: Numbers,
): string {
  let all = `${verdict} ${numbers.of(reason, version)} ${numbers.of(note ?? '', version)} ${numbers.of(textOf(absent), version)}`
  for (const attempt of attempts)
    for (const key of COMPARED) all += ` ${numbers.of(textOf(attempt[key]), version)}`
  return all
}

const PRESENTED = 'PostgreSQL '

/** The same for texts that differ in nothing but those addresses and that version. Texts are long, and those of neighbours the same. */
class Numbers {
  readonly #numbers = new Map<string, number>()
  /** Of texts as they are, where no server presents itself. */
  readonly #known = new Map<string, number>()

  /** @param version of the server */
  of(text: string, version: string): number {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const general = text.replace(/\b0x[0-9a-f]{4,}\b/g, '0x…')
    if (general.includes(PRESENTED))
      return numberOf(general.replaceAll(`${PRESENTED}${version}`, `${PRESENTED}…`), this.#numbers)
    const number = numberOf(general, this.#numbers)
    this.#known.set(text, number)
    return number
  }
}

/** Of what is not a text, kept: many cells have the same. */
function textOf(part: unknown): string {
  if (typeof part !== 'object' || part === null) return String(part)
  const known = texts.get(part)
  if (known !== undefined) return known
  const text = JSON.stringify(part)
  texts.set(part, text)
  return text
}

const texts = new WeakMap<object, string>()

interface RecipePlace {
  readonly anchor: string
  readonly isFirst: boolean
}

/** Which recipes are new in which group: code is printed where it first occurs. */
function recipeBook(
  groups: readonly Cell[][],
  prefix: string,
): (attempt: Attempt, group: number) => RecipePlace {
  const first = new Map<string, { number: number; group: number }>()
  groups.forEach((cells, group) =>
    cells[0]?.attempts.forEach((attempt) => {
      const key = recipeKey(attempt)
      if (!first.has(key)) first.set(key, { number: first.size + 1, group })
    }),
  )
  return (attempt, group) => {
    const place = first.get(recipeKey(attempt))
    return { anchor: `${prefix}-recipe-${place?.number ?? 0}`, isFirst: place?.group === group }
  }
}

function recipeKey({ level, code }: Attempt): string {
  return `${level}\n${code}`
}

function attemptView(
  attempt: Attempt,
  cell: Cell,
  { anchor, isFirst }: RecipePlace,
): Omit<AttemptView, 'figures'> {
  return {
    ...evidence(attempt),
    note: attempt.note === cell.note ? [] : prose(attempt.note ?? ''),
    reason: attempt.reason,
    place: `${attempt.file}:${attempt.line}`,
    recipe: anchor,
    shared: false,
    code: isFirst ? pythonTokens(attempt.code.trimEnd()) : [],
  }
}

function holdings(view: ResultsView, clients: readonly ClientFacts[], cells: readonly Cell[]): Holding[] {
  return clients.flatMap((client) => {
    const servers = view.servers.filter((server) => cells.some((cell) => isOf(cell, client, server)))
    if (servers.length === 0) return []
    const former = formerClientIds(client.id, view.header.families)
    return [
      {
        client: client.id,
        href: `../${clientPage(client.id)}${client.stack ? `#${APPLICATION}` : ''}`,
        servers: servers.map(({ id }) => ({
          id,
          anchor: evidenceAnchor(client.id, id),
          former: former.map((old) => evidenceAnchor(old, id)),
        })),
      },
    ]
  })
}

function serversOf(view: ResultsView, cells: readonly Cell[]): ServerFacts[] {
  return view.servers.filter(({ id }) => cells.some(({ server }) => server === id))
}

function isOf(cell: Cell, client: ClientFacts, server: ServerFacts): boolean {
  return cell.client === client.id && cell.server === server.id
}
