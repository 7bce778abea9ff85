/**
 * Reads what a project asks of the package index: a requirements file, as pip takes it.
 * https://pip.pypa.io/en/stable/reference/requirements-file-format/
 */

export interface Requirement {
  /** As the index compares names: lower case, single dashes. */
  readonly name: string
  /** `==2.9.13`, `>=3.1,<4`; empty where any release will do. */
  readonly range: string
  /** `2.9.13` for `==2.9.13`; null where it is not one release. */
  readonly pinned: string | null
  /** Lower case; missing where none are asked for. */
  readonly extras?: readonly string[]
  /** Where it is for some environments alone: `python_version < "3.13"`. */
  readonly marker?: string
}

/** Options, addresses, paths and comments are left out: they name no release. */
export function parseRequirements(text: string): Requirement[] {
  return text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .flatMap((line) => parseRequirement(line))
}

const REQUIREMENT =
  /^([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(\(?(?:[<>=!~][^;#]*)?)(?:;|$)/i

/** None or one. */
export function parseRequirement(line: string): Requirement[] {
  const bare = line
    .replace(/(^|\s)#.*$/, '')
    .replace(/\s--[a-z].*$/, '')
    .trim()
  const [found, name, extras, clauses] = REQUIREMENT.exec(bare) ?? []
  if (found === undefined || name === undefined) return []
  const marker = bare.slice(found.length).trim()
  const asked = extras === undefined ? {} : extrasOf(extras.split(','))
  return [{ ...requirement(name, clauses ?? ''), ...asked, ...(marker !== '' && { marker }) }]
}

export function extrasOf(names: readonly string[]): Pick<Requirement, 'extras'> {
  const extras = names.map((name) => normalName(name.trim())).filter((name) => name !== '')
  return extras.length === 0 ? {} : { extras }
}

/** @param clauses as PEP 440 writes them */
export function requirement(name: string, clauses: string): Requirement {
  const range = clauses.replaceAll(/[()\s]/g, '')
  const pinned = /^={2,3}([0-9][0-9a-z.+!-]*)$/i.exec(range)?.[1] ?? null
  return { name: normalName(name), range, pinned }
}

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
export function normalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-')
}
