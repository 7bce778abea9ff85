/** The programs from Python's world that we use, each pinned with hashes and installed once into the cache folder. */
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inRange, parseRange } from '../core/python-range.js'
import { EnvironmentError, type Interpreter } from '../core/runtime.js'
import { buildFolder } from './building.js'
import { failureError } from './failure-error.js'
import * as mypy from './pins/mypy.js'
import * as ruff from './pins/ruff.js'
import { ownSetting, type Setting } from './setting.js'
import { uvCommand, uvPath } from './uv.js'

const pins = { ruff, mypy }

export type ToolName = 'uv' | keyof typeof pins

/**
 * Absolute path of the program, installed first where it is missing.
 * @throws EnvironmentError without a network, a Python or a writable cache folder
 */
export function toolPath(name: ToolName, setting: Setting = ownSetting()): Promise<string> {
  return name === 'uv' ? uvPath(setting) : installedTool(name, setting)
}

async function installedTool(name: keyof typeof pins, setting: Setting): Promise<string> {
  const home = join(setting.cache, 'tools', `${name}-${pins[name].version}`)
  const place = { home, isComplete: () => areFiles(join(home, 'bin', 'python'), join(home, 'bin', name)) }
  if (!(await place.isComplete())) {
    await buildFolder(place, async (folder) => {
      await install(name, folder, setting)
      return true
    })
  }
  return join(home, 'bin', name)
}

/** A link to a Python that was removed is not a file. */
function areFiles(...paths: string[]): Promise<boolean> {
  return Promise.all(paths.map((path) => access(path))).then(
    () => true,
    () => false,
  )
}

async function install(name: keyof typeof pins, folder: string, setting: Setting): Promise<void> {
  const uv = await uvPath(setting)
  const python = await toolPython(setting)
  const requirements = join(folder, 'requirements.txt')
  const run = async (...args: string[]) => {
    const { code, stderr } = await uvCommand(uv, args, setting)
    if (code !== 0) throw failureError(`installing ${name}`, stderr, setting.cache)
  }
  // Relocatable: its scripts find their Python beside them, wherever the folder is renamed to.
  await run('venv', '--quiet', '--relocatable', '--allow-existing', '--python', python.path, folder)
  await writeFile(requirements, pins[name].requirements)
  await run(
    ...['pip', 'sync', '--quiet', '--require-hashes', '--only-binary', ':all:'],
    ...['--python', join(folder, 'bin', 'python'), requirements],
  )
}

/** The tools are locked for Python 3.9 and later. */
async function toolPython(setting: Setting): Promise<Interpreter> {
  const range = parseRange('>=3.9') ?? []
  const python = (await setting.interpreters()).find(({ version }) => inRange(version, range))
  if (!python) throw new EnvironmentError('no Python 3.9 or later was found; install one and run again')
  return python
}
