/** Does a probe stand where its id and its group say? */
import { basename, dirname } from 'node:path'
import type { Probe } from '../core/matrix.js'
import { didYouMean } from '../core/suggest.js'
import type { Group } from './groups.js'
import type { Problem } from './problem.js'
import type { ProbeFile } from './schema.js'
import { valuePlace, type YamlFile } from './yaml-file.js'

/** Of a probe that names none. */
export const UNKNOWN_GROUP = '?'

export function nameProblems(file: YamlFile, { id }: ProbeFile): Problem[] {
  const expected = basename(file.path, '.yaml')
  if (id === expected) return []
  return [
    {
      place: valuePlace(file, ['id']),
      message: `id "${id}" stands in ${expected}.yaml`,
      hint: 'rename one of the two',
    },
  ]
}

export function groupProblems(
  file: YamlFile,
  { group }: ProbeFile,
  groups: readonly Group[] | undefined,
): Problem[] {
  if (!groups || group === UNKNOWN_GROUP) return []
  const place = valuePlace(file, ['group'])
  const known = groups.find(({ title }) => title === group)
  if (!known) {
    const hint =
      didYouMean(
        group,
        groups.map(({ title }) => title),
      ) ?? 'groups.yaml names the groups'
    return [{ place, message: `unknown group "${group}"`, hint }]
  }
  const subfolder = basename(dirname(file.path))
  if (subfolder === known.id) return []
  return [
    {
      place,
      message: `a probe of the group "${group}" stands in probes/${subfolder}/`,
      hint: `move it to probes/${known.id}/`,
    },
  ]
}

export function duplicateIds(probes: readonly Probe[]): Problem[] {
  const first = new Map<string, Probe>()
  return probes.flatMap((probe) => {
    const other = first.get(probe.id)
    first.set(probe.id, other ?? probe)
    return other
      ? [
          {
            place: probe.place,
            message: `there already is a probe "${probe.id}"`,
            hint: `in ${other.place.file}`,
          },
        ]
      : []
  })
}
