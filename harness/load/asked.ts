/** Does the part of the catalogue that a family is asked exist, and do its recipes stand there? */
import picomatch from 'picomatch'
import { asks } from '../core/asked.js'
import { familyOfKey } from '../core/recipe-key.js'
import type { LoadedFamily } from './families.js'
import type { LoadedProbe } from './probes.js'
import type { Problem } from './problem.js'
import { valuePlace } from './yaml-file.js'

/** Globs that match no probe for the family's kind. @param faults where one is of a probe, nobody knows what that is called */
export function emptyGlobs(
  families: readonly LoadedFamily[],
  probes: readonly LoadedProbe[],
  faults: readonly Problem[],
): Problem[] {
  if (faults.some(({ place }) => place.file.includes('/probes/'))) return []
  return families.flatMap(({ file, family: { kind, probes: globs = [] } }) => {
    const ids = probes
      .map(({ probe }) => probe)
      .filter(asks({ kind }))
      .map(({ id }) => id)
    return globs.flatMap((glob, index) => {
      const matches = picomatch(glob)
      if (ids.some((id) => matches(id))) return []
      const place = valuePlace(file, ['probes', index])
      const hint = 'ids stand in probes/, and stars match parts of them: json-*'
      return [{ place, message: `no probe for ${kind}s matches "${glob}"`, hint }]
    })
  })
}

/** Recipes that never run, since their family is asked other probes. */
export function unaskedRecipes(families: readonly LoadedFamily[], probes: readonly LoadedProbe[]): Problem[] {
  const narrowed = families.map(({ family }) => family).filter((family) => family.probes)
  return narrowed.flatMap((family) => {
    const isAsked = asks(family)
    const others = probes.map(({ probe }) => probe).filter((probe) => !isAsked(probe))
    return others.flatMap(({ id, entries }) =>
      entries
        .filter(({ key }) => familyOfKey(key) === family.id)
        .map(({ place }) => ({
          place,
          message: `${family.id} is not asked "${id}": this recipe would never run`,
          hint: `name the probe under probes: of clients/${family.id}.yaml, or take the recipe out`,
        })),
    )
  })
}
