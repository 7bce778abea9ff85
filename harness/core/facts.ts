/** The header of a results file: what was planned, and with what. */
import { plannedCells, type Plan } from './plan.js'
import type { Client, Family, Probe, Server, Stack } from './matrix.js'
import {
  RESULTS_FORMAT,
  type ClientFacts,
  type FamilyFacts,
  type Header,
  type ProbeFacts,
  type ServerFacts,
} from './result.js'
import type { Hello } from './protocol.js'
import type { PreparedClient, RunningServer, RuntimeName } from './runtime.js'

export interface RunFacts {
  readonly plan: Plan
  readonly servers: readonly RunningServer[]
  readonly prepared: readonly PreparedClient[]
  readonly tool: string
  readonly runtime: RuntimeName
  readonly startedAt: Date
  /** What earlier runs said of those of which cells were kept, by id. */
  readonly earlier: EarlierFacts
}

export interface EarlierFacts {
  readonly clients: ReadonlyMap<string, ClientFacts>
  readonly servers: ReadonlyMap<string, ServerFacts>
}

/** @param facts `plan` with what is kept of earlier runs, `servers` and `prepared` for the rest */
export function makeHeader(facts: RunFacts): Header {
  const { plan, servers, prepared, tool, runtime, startedAt, earlier } = facts
  const families = new Set(plan.clients.map(({ family }) => family))
  const groups = new Set(plan.probes.map(({ group }) => group))
  return {
    kind: 'header',
    format: RESULTS_FORMAT,
    tool,
    startedAt: startedAt.toISOString(),
    runtime,
    selector: plan.patterns.length === 0 ? null : plan.patterns.join(' '),
    cells: plannedCells(plan).length,
    shard: plan.shard ?? null,
    groups: plan.matrix.groups.filter((group) => groups.has(group)),
    servers: plan.servers.map((server) => {
      const running = servers.filter((one) => one.server === server)
      return serverFacts(server, running, earlier.servers.get(server.id))
    }),
    families: [...families].map(familyFacts),
    clients: plan.clients.flatMap((client) => {
      const ready = prepared.find((one) => one.client === client)
      return ready ? clientFacts(ready, null) : (earlier.clients.get(client.id) ?? [])
    }),
    probes: plan.probes.map(probeFacts),
  }
}

export function clientFacts(prepared: PreparedClient, hello: Hello | null): ClientFacts {
  const { id, family, version, driver, stack } = prepared.client
  const ready = prepared.kind === 'ready' ? prepared : undefined
  return {
    id,
    family: family.id,
    version,
    driver: driver ?? null,
    stack: stack ? stackFacts(stack) : null,
    python: hello?.python ?? ready?.python ?? null,
    libpq: hello?.libpq ?? null,
    build: ready?.build ?? null,
    packages: { ...ready?.packages },
    built: { ...ready?.built },
  }
}

function stackFacts({ orm, server, integration, files }: Stack): ClientFacts['stack'] {
  return { orm: orm ?? null, server, integration: integration ?? null, application: [...files] }
}

/** Why what answered is not the client of the plan, or undefined. */
export function versionProblem(client: Client, hello: Hello): string | undefined {
  const wrong = Object.entries(client.pins).find(([name, version]) => hello.versions[name] !== version)
  if (!wrong) return undefined
  const [name, version] = wrong
  return `the environment has ${name} ${hello.versions[name] ?? 'not at all'}, ${version} was planned`
}

/** @param running with each of its profiles */
export function serverFacts(
  { id, major, version, preview, endOfLife, pooler }: Server,
  running: readonly RunningServer[],
  earlier?: ServerFacts,
): ServerFacts {
  const said = [earlier?.build, ...running.map(({ build }) => build)]
  const builds = [...new Set(said.flatMap((build) => build?.split(', ') ?? []))]
  const versionNum = running[0]?.versionNum ?? earlier?.versionNum ?? null
  const build = builds.join(', ') || null
  const known = { endOfLife: endOfLife ?? null, pooler: pooler ?? null }
  return { id, major, version, preview, versionNum, build, ...known }
}

function familyFacts({
  id,
  formerly = [],
  title,
  kind,
  about,
  docs,
  source,
  package: distribution,
  ...standing
}: Family): FamilyFacts {
  const { paradigm = null, licence = null, maintenance = null, documented = null } = standing
  return {
    ...{ id, formerly: [...formerly], title, kind, about, docs, source, package: distribution },
    ...{ paradigm, licence, maintenance, documented },
  }
}

function probeFacts({ control, given, conversation, ...probe }: Probe): ProbeFacts {
  const { id, formerly, title, group, tier, since, docs, about } = probe
  const code = { given: given?.code ?? null, conversation: conversation?.code ?? null }
  const facts = { id, formerly: [...formerly], title, group, tier, since, docs, about }
  return { ...facts, control: control.sql, ...code }
}
