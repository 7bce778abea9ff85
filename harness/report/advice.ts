/** Advice in words: what a developer has to know first comes first. */
import type { Advice, Break, ClientAdvice, Feature, Gain, Refusal } from '../core/advice.js'
import { amiss } from '../core/difference.js'
import { describeTested, describeUnpaired } from '../core/tested-words.js'
import { countVerdicts, isFact, type Counts, type Verdict } from '../core/verdict.js'
import { isUsable, type Turn } from '../core/way.js'
import { outlineMarkdown, outlineText, type Item, type Section } from './outline.js'
import { describeCounts, number } from './tally.js'

export interface Advised {
  readonly advice: Advice
  /** Files of the project that were read. */
  readonly files: readonly string[]
  /** What in them names no release, with its place. */
  readonly unread: readonly string[]
  /** The results file, and when its run began. */
  readonly results: string
  readonly startedAt: string
}

/** How many of a kind are named before the rest is counted, where not all are asked for. */
const NAMED = 8

export function describeAdvice(advised: Advised, all: boolean): string {
  return outlineText(heading(advised), sectionsOf(advised, all))
}

export function markdownOfAdvice(advised: Advised, all: boolean): string {
  return outlineMarkdown(heading(advised), sectionsOf(advised, all))
}

function heading({ advice, files }: Advised): string {
  const { on, from, clients } = advice
  const where = from ? `from ${from.name} to ${on.name}` : `on ${on.name}`
  const known = clients.filter(({ features }) => features.length > 0)
  const count = (of: (client: ClientAdvice) => number) => known.reduce((sum, client) => sum + of(client), 0)
  const [breaking, refused] = [
    count(({ breaks }) => breaks.length),
    count(({ refusals }) => Math.min(1, refusals.length)),
  ]
  const said = [
    ...(breaking > 0 ? [`${many(breaking, 'feature')} ${breaking === 1 ? 'breaks' : 'break'}`] : []),
    ...(refused > 0 ? [`${many(refused, 'client')} ${refused === 1 ? 'is' : 'are'} refused`] : []),
  ]
  const nothing = from ? 'nothing breaks that is known' : 'no client is refused'
  const result = known.length === 0 ? 'nothing is known' : said.join(', ') || nothing
  return `${files[0] ?? ''} ${where}: ${result}`
}

function sectionsOf(advised: Advised, all: boolean): Section[] {
  const { advice, files, unread, results, startedAt } = advised
  const { on, from, clients } = advice
  const each = (of: (client: ClientAdvice) => readonly Item[]) =>
    clients.flatMap((client) => under(client, of))
  return [
    { title: 'Clients', items: [...clientsOf(advice), ...unread.map((text) => ({ text }))] },
    { title: `Refused on ${on.name}`, items: each(({ refusals }) => refusals.map(refusalItem)) },
    {
      title: `Breaks on the way from ${from?.id ?? ''} to ${on.id}`,
      items: from ? each(breakItems) : [],
    },
    {
      title: `Becomes possible or better on ${on.id}`,
      items: each(({ gains }) => gainItems(gains, all)),
    },
    { title: `Works on ${on.name}`, items: each((client) => worksItems(client, all)) },
    { title: `Does not work on ${on.name}`, items: each((client) => lackingItems(client, all)) },
    {
      title: 'Read',
      items: [
        { text: files.join(', ') },
        { text: `${results}, of a run on ${startedAt.slice(0, 10)}` },
        ...evidence(advice, results),
      ],
    },
  ]
}

function evidence({ clients, on }: Advice, results: string): Item[] {
  const id = clients.find(({ features }) => features.length > 0)?.clients.at(-1)?.id
  if (id === undefined) return []
  return [{ text: `evidence: pgmatrix show '${on.id}/${id}/<feature>' --results ${results}` }]
}

function under(client: ClientAdvice, of: (client: ClientAdvice) => readonly Item[]): Item[] {
  const below = of(client)
  return below.length === 0 ? [] : [{ text: client.title, below }]
}

function clientsOf({ clients, unpaired, unknown, on }: Advice): Item[] {
  const said = clients.map((client) => {
    const { clients: stand, features } = client
    const notRun = stand.length > 0 && features.length === 0 ? ` Nothing is known of it on ${on.name}.` : ''
    return { text: describeTested(client) + notRun }
  })
  const alone = unpaired.map((one) => ({ text: describeUnpaired(one) }))
  const rest =
    unknown.length > 0 ? [`No client of these results, nothing is said of them: ${names(unknown)}`] : []
  const items = [...said, ...alone, ...rest.map((text) => ({ text }))]
  return items.length > 0 ? items : [{ text: 'No package is named.' }]
}

function breakItems({ breaks, refusals, keepsAll }: ClientAdvice): Item[] {
  const items = breaks.map((one) => breakItem(one))
  const all = [...breaks, ...refusals]
  // What is said of one need not be said of all.
  if (all.every(({ nearest }) => nearest === keepsAll)) return items
  return [
    ...items,
    { text: keepsAll === null ? 'no tested release keeps all' : `with ${keepsAll} nothing breaks` },
  ]
}

