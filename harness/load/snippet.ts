import type { Place } from '../core/matrix.js'

/** A piece of Python in the matrix, to be checked. */
export interface Snippet {
  /** A recipe is the body of a function, a value one expression. */
  readonly kind: 'recipe' | 'value'
  readonly text: string
  readonly place: Place
  /** Recipe key: which scope, which Pythons. */
  readonly key?: string
  /** Where a shape is used, when `place` is the shape's. */
  readonly usedAt?: Place
}
