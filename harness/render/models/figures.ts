/** Numbers that recipes measured. */
import type { Attempt, Cell, ClientFacts, ProbeFacts } from '../../core/result.js'
import { familiesAsked, type FamilyView, type ResultsView } from './view.js'

export interface FigureView {
  readonly name: string
  /** `32,767`, or from the least to the most, `1–2`. */
  readonly value: string
}

/** What was measured by one probe: a row for all clients of a family whose numbers are the same. */
export interface FiguresView {
  readonly names: readonly string[]
  readonly rows: readonly FiguresRow[]
}

interface FiguresRow {
  readonly clients: string
  /** In the order of the names; null where this one was not measured. */
  readonly values: readonly (string | null)[]
}

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

/** Of attempts that ended alike. */
export function figuresOf(attempts: readonly Attempt[]): FigureView[] {
  const names = [...new Set(attempts.flatMap(({ figures }) => Object.keys(figures)))]
  return names.map((name) => {
    const numbers = attempts.flatMap(({ figures }) => figures[name] ?? [])
    const [least, most] = [Math.min(...numbers), Math.max(...numbers)].map((one) => NUMBER.format(one))
    return { name, value: least === most ? `${most}` : `${least}–${most}` }
  })
}

/** Of all servers; null where nothing was measured. */
export function measured(view: ResultsView, probe: ProbeFacts): FiguresView | null {
  if (!view.cellsOf('probe', probe.id).some(hasFigures)) return null
  const families = familiesAsked(view, probe).map((family) => measuredOf(view, family, probe))
  const names = [...new Set(families.flat().flatMap(({ figures }) => figures.map(({ name }) => name)))]
  if (names.length === 0) return null
  const rows = families.flat().map(({ clients, figures }) => ({
    clients,
    values: names.map((name) => figures.find((figure) => figure.name === name)?.value ?? null),
  }))
  return { names, rows }
}

function hasFigures({ attempts }: Cell): boolean {
  return attempts.some(({ figures }) => Object.keys(figures).length > 0)
}

interface Measured {
  readonly clients: string
  readonly figures: readonly FigureView[]
}

function measuredOf(view: ResultsView, family: FamilyView, probe: ProbeFacts): Measured[] {
  const each = family.clients.flatMap((client) => {
    const cells = view.servers.flatMap((server) => view.cell(server, client, probe) ?? [])
    const held = cells.flatMap(({ attempts }) => attempts.filter(({ outcome }) => outcome === 'held'))
    const figures = figuresOf(held)
    return figures.length === 0 ? [] : [{ client, figures, key: JSON.stringify(figures) }]
  })
  const keys = [...new Set(each.map(({ key }) => key))]
  return keys.map((key) => {
    const alike = each.filter((one) => one.key === key)
    const all = alike.length === family.clients.length && alike.length > 1
    const releases = all ? '(all releases)' : alike.map(({ client }) => releaseName(client)).join(', ')
    return { clients: `${family.facts.title} ${releases}`, figures: alike[0]?.figures ?? [] }
  })
}

function releaseName({ version, driver }: ClientFacts): string {
  return driver ? `${version} on ${driver.family}` : version
}
