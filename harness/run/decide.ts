/** What decides the cells of a plan: see core/decided.ts. Nothing has to be installed or started for it. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { decidedBy, type DecidedOf } from '../core/decided.js'
import type { Client, Probe, Profile, RecipeEntry } from '../core/matrix.js'
import { profiledId, profiledServers, type Plan } from '../core/plan.js'
import { entryFor } from '../core/recipe-key.js'
import type { Runtime } from '../core/runtime.js'
import { codeDigest } from '../own-code.js'
import { applicationFolder, PACKAGE } from '../package.js'

const FIXTURES = path.join(PACKAGE, 'python-fixtures')
/** Folders of this program that run and judge; the others load, tell and show. */
const DECIDING = ['core', 'run', 'servers'].map((name) =>
  fileURLToPath(new URL(`../${name}`, import.meta.url)),
)

export async function decide(plan: Plan, runtime: Runtime): Promise<DecidedOf> {
  const tool = await ownDigest(runtime)
  const servers = serverDigests(plan, runtime)
  const probes = new Digests((probe: Probe) => askedOf(probe))
  const recipes = new Digests((entry: RecipeEntry) => [entry.key, entry.recipes, entry.absent])
  const none = digest(null)
  const units = new Map<string, DecidedUnit>()
  for (const { client, columns } of plan.units) {
    const made = await clientDigest(client, runtime)
    if (made === undefined) continue
    const asked = new Map<string, DecidedProbe>() // each probe once, though every server has it
    for (const probe of columns.flatMap((column) => column.probes)) {
      if (asked.has(probe.id)) continue
      const entry = entryFor(probe, client)
      const digests = { probe: probes.of(probe), recipes: entry ? recipes.of(entry) : none }
      asked.set(probe.id, { profile: probe.profile, ...digests })
    }
    units.set(client.id, { client: made, asked })
  }
  return (cell) => {
    const unit = units.get(cell.client)
    const asked = unit?.asked.get(cell.probe)
    const server = asked && servers.get(cell.server)?.get(asked.profile)
    if (!unit || !asked || server === undefined) return undefined
    return decidedBy({ tool, server, client: unit.client, probe: asked.probe, recipes: asked.recipes })
  }
}

interface DecidedUnit {
  readonly client: string
  readonly asked: ReadonlyMap<string, DecidedProbe>
}

interface DecidedProbe {
  readonly profile: Profile
  readonly probe: string
  readonly recipes: string
}

/** All but what pages alone show, and the recipes. */
function askedOf(probe: Probe): unknown {
  const { control, extensions, setup, table, profile, login, given, value, expect, witness, deadline } = probe
  return [control, extensions, setup, table, profile, login, given, value, expect, witness, deadline]
}

/** By server id and profile; without those of which the runtime cannot say what they are made from. */
function serverDigests(plan: Plan, runtime: Runtime): ReadonlyMap<string, ReadonlyMap<Profile, string>> {
  const servers = new Map<string, Map<Profile, string>>()
  for (const one of profiledServers(plan)) {
    const made = runtime.serverMakings(one)
    if (made === undefined) continue
    const profiles = servers.get(one.server.id) ?? new Map<Profile, string>()
    servers.set(one.server.id, profiles.set(one.profile, digest([profiledId(one), one.server.version, made])))
  }
  return servers
}

/** Digests of things of the matrix, each computed once. */
class Digests<T extends object> {
  readonly #known = new WeakMap<T, string>()

  constructor(private readonly content: (thing: T) => unknown) {}

  of(thing: T): string {
    const known = this.#known.get(thing)
    if (known !== undefined) return known
    const made = digest(this.content(thing))
    this.#known.set(thing, made)
    return made
  }
}

async function clientDigest(client: Client, runtime: Runtime): Promise<string | undefined> {
  const made = await runtime.clientMakings(client)
  if (made === undefined) return undefined
  const { id, driver, pins, stack, family } = client
  const sources = await familySources(stack ? 'stack' : family.id)
  const application = stack && (await codeDigest([applicationFolder(stack.application)]))
  return digest([id, driver, pins, made, sources, stack, application])
}

/** Of python-fixtures/families/<family>.py and of those that it takes from. */
async function familySources(family: string): Promise<readonly string[]> {
  const sources = new Map<string, string>()
  const wanted = [family]
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (sources.has(name)) continue
    const text = await readFile(path.join(FIXTURES, 'families', `${name}.py`), 'utf8').catch(() => '')
    sources.set(name, text)
    for (const [, other] of text.matchAll(/^(?:from|import) families\.(\w+)/gm)) if (other) wanted.push(other)
  }
  return [...sources.values()]
}

async function ownDigest({ name }: Runtime): Promise<string> {
  const code = await codeDigest([...DECIDING, path.join(FIXTURES, 'runner')])
  const worker = await readFile(path.join(FIXTURES, 'worker.py'), 'utf8')
  return digest([name, process.platform, process.arch, code, worker])
}

function digest(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)
}
