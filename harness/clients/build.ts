/** A client's environment: its locked packages on one interpreter, in the cache folder under the hash of both. */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { EnvironmentError, type Interpreter } from '../core/runtime.js'
import { buildFolder } from '../tools/building.js'
import { runCommand } from '../tools/command.js'
import { failureKind, publicMessage } from '../tools/failure.js'
import { failureError } from '../tools/failure-error.js'
import type { Setting } from '../tools/setting.js'
import { uvCommand, uvPath } from '../tools/uv.js'

export interface Environment {
  /** Its own python. */
  readonly python: string
  /** Every distribution in it, normalised name to version. */
  readonly packages: Readonly<Record<string, string>>
}

export type Built =
  | { readonly kind: 'built'; readonly environment: Environment }
  | { readonly kind: 'refused'; readonly reason: string }

/** Grows when what is built from the same lock changes. */
const FORMAT = 1

/** What an environment holds, written last, when it is complete. */
const RECORD = 'pgmatrix.json'
const recordSchema = z.strictObject({ packages: z.record(z.string(), z.string()) })

/** What to have: these locked packages on this interpreter. */
export interface Wanted {
  /** Whose environment it is, for messages alone: clients with the same lock share one. */
  readonly client: string
  readonly lock: string
  readonly interpreter: Interpreter
}

/** The finished environment, without network or uv; undefined where there is none. */
export async function findEnvironment(wanted: Wanted, setting: Setting): Promise<Environment | undefined> {
  return readEnvironment(homeOf(wanted, setting))
}

/** @throws EnvironmentError without a network, or without space; "there is no wheel" is an answer. */
export async function buildEnvironment(wanted: Wanted, setting: Setting): Promise<Built> {
  const home = homeOf(wanted, setting)
  const isComplete = async () => (await readEnvironment(home)) !== undefined
  let refused: string | undefined
  await buildFolder({ home, isComplete }, async (folder) => {
    refused = await install(wanted, folder, setting)
    if (refused === undefined) await writeRecord(folder, setting)
    return refused === undefined
  })
  if (refused !== undefined) return { kind: 'refused', reason: refused }
  const environment = await readEnvironment(home)
  if (environment) return { kind: 'built', environment }
  throw new EnvironmentError(
    `${home} vanished while it was being made; is something clearing the cache folder?`,
  )
}

function homeOf({ lock, interpreter: { path, version } }: Wanted, setting: Setting): string {
  const key = JSON.stringify([FORMAT, lock, path, version])
  return join(setting.cache, 'environments', createHash('sha256').update(key).digest('hex').slice(0, 32))
}

async function readEnvironment(home: string): Promise<Environment | undefined> {
  const text = await readFile(join(home, RECORD), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const record = recordSchema.safeParse(parseJson(text))
  return record.success ? { python: pythonOf(home), packages: record.data.packages } : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function pythonOf(home: string): string {
  return join(home, 'bin', 'python')
}

/** Undefined when all went well, else why the packages refuse. */
async function install(wanted: Wanted, home: string, setting: Setting): Promise<string | undefined> {
  const { client, lock, interpreter } = wanted
  const doing = `installing ${client} on Python ${interpreter.version}`
  const uv = await uvPath(setting)
  const venv = ['venv', '--quiet', '--relocatable', '--allow-existing', '--python', interpreter.path, home]
  const made = await uvCommand(uv, venv, setting)
  if (made.code !== 0) throw failureError(doing, made.stderr, setting.cache)
  await writeFile(join(home, REQUIREMENTS), lock)
  const output = await syncOutput(uv, syncArguments(home), setting)
  if (output === undefined) return undefined
  if (failureKind(output) === 'refused') return publicMessage(output)
  throw failureError(doing, output, setting.cache)
}

const REQUIREMENTS = 'requirements.txt'

function syncArguments(home: string): readonly string[] {
  return [
    // Compiled now, once: workers write no bytecode, and would compile the whole library at each start.
    ...['pip', 'sync', '--quiet', '--compile-bytecode', '--require-hashes', '--only-binary', ':all:'],
    ...['--python', pythonOf(home), join(home, REQUIREMENTS)],
  ]
}

/** Undefined when it went well. Without a network uv's own cache may still hold all that is needed, so that is tried too. */
async function syncOutput(
  uv: string,
  args: readonly string[],
  setting: Setting,
): Promise<string | undefined> {
  const online = await uvCommand(uv, args, setting)
  if (online.code === 0) return undefined
  if (failureKind(online.stderr) !== 'network') return online.stderr
  const offline = await uvCommand(uv, [...args, '--offline'], setting)
  if (offline.code === 0) return undefined
  return failureKind(offline.stderr) === 'refused' ? offline.stderr : online.stderr
}

const LIST_PACKAGES = `
import json, re
from importlib.metadata import distributions
versions = {re.sub("[-_.]+", "-", d.metadata["Name"]).lower(): d.version for d in distributions()}
print(json.dumps(versions, sort_keys=True))
`

async function writeRecord(home: string, setting: Setting): Promise<void> {
  const packages = await packagesIn(home, setting)
  await writeFile(join(home, RECORD), JSON.stringify({ packages }, null, 2))
}

async function packagesIn(home: string, setting: Setting): Promise<Record<string, string>> {
  const { code, stdout, stderr } = await runCommand(pythonOf(home), ['-I', '-c', LIST_PACKAGES], {
    env: {},
    deadline: 60,
    signal: setting.signal,
  })
  if (code !== 0) throw failureError('listing the packages of a new environment', stderr, setting.cache)
  return recordSchema.shape.packages.parse(JSON.parse(stdout))
}
