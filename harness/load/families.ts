import { basename } from 'node:path'
import type { Family, Release } from '../core/matrix.js'
import { checkSchema } from './check-schema.js'
import { listYaml, type Folder } from './folder.js'
import { formerIdProblems } from './former-ids.js'
import type { Problem } from './problem.js'
import { repeated } from './repeated.js'
import { familySchema, type FamilyFile } from './schema.js'
import { readYaml, valuePlace, type YamlFile } from './yaml-file.js'

export interface LoadedFamily {
  readonly family: Family
  readonly file: YamlFile
  /** Of a drop-in: whose recipes it takes, see drop-ins.ts. */
  readonly takes: Exclude<FamilyFile['recipes'], 'none'>
}

export interface LoadedFamilies {
  /** Drivers first, then by id. */
  readonly families: readonly LoadedFamily[]
  /** Also of files that could not be read, so that no recipe is blamed for them. */
  readonly names: readonly string[]
}

export async function loadFamilies(folder: Folder, problems: Problem[]): Promise<LoadedFamilies> {
  const paths = await listYaml(folder, 'clients', problems)
  const loaded = await Promise.all(paths.map((path) => loadFamily(folder, path, problems)))
  const families = loaded.filter((one) => one !== undefined).toSorted(byKind)
  problems.push(...formerIdProblems(families.map(({ family, file }) => ({ named: family, file }))))
  return { families, names: paths.map((path) => basename(path, '.yaml')) }
}

/** Enough to check the rest of a file whose head is wrong. */
const STAND_INS = {
  title: '?',
  about: '?',
  docs: 'https://example.org/',
  source: 'https://example.org/',
  package: '?',
  install: ['?'],
  'releases.*.python': '>=3.8',
}

function byKind(a: LoadedFamily, b: LoadedFamily): number {
  return Number(a.family.kind === 'orm') - Number(b.family.kind === 'orm')
}

async function loadFamily(
  folder: Folder,
  path: string,
  problems: Problem[],
): Promise<LoadedFamily | undefined> {
  const file = await readYaml(folder, path, problems)
  const data =
    file && checkSchema(familySchema, file, problems, { ...STAND_INS, family: basename(path, '.yaml') })
  if (!file || !data) return undefined
  const id = basename(path, '.yaml')
  if (data.family !== id) {
    const place = valuePlace(file, ['family'])
    problems.push({
      place,
      message: `family "${data.family}" stands in ${id}.yaml`,
      hint: `rename one of the two`,
    })
  }
  problems.push(...releaseProblems(file, data))
  const { family: _, install, releases, recipes, ...facts } = data
  const family = { ...facts, id, releases: releases.map((release) => toRelease(release, install)) }
  return recipes === 'none'
    ? { file, family: { ...family, withoutRecipes: true }, takes: undefined }
    : { file, family, takes: recipes }
}

function toRelease(release: FamilyFile['releases'][number], install: readonly string[]): Release {
  return {
    version: release.version,
    python: release.python,
    install: (release.install ?? install).map((one) => one.replaceAll('{version}', release.version)),
    drivers: release.drivers ?? [],
  }
}

function releaseProblems(file: YamlFile, { kind, releases }: FamilyFile): Problem[] {
  const twice = repeated(releases.map(({ version }) => version)).map((index) => ({
    place: valuePlace(file, ['releases', index, 'version']),
    message: `release ${releases[index]?.version} is listed twice`,
  }))
  const drivers = releases.flatMap((release, index) => {
    if (kind === 'orm' && !release.drivers?.length) {
      const place = valuePlace(file, ['releases', index])
      return [
        {
          place,
          message: `release ${release.version} of an ORM names no drivers`,
          hint: 'drivers: [psycopg2-2.9.13]',
        },
      ]
    }
    if (kind === 'driver' && release.drivers) {
      const place = valuePlace(file, ['releases', index, 'drivers'])
      return [{ place, message: 'a driver has no drivers', hint: 'kind: orm, or leave the key out' }]
    }
    return []
  })
  return [...twice, ...drivers]
}