function breakItem(one: Break): Item {
  const { probe, title, was, is, reason, note, nearest } = one
  const keeps = nearest === null ? 'no tested release would keep it' : `${nearest} would keep it`
  return {
    text: `${probe}: ${was} → ${is}, breaks ${turnWords(one)} (${title})`,
    below: [{ text: why(reason, note) }, { text: keeps }],
  }
}

function turnWords({ at, after, gap }: Turn): string {
  return gap ? `somewhere after ${after}, at ${at} at the latest` : `at ${at}`
}

function refusalItem({ reason, features, turn, nearest }: Refusal): Item {
  const from = turn ? `, refused ${turnWords(turn)}` : ''
  const other = nearest === null ? 'no tested release is known that would not' : `${nearest} would not`
  return { text: `${many(features, 'feature')}${from}: ${amiss(reason)}`, below: [{ text: other }] }
}

function gainItems(gains: readonly Gain[], all: boolean): Item[] {
  const possible = gains.filter(({ was }) => !isUsable(was))
  const better = gains.filter(({ was }) => isUsable(was))
  return [...gainItem('possible', possible, all), ...gainItem('better', better, all)]
}

function gainItem(word: string, gains: readonly Gain[], all: boolean): Item[] {
  if (gains.length === 0) return []
  return [
    {
      text: `${word} ${number(gains.length)}: ${names(
        gains.map(({ probe }) => probe),
        all,
      )}`,
    },
  ]
}

function worksItems({ features, counts, groups }: ClientAdvice, all: boolean): Item[] {
  if (features.length === 0) return []
  const shares = groups
    .filter(({ counts }) => asked(counts) > 0)
    .map(({ title, counts }) => `${title} ${works(counts)}/${asked(counts)}`)
  const list = all
    ? features.map(({ probe, verdict, title }) => ({
        text: `${probe}: ${verdict ?? 'not known'} (${title})`,
      }))
    : []
  return [{ text: describeCounts(counts) }, { text: `by group: ${shares.join(' · ')}` }, ...list]
}

const WORKS: readonly Verdict[] = ['native', 'partial', 'raw']
/** Of what the server has, and what is no incident. */
const ASKED: readonly Verdict[] = [...WORKS, 'unsupported', 'broken', 'refused']

const sum = (counts: Counts, verdicts: readonly Verdict[]) =>
  verdicts.reduce((sofar, verdict) => sofar + (counts[verdict] ?? 0), 0)
const works = (counts: Counts) => sum(counts, WORKS)
const asked = (counts: Counts) => sum(counts, ASKED)

function lackingItems({ features }: ClientAdvice, all: boolean): Item[] {
  const of = (verdict: Verdict) => features.filter((feature) => feature.verdict === verdict)
  const differing = features.filter(({ verdict }) => verdict === null)
  const incidents = features.filter(({ verdict }) => verdict !== null && !isFact(verdict))
  return [
    ...lackingItem('broken', of('broken'), { limit: Infinity, all }),
    ...lackingItem('unsupported', of('unsupported'), { limit: NAMED, all }),
    ...unknownItem('the releases on both sides differ', differing, all),
    ...unknownItem(describeCounts(countVerdicts(incidents.flatMap(verdictOf))), incidents, all),
  ]
}

function verdictOf({ verdict }: Feature): { verdict: Verdict }[] {
  return verdict === null ? [] : [{ verdict }]
}

function lackingItem(
  verdict: Verdict,
  features: readonly Feature[],
  { limit, all }: { readonly limit: number; readonly all: boolean },
): Item[] {
  if (features.length === 0) return []
  const shown = all ? features : features.slice(0, limit)
  const rest = features.length - shown.length
  return [
    {
      text: `${verdict} ${number(features.length)}`,
      below: [
        ...shown.map(({ probe, reason, note, nearest }) => ({
          text: `${probe}: ${short(why(reason, note), all)}${nearest === null ? '' : ` · ${nearest} can`}`,
        })),
        ...(rest > 0 ? [{ text: `… and ${number(rest)} more: --all lists them` }] : []),
      ],
    },
  ]
}

/** Longest reason in a list of many, in characters. */
const REASON_LIMIT = 140

function short(reason: string, all: boolean): string {
  return all || reason.length <= REASON_LIMIT ? reason : `${reason.slice(0, REASON_LIMIT - 1)}…`
}

function unknownItem(because: string, features: readonly Feature[], all: boolean): Item[] {
  if (features.length === 0) return []
  const ids = features.map(({ probe }) => probe)
  return [{ text: `not known ${number(features.length)} (${because}): ${names(ids, all)}` }]
}

function why(reason: string, note: string | null): string {
  return [amiss(reason), ...(note === null ? [] : [`note: ${note}`])]
    .filter((text) => text !== '')
    .join(' · ')
}

/** The first of them, and how many more there are. */
function names(all: readonly string[], whole = false): string {
  const shown = whole ? all : all.slice(0, NAMED)
  const rest = all.length - shown.length
  return shown.join(', ') + (rest > 0 ? ` and ${number(rest)} more` : '')
}

function many(count: number, what: string): string {
  return `${number(count)} ${what}${count === 1 ? '' : 's'}`
}
