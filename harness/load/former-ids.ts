/** Ids that something had before: an address leads to one thing. */
import type { Problem } from './problem.js'
import { valuePlace, type YamlFile } from './yaml-file.js'

interface Named {
  readonly id: string
  readonly formerly?: readonly string[] | undefined
}

/** What has an id, and the file that says so. */
export interface InFile {
  readonly named: Named
  readonly file: YamlFile
}

export function formerIdProblems(all: readonly InFile[]): Problem[] {
  const owners = new Map(all.map((one) => [one.named.id, one]))
  return all.flatMap((one) =>
    (one.named.formerly ?? []).flatMap((id, index) => {
      const other = owners.get(id)
      owners.set(id, other ?? one)
      if (!other) return []
      const place = valuePlace(one.file, ['formerly', index])
      const hint = `in ${other.file.path}; take it out of one of the two`
      return [{ place, message: `the former id "${id}" is that of "${other.named.id}"`, hint }]
    }),
  )
}
