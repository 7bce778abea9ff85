/** What decides the cells of a plan: see core/decided.ts. Nothing has to be installed or started for it. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { decidedBy, type Decided } from '../core/decided.js'
import { cellId } from '../core/ids.js'
import type { Client, Probe, ProfiledServer, RecipeEntry } from '../core/matrix.js'
import { profiledId, type Plan } from '../core/plan.js'
import { entryFor } from '../core/recipe-key.js'
import type { Runtime } from '../core/runtime.js'
import { codeDigest } from '../own-code.js'
import { applicationFolder, PACKAGE } from '../package.js'

const FIXTURES = path.join(PACKAGE, 'python-fixtures')
/** Folders of this program that run and judge; the others load, tell and show. */
const DECIDING = ['core', 'run', 'servers'].map((name) =>
  fileURLToPath(new URL(`../${name}`, import.meta.url)),
)

/** By cell id. Cells of which it cannot be said beforehand are missing: those always run. */
export async function decide(plan: Plan, runtime: Runtime): Promise<ReadonlyMap<string, Decided>> {
  const tool = await ownDigest(runtime)
  const servers = new Servers(runtime)
  const probes = new Digests((probe: Probe) => askedOf(probe))
  const recipes = new Digests((entry: RecipeEntry) => [entry.key, entry.recipes, entry.absent])
  const none = digest(null)
  const decided = new Map<string, Decided>()
  for (const { client, columns } of plan.units) {
    const made = await clientDigest(client, runtime)
    const own = new Map<Probe, string>() // each probe once, though every server has it
    for (const probe of columns.flatMap(({ probes }) => probes)) {
      if (own.has(probe)) continue
      const entry = entryFor(probe, client)
      own.set(probe, entry ? recipes.of(entry) : none)
    }
    for (const column of columns) {
      const server = servers.of(column)
      if (made === undefined || server === undefined) continue
      for (const probe of column.probes) {
        const parts = {
          ...{ tool, server, client: made },
          ...{ probe: probes.of(probe), recipes: own.get(probe) ?? none },
        }
        decided.set(
          cellId({ server: column.server.id, client: client.id, probe: probe.id }),
          decidedBy(parts),
        )
      }
    }
  }
  return decided
}

/** All but what pages alone show, and the recipes. */
function askedOf(probe: Probe): unknown {
  const { control, extensions, setup, table, profile, login, given, value, expect, witness, deadline } = probe
  return [control, extensions, setup, table, profile, login, given, value, expect, witness, deadline]
}

class Servers {
  readonly #known = new Map<string, string | undefined>()

  constructor(private readonly runtime: Runtime) {}

  of(column: ProfiledServer): string | undefined {
    const id = profiledId(column)
    if (!this.#known.has(id)) {
      const made = this.runtime.serverMakings(column)
      this.#known.set(id, made && digest([id, column.server.version, made]))
    }
    return this.#known.get(id)
  }
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
