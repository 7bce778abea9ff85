/** Sentences from the matrix: plain text in which `backticks` mark code. */

export interface Piece {
  readonly text: string
  readonly code: boolean
}

/** A backtick without a partner is a sign of the text. */
export function prose(text: string): Piece[] {
  // Splitting at a pattern with a group gives text, code, text, code, …, text.
  const parts = text.trim().split(/`([^`]+)`/)
  return parts
    .map((part, index) => ({ text: part, code: index % 2 === 1 }))
    .filter((piece) => piece.text !== '')
}

/** Paragraphs are parted by an empty line. */
export function paragraphs(text: string): Piece[][] {
  return text
    .split(/\n\s*\n/)
    .map(prose)
    .filter((pieces) => pieces.length > 0)
}
