/** uv: the one found on PATH where it is new enough, or a pinned one installed through pip. */
import { access, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { comparePythons as compareVersions } from '../core/python-range.js'
import { EnvironmentError, type Interpreter } from '../core/runtime.js'
import { asEnvironmentError, buildFolder } from './building.js'
import { runCommand, type CommandResult } from './command.js'
import { failureKind } from './failure.js'
import { failureError } from './failure-error.js'
import { packagingEnv } from './packaging-env.js'
import { requirements, version as pinned } from './pins/uv.js'
import type { Setting } from './setting.js'

/** The oldest whose options and messages we know. */
const OLDEST_UV = '0.8.0'

/** @throws EnvironmentError where there is none and none can be installed */
export async function uvPath(setting: Setting): Promise<string> {
  return (await findUv(setting)) ?? (await installOnce(ownUv(setting), setting))
}

/** Undefined where none is there that is new enough. */
export async function findUv(setting: Setting): Promise<string | undefined> {
  return (await isFile(ownUv(setting))) ? ownUv(setting) : uvOnPath(setting)
}

function ownUv({ cache }: Setting): string {
  return join(cache, 'tools', `uv-${pinned}`, 'uv')
}

/** Runs uv with our cache, in the cache folder so that no project's settings around the caller apply. */
export async function uvCommand(
  uv: string,
  args: readonly string[],
  setting: Setting,
  input?: string,
): Promise<CommandResult> {
  await mkdir(setting.cache, { recursive: true }).catch((error: unknown) => {
    throw asEnvironmentError(error, setting.cache)
  })
  return runCommand(uv, args, {
    env: packagingEnv(setting.env, join(setting.cache, 'uv')),
    cwd: setting.cache,
    deadline: 600,
    signal: setting.signal,
    ...(input === undefined ? {} : { input }),
  })
}

async function uvOnPath(setting: Setting): Promise<string | undefined> {
  for (const folder of (setting.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, 'uv')
    if ((await isFile(path)) && (await isNewEnough(path, setting))) return path
  }
  return undefined
}

async function isNewEnough(path: string, setting: Setting): Promise<boolean> {
  const env = packagingEnv(setting.env, join(setting.cache, 'uv'))
  const { code, stdout } = await runCommand(path, ['--version'], {
    env,
    deadline: 10,
    signal: setting.signal,
  })
  const version = /^uv (\d+\.\d+\.\d+)/.exec(stdout)?.[1]
  return code === 0 && version !== undefined && compareVersions(version, OLDEST_UV) >= 0
}

/** Clients are prepared side by side, and all of them ask for uv first. */
function installOnce(own: string, setting: Setting): Promise<string> {
  const installation = installing.get(own) ?? installUv(own, setting).finally(() => installing.delete(own))
  installing.set(own, installation)
  return installation
}

const installing = new Map<string, Promise<string>>()

/** Installs into a throw-away place and keeps the program alone: it is one file that needs nothing beside it. */
async function installUv(own: string, setting: Setting): Promise<string> {
  await buildFolder({ home: dirname(own), isComplete: () => isFile(own) }, async (folder) => {
    const scratch = join(folder, 'scratch')
    await mkdir(scratch)
    await copyFile(await builtUv(scratch, setting), join(folder, 'uv'))
    await rm(scratch, { recursive: true })
    return true
  })
  return own
}

async function builtUv(building: string, setting: Setting): Promise<string> {
  const pythons = await setting.interpreters()
  if (pythons.length === 0)
    throw new EnvironmentError('no Python 3.8 or later was found; install one and run again')
  await writeFile(join(building, 'uv.txt'), requirements)
  const outputs: string[] = []
  for (const python of pythons) {
    for (const way of [viaVenv, viaTarget]) {
      const built = await way(python, building, setting)
      if ('path' in built) return built.path
      // No other Python reaches an index that this one does not.
      if (failureKind(built.output) !== 'refused')
        throw failureError('installing uv', built.output, setting.cache)
      outputs.push(built.output)
    }
  }
  throw new EnvironmentError(
    `uv cannot be installed: none of the Pythons found has venv or pip (${pythons.map(({ path }) => path).join(', ')}); install uv, or your system's python3-venv package, and run again\n${outputs[0] ?? ''}`,
  )
}

type Built = { readonly path: string } | { readonly output: string }

// Not --quiet: that the index was not reached is said in warnings.
const PIP_INSTALL = ['-m', 'pip', 'install', '--require-hashes', '--only-binary', ':all:', '--no-deps']

async function viaVenv(python: Interpreter, building: string, setting: Setting): Promise<Built> {
  const venv = join(building, `venv-${python.version}`)
  const made = await outputOf(python.path, ['-m', 'venv', venv], setting)
  if (made !== undefined) return { output: made }
  const output = await outputOf(
    join(venv, 'bin', 'python'),
    [...PIP_INSTALL, '-r', join(building, 'uv.txt')],
    setting,
  )
  return output === undefined ? { path: join(venv, 'bin', 'uv') } : { output }
}

/** For a Debian without python3-venv that has pip. */
async function viaTarget(python: Interpreter, building: string, setting: Setting): Promise<Built> {
  const target = join(building, `target-${python.version}`)
  const args = [...PIP_INSTALL, '--target', target, '-r', join(building, 'uv.txt')]
  const output = await outputOf(python.path, args, setting)
  return output === undefined ? { path: join(target, 'bin', 'uv') } : { output }
}

/** Undefined when it went well, else what it said. */
async function outputOf(
  path: string,
  args: readonly string[],
  setting: Setting,
): Promise<string | undefined> {
  const env = packagingEnv(setting.env, join(setting.cache, 'uv'))
  const result = await runCommand(path, args, {
    env,
    cwd: setting.cache,
    deadline: 300,
    signal: setting.signal,
  })
  return result.code === 0 ? undefined : `${result.stderr}${result.stdout}`
}

function isFile(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
