/** A file against its schema. What can still be read is read on, so that everything is told in one go. */
import type { z } from 'zod'
import { isRenamed, mend, renamings, type StandIns } from './mend.js'
import type { Problem } from './problem.js'
import { describeIssue } from './schema-problems.js'
import type { YamlFile } from './yaml-file.js'

type Issue = z.core.$ZodIssue

/**
 * Undefined where too much is missing to go on; what is wrong but optional is left out of the answer.
 * @param standIns for required values at the top of the file
 */
export function checkSchema<T>(
  schema: z.ZodType<T>,
  file: YamlFile,
  problems: Problem[],
  standIns: StandIns = {},
): T | undefined {
  const parsed = schema.safeParse(file.data, { reportInput: true })
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.flatMap(narrow)
  const renamed = issues.flatMap((issue) => renamings(schema, file, issue))
  const told = issues.filter((issue) => !isRenamed(issue, renamed))
  problems.push(...told.flatMap((issue) => describeIssue(schema, file, issue)))
  return mend(schema, file.data, narrow, { renamed, standIns })
}

/** Of the branches of a union, the one whose kind of value was meant; among objects the one with the fewest faults. */
function narrow(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const meant = issue.errors
    .filter((branch) => !branch.some((one) => one.path.length === 0 && one.code === 'invalid_type'))
    .toSorted((a, b) => otherWord(a) - otherWord(b) || strangers(a) - strangers(b))[0]
  return meant ? meant.flatMap((one) => narrow({ ...one, path: [...issue.path, ...one.path] })) : [issue]
}

/** A branch that is one word stands behind those that go on to look inside. */
function otherWord(issues: readonly Issue[]): number {
  return Number(issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_value'))
}

function strangers(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0)
}
