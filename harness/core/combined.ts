/** What several lines and files of a project ask of one package: a lock beside the ranges that it was made from, a constraint. */
import type { Requirement } from './requirements.js'

/**
 * In the order in which the packages are first named. A release that is pinned lies in the ranges beside it; several pinned ones, and ranges for some
 * environments alone, each stand for themselves; what is left must hold together.
 * @param nameOf The package that a name stands for.
 */
export function combine(
  requirements: readonly Requirement[],
  nameOf: (name: string) => string,
): Requirement[] {
  const packages = new Map<string, Requirement[]>()
  for (const one of requirements) {
    const name = nameOf(one.name)
    packages.set(name, [...(packages.get(name) ?? []), one])
  }
  return [...packages.values()].flatMap(ofPackage)
}

function ofPackage(all: readonly Requirement[]): Requirement[] {
  const pinned = distinct(all.filter((one) => one.pinned !== null))
  const ranges = all.filter((one) => one.pinned === null)
  const forSome = distinct(ranges.filter(({ marker }) => marker !== undefined))
  const forAll = ranges.filter(({ marker }) => marker === undefined)
  return [...pinned, ...(pinned.length > 0 ? [] : together(forAll)), ...forSome]
}

function together([first, ...others]: readonly Requirement[]): Requirement[] {
  if (first === undefined) return []
  const ranges = [first, ...others].map(({ range }) => range).filter((range) => range !== '')
  return [{ ...first, range: [...new Set(ranges)].join(',') }]
}

/** Each release or range once, whatever environment it is for. */
function distinct(all: readonly Requirement[]): Requirement[] {
  return all.filter(({ range }, index) => all.findIndex((other) => other.range === range) === index)
}
