/** What the package index says of a distribution's releases, asked through uv as locks are resolved. */
import { pythonsIn, rangeFrom } from '../core/news.js'
import { EnvironmentError } from '../core/runtime.js'
import { failureKind, publicMessage } from '../tools/failure.js'
import { failureError } from '../tools/failure-error.js'
import type { CommandResult } from '../tools/command.js'
import type { Setting } from '../tools/setting.js'
import { uvCommand, uvPath } from '../tools/uv.js'
import { noBinary, resolvePackages, type Locked, type Wanted } from './lock.js'

export interface Distribution {
  readonly name: string
  /** Whether it is built from its source. */
  readonly built: boolean
  /** Range of the Pythons that it is for. */
  readonly python: string
}

export type Newest =
  | { readonly kind: 'found'; readonly version: string; readonly date: string | null }
  /** The index has it, but nothing that could be installed. */
  | { readonly kind: 'none'; readonly reason: string }

/**
 * The newest release that was not yanked and that the newest Python of the range can install. What uv's cache says is not believed.
 * @throws EnvironmentError where the index cannot be asked, or has no such distribution
 */
export async function newestRelease(
  wanted: Distribution,
  { pre }: { readonly pre: boolean },
  setting: Setting,
): Promise<Newest> {
  const { name } = wanted
  const { code, stdout, stderr } = await compile(wanted, name, setting, [
    ...['--format', 'pylock.toml', '--refresh-package', name],
    ...['--prerelease', pre ? 'allow' : 'disallow'],
  ])
  if (code !== 0) {
    if (failureKind(stderr) === 'refused') return { kind: 'none', reason: publicMessage(stderr) }
    throw failureError(`asking for releases of ${name}`, stderr, setting.cache)
  }
  const version = /^version = "([^"]+)"$/m.exec(stdout)?.[1]
  if (version === undefined)
    throw new EnvironmentError(`asking for releases of ${name}: uv named none: ${publicMessage(stdout)}`)
  const days = [...stdout.matchAll(/upload-time = (\d{4}-\d\d-\d\d)/g)].flatMap(([, day]) => day ?? [])
  return { kind: 'found', version, date: days.toSorted()[0] ?? null }
}

/**
 * Why a release should not be used any more: it was yanked, or taken from the index; undefined where neither is so.
 * @throws EnvironmentError where the index cannot be asked
 */
export async function withdrawn(
  wanted: Distribution,
  version: string,
  setting: Setting,
): Promise<string | undefined> {
  const { code, stderr } = await compile(wanted, `${wanted.name}==${version}`, setting, [])
  const yanked = /^warning: .* is yanked(?: \(reason: "(.*)"\))?/m.exec(stderr)
  if (yanked) return yanked[1] ? `yanked: ${yanked[1]}` : 'yanked'
  // Without a wheel for the Python that was asked for it is none the less there.
  if (code === 0 || failureKind(stderr) === 'refused') return undefined
  if (failureKind(stderr) === 'gone') return 'the index has it no more'
  throw failureError(`asking for ${wanted.name} ${version}`, stderr, setting.cache)
}

/** Not --quiet: that a release was yanked is said in a warning. */
async function compile(
  { name, built, python }: Distribution,
  requirement: string,
  setting: Setting,
  more: readonly string[],
): Promise<CommandResult> {
  const uv = await uvPath(setting)
  const [interpreter] = await setting.interpreters()
  if (!interpreter) throw new EnvironmentError('no Python 3.8 or later was found; install one and run again')
  const args = [
    ...['pip', 'compile', '--universal', '--no-deps', '--no-header', '--no-annotate'],
    ...['--only-binary', ':all:', ...noBinary(built ? [name] : [])],
    ...['--python', interpreter.path, '--python-version', pythonsIn(python).at(-1) ?? '3.8'],
    ...more,
    '-',
  ]
  return uvCommand(uv, args, setting, `${requirement}\n`)
}

export type Pythons =
  { readonly kind: 'range'; readonly python: string } | (Locked & { readonly kind: 'refused' })

/**
 * The Pythons of a range from the first on that everything can be installed for: what the distribution and its requirements ask for
 * (Requires-Python), without the oldest that they left behind.
 * @throws as resolvePackages
 */
export async function supportedPythons(wanted: Wanted, setting: Setting): Promise<Pythons> {
  const pythons = pythonsIn(wanted.python)
  let refused: Pythons | undefined
  for (const lowest of pythons) {
    const python = rangeFrom(wanted.python, lowest)
    const resolved = await resolvePackages({ ...wanted, python }, setting)
    if (resolved.kind === 'locked') return { kind: 'range', python }
    refused = resolved
  }
  return refused ?? { kind: 'refused', reason: `no Python is known in the range ${wanted.python}` }
}
