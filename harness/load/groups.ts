import { checkSchema } from './check-schema.js'
import type { Folder } from './folder.js'
import type { Problem } from './problem.js'
import { groupsSchema, type GroupsFile } from './schema.js'
import { repeated } from './repeated.js'
import { readYaml, valuePlace } from './yaml-file.js'

export type Group = GroupsFile['groups'][number]

const STAND_INS = { 'groups.*.id': 'unnamed', 'groups.*.about': '?' }

/** Undefined where groups.yaml cannot be read, so that no probe is blamed for it. */
export async function loadGroups(folder: Folder, problems: Problem[]): Promise<readonly Group[] | undefined> {
  const file = await readYaml(folder, 'groups.yaml', problems)
  const groups = file && checkSchema(groupsSchema, file, problems, STAND_INS)?.groups
  if (!file || !groups) return undefined
  for (const key of ['id', 'title'] as const) {
    for (const index of repeated(groups.map((group) => group[key]))) {
      if (groups[index]?.[key] === STAND_INS['groups.*.id']) continue
      const place = valuePlace(file, ['groups', index, key])
      problems.push({ place, message: `there already is a group with the ${key} "${groups[index]?.[key]}"` })
    }
  }
  return groups
}
