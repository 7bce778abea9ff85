/** A client's environment: its locked packages on one interpreter, in the cache folder under the hash of both. */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { EnvironmentError, type Interpreter, type Unprepared } from '../core/runtime.js'
import { buildFolder } from '../tools/building.js'
import { runCommand } from '../tools/command.js'
import { failureKind, publicMessage } from '../tools/failure.js'
import { failureError } from '../tools/failure-error.js'
import { whatIsLacking } from '../tools/lacking.js'
import type { Setting } from '../tools/setting.js'
import { uvCommand, uvPath } from '../tools/uv.js'
import { noBinary } from './lock.js'
import { lockParts } from './lock-text.js'

export interface Environment {
  /** Its own python. */
  readonly python: string
  /** Every distribution in it, normalised name to version. */
  readonly packages: Readonly<Record<string, string>>
  /** Those built from their sources, to the tag of the wheel that they became. */
  readonly built: Readonly<Record<string, string>>
}

export type Built = { readonly kind: 'built'; readonly environment: Environment } | Unprepared

/** Grows when what is built from the same lock changes. */
const FORMAT = 1

/** What an environment holds, written last, when it is complete. */
const RECORD = 'pgmatrix.json'
const recordSchema = z.strictObject({
  packages: z.record(z.string(), z.string()),
  built: z.record(z.string(), z.string()).default({}),
})

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

/** @throws EnvironmentError without a network, or without space; "there is no wheel" and "there is no compiler" are answers. */
export async function buildEnvironment(wanted: Wanted, setting: Setting): Promise<Built> {
  const home = homeOf(wanted, setting)
  const isComplete = async () => (await readEnvironment(home)) !== undefined
  let failed: Unprepared | undefined
  await buildFolder({ home, isComplete }, async (folder) => {
    failed = await install(wanted, folder, setting)
    if (failed === undefined) await writeRecord(folder, lockParts(wanted.lock).builds, setting)
    return failed === undefined
  })
  if (failed !== undefined) return failed
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
  return record.success ? { python: pythonOf(home), ...record.data } : undefined
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

/** Undefined when all went well, else why the packages refuse, or what the machine lacks for building them. */
async function install(wanted: Wanted, home: string, setting: Setting): Promise<Unprepared | undefined> {
  const { client, lock, interpreter } = wanted
  const doing = `installing ${client} on Python ${interpreter.version}`
  const uv = await uvPath(setting)
  const venv = ['venv', '--quiet', '--relocatable', '--allow-existing', '--python', interpreter.path, home]
  const made = await uvCommand(uv, venv, setting)
  if (made.code !== 0) throw failureError(doing, made.stderr, setting.cache)
  const { requirements, builds } = lockParts(lock)
  await writeFile(join(home, REQUIREMENTS), requirements)
  await writeFile(join(home, CONSTRAINTS), lock)
  const output = await syncOutput(uv, syncArguments(home, builds), setting)
  if (output === undefined) return undefined
  const kind = failureKind(output)
  if (kind === 'refused') return { kind, reason: publicMessage(output) }
  if (kind === 'lacking') return { kind: 'not-run', reason: lackingReason(builds, output) }
  throw failureError(doing, output, setting.cache)
}

function lackingReason(builds: readonly string[], output: string): string {
  return `${builds.join(' and ')} must be built from source, and this machine lacks ${whatIsLacking(output)}`
}

const REQUIREMENTS = 'requirements.txt'
/** For what builds: its tools, and what of the environment's own packages it needs already then. */
const CONSTRAINTS = 'constraints.txt'

function syncArguments(home: string, builds: readonly string[]): readonly string[] {
  return [
    // Compiled now, once: workers write no bytecode, and would compile the whole library at each start.
    ...['pip', 'sync', '--quiet', '--compile-bytecode', '--require-hashes', '--only-binary', ':all:'],
    ...noBinary(builds),
    ...['--build-constraints', join(home, CONSTRAINTS)],
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

/** Its arguments are the distributions that were built. */
const LIST_PACKAGES = `
import json, re, sys
from importlib.metadata import distributions
found = {re.sub("[-_.]+", "-", d.metadata["Name"]).lower(): d for d in distributions()}
names = [re.sub("[-_.]+", "-", name).lower() for name in sys.argv[1:]]
tags = {name: re.findall("^Tag: (.+)", found[name].read_text("WHEEL") or "", re.M) for name in names if name in found}
print(json.dumps({
    "packages": {name: d.version for name, d in sorted(found.items())},
    "built": {name: " ".join(each) for name, each in sorted(tags.items())},
}))
`

async function writeRecord(home: string, builds: readonly string[], setting: Setting): Promise<void> {
  const args = ['-I', '-c', LIST_PACKAGES, ...builds]
  const { code, stdout, stderr } = await runCommand(pythonOf(home), args, {
    env: {},
    deadline: 60,
    signal: setting.signal,
  })
  if (code !== 0) throw failureError('listing the packages of a new environment', stderr, setting.cache)
  const record = recordSchema.parse(JSON.parse(stdout))
  await writeFile(join(home, RECORD), JSON.stringify(record, null, 2))
}
