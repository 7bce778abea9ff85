/** Python code as tokens with a class each, so that the template escapes every piece of it. */
import { highlightCode, tagHighlighter, tags } from '@lezer/highlight'
import { parser } from '@lezer/python'

export interface Token {
  readonly text: string
  /** `keyword`, `string`, `comment`, `number`, `name`, or empty. */
  readonly kind: string
}

const highlighter = tagHighlighter([
  { tag: tags.keyword, class: 'keyword' },
  { tag: [tags.string, tags.special(tags.string)], class: 'string' },
  { tag: tags.comment, class: 'comment' },
  { tag: [tags.number, tags.bool, tags.null], class: 'number' },
  { tag: [tags.definition(tags.function(tags.variableName)), tags.className], class: 'name' },
])

/** Families of one page, and applications of neighbours, have code in common. */
const known = new Map<string, readonly Token[]>()
/** More than a page has. */
const KNOWN = 100

/** The tokens' texts joined are the code, to the letter. */
export function pythonTokens(code: string): readonly Token[] {
  const before = known.get(code)
  if (before) return before
  if (known.size === KNOWN) known.clear()
  const tokens = tokensOf(code)
  known.set(code, tokens)
  return tokens
}

function tokensOf(code: string): Token[] {
  const tokens: Token[] = []
  const put = (text: string, kind: string) => {
    const last = tokens.at(-1)
    if (last?.kind === kind) tokens.splice(-1, 1, { text: last.text + text, kind })
    else tokens.push({ text, kind })
  }
  highlightCode(code, parser.parse(code), highlighter, put, () => put('\n', ''))
  return tokens
}
