/** What a run saw of clients, beside what their documentation says. */
import type { Cell, ClientFacts, ServerFacts } from '../../core/result.js'
import { compareReleases } from '../../core/order.js'
import { serverRange } from '../../core/server-range.js'
import type { ResultsView } from './view.js'

/** Servers and Pythons in few words; null where there were none. */
export interface Observed {
  /** Servers that a recipe of it ran on: `10–18`. */
  readonly servers: string | null
  /** `3.9, 3.11–3.13` */
  readonly pythons: string | null
}

export function observed(view: ResultsView, clients: readonly ClientFacts[]): Observed {
  const servers = view.servers.filter((server) => clients.some((client) => isConnected(view, client, server)))
  const pythons = clients.flatMap(({ python }) => (python === null ? [] : [minor(python)]))
  return {
    servers: serverRange(servers, view.servers) || null,
    pythons: minorRange(pythons) || null,
  }
}

/** Outcomes of a recipe that had a connection. */
const CONNECTED: readonly string[] = ['held', 'raised', 'wrong-type', 'wrong-value', 'wrong-effect']

export function isConnected(view: ResultsView, client: ClientFacts, server: ServerFacts): boolean {
  return view.groups.some(({ probes }) =>
    probes.some((probe) => ranConnected(view.cell(server, client, probe))),
  )
}

function ranConnected(cell: Cell | undefined): boolean {
  return cell?.attempts.some(({ outcome }) => CONNECTED.includes(outcome)) ?? false
}

function minor(python: string): string {
  return python.split('.').slice(0, 2).join('.')
}

function sorted(versions: readonly string[]): string[] {
  return [...new Set(versions)].toSorted(compareReleases)
}

/** Neighbours are joined, since each minor of Python comes after the one before. */
function minorRange(pythons: readonly string[]): string {
  const runs = sorted(pythons).reduce<string[][]>((sofar, python) => {
    const last = sofar.at(-1)
    return last && follows(last.at(-1) ?? '', python)
      ? [...sofar.slice(0, -1), [...last, python]]
      : [...sofar, [python]]
  }, [])
  return runs
    .map(([first = '', ...more]) =>
      more.length > 1 ? `${first}–${more.at(-1)}` : [first, ...more].join(', '),
    )
    .join(', ')
}

function follows(before: string, after: string): boolean {
  const [[major, low], [sameMajor, high]] = [before.split('.').map(Number), after.split('.').map(Number)]
  return major === sameMajor && (low ?? 0) + 1 === high
}
