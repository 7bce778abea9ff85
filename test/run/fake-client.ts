/** Clients without a package: a bare interpreter and a family of python-fixtures/fakes/. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findInterpreters } from '../../harness/clients/interpreters.js'
import type { Interpreter, ReadyClient } from '../../harness/core/runtime.js'
import type { RecipeRequest } from '../../harness/core/protocol.js'

export const FIXTURES = fileURLToPath(new URL('../../python-fixtures', import.meta.url))

export async function newestPython(): Promise<Interpreter> {
  const [newest] = await findInterpreters()
  if (newest === undefined) throw new Error('these tests need a Python 3.8 or newer')
  return newest
}

export function fakeClient(interpreter: Interpreter, family = 'fakes.serverless'): ReadyClient {
  const nothing = { title: family, about: '', docs: '', source: '', package: family, releases: [] }
  return {
    kind: 'ready',
    client: {
      id: `${family}-1`,
      family: { id: family, kind: 'driver', ...nothing },
      version: '1',
      python: '>=3.8',
      install: [],
      pins: { 'no-such-distribution': '1' },
    },
    python: interpreter.version,
    environment: interpreter.path,
    build: null,
    packages: {},
    built: {},
  }
}

/** The text of python-fixtures/fakes/recipes/<name>.py. */
export function fakeRecipe(name: string): string {
  return readFileSync(`${FIXTURES}/fakes/recipes/${name}.py`, 'utf8')
}

let requests = 0

/** A request whose value is 1 and whose code begins on line 10 of probe.yaml. */
export function recipe(code: string, rest: Partial<RecipeRequest> = {}): RecipeRequest {
  requests += 1
  return {
    kind: 'recipe',
    id: requests,
    nonce: `nonce-${requests}`,
    endpoint: { host: '/nowhere', port: 5432, user: 'probe', database: 'w1' },
    surroundings: { values: {}, files: {}, deeds: [] },
    given: null,
    recipe: { code, file: 'matrix/probes/probe.yaml', line: 10 },
    value: { json: 1 },
    expect: { json: 1 },
    deadline: 10,
    ...rest,
  }
}
