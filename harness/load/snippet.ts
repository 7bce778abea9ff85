import type { Place } from '../core/matrix.js'

/** A piece of Python in the matrix, to be checked. */
export interface Snippet {
  /** A recipe is the body of a function, what is given that of a module, a value one expression. */
  readonly kind: 'recipe' | 'given' | 'value'
  readonly text: string
  readonly place: Place
  /** Recipe key: which scope, which Pythons. */
  readonly key?: string
  /** Names that the probe gives its recipes. */
  readonly given?: readonly string[]
  /** Where a shape is used, when `place` is the shape's. */
  readonly usedAt?: Place
}

const DEFINES =
  /^(?:(?:async )?def|class) (\w+)|^(\w+(?:, \w+)*)(?:: [^=\n]+)? = |^(?:from \S+ )?import ([^#\n]+)/gm

/** Names that a module defines on its outermost level. */
export function definedNames(code: string): string[] {
  const names = [...code.matchAll(DEFINES)].flatMap(([, thing, variables, imported]) => {
    const modules = imported?.split(',').map((one) => one.trim().split(' as ').at(-1)?.split('.')[0])
    return [thing, ...(variables?.split(', ') ?? []), ...(modules ?? [])]
  })
  return [...new Set(names.filter((name) => name !== undefined))]
}
