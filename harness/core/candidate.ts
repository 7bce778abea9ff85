/** A client that is not in the matrix: a checkout, a wheel or another release of a family, as a maintainer tries it on a branch. */
import { clientId } from './ids.js'
import type { Client, Matrix } from './matrix.js'
import { compareReleases } from './order.js'
import { normalName } from './requirements.js'

/** What `--client` names. */
export interface Candidate {
  /** Id of the family. */
  readonly family: string
  /** A version, or the path of a folder or a wheel. */
  readonly what: string
}

/** `psycopg@../psycopg/psycopg`, `psycopg@dist/psycopg-3.4-py3-none-any.whl`, `psycopg@3.4`; undefined where it is none of these. */
export function parseCandidate(word: string): Candidate | undefined {
  const match = /^([a-z][a-z0-9_]*)@(.+)$/.exec(word)
  return match?.[1] && match[2] ? { family: match[1], what: match[2] } : undefined
}

export function isVersion(what: string): boolean {
  return /^\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?$/.test(what)
}

/** The version in a wheel's name. https://packaging.python.org/en/latest/specifications/binary-distribution-format/ */
export function wheelVersion(name: string): string | undefined {
  return /^[\w.]+-([^-]+)-(?:\d[^-]*-)?[^-]+-[^-]+-[^-]+\.whl$/.exec(name)?.[1]?.replaceAll('_', '.')
}

/** Of the family's newest release in the matrix, on each of its drivers. */
export function templates({ clients }: Matrix, family: string): readonly Client[] {
  const own = clients.filter((client) => client.family.id === family)
  const newest = own
    .map(({ version }) => version)
    .toSorted(compareReleases)
    .at(-1)
  return own.filter(({ version }) => version === newest)
}

/** What is installed in place of the family's package. */
export interface Replacement {
  readonly version: string
  /** Address of a wheel; undefined for a release of the index. */
  readonly wheel: string | undefined
}

/** Undefined where no requirement of the template is the family's package. */
export function candidateOf(template: Client, { version, wheel }: Replacement): Client | undefined {
  const { family, driver, install, pins } = template
  const wanted = normalName(family.package)
  const replaced = install.map((requirement) => {
    const [, name = '', extras = ''] = /^([\w.-]+)(\[[^\]]*\])?==/.exec(requirement) ?? []
    if (normalName(name) !== wanted) return requirement
    return wheel === undefined ? `${name}${extras}==${version}` : `${name}${extras} @ ${wheel}`
  })
  if (replaced.every((requirement, index) => requirement === install[index])) return undefined
  const shown = `${version.replace('+', '.')}${wheel === undefined ? '' : '.checkout'}`
  const { lock: _, ...rest } = template
  return {
    ...rest,
    id: clientId({ family: family.id, version: shown }, driver),
    version,
    install: replaced,
    pins: { ...pins, [family.package]: version },
  }
}
