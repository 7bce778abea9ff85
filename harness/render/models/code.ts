/** Python code as tokens with a class each, so that the template escapes every piece of it. */
import Prism, { type Grammar, type TokenStream } from 'prismjs'
import 'prismjs/components/prism-python.js'

export interface Token {
  readonly text: string
  /** `keyword`, `string`, `comment`, `number`, `name`, or empty. */
  readonly kind: string
}

/** Python's own list (`keyword.kwlist`) but for constants: Prism's has names that are common methods, such as `exec` and `match`. */
const KEYWORD =
  /\b(?:and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield)\b/

const KINDS: Readonly<Record<string, string>> = {
  ...{ keyword: 'keyword', comment: 'comment', number: 'number', boolean: 'number' },
  ...{ 'string-interpolation': 'string', 'triple-quoted-string': 'string', string: 'string' },
  ...{ function: 'name', 'class-name': 'name' },
}

const GRAMMAR = reduced(Prism.languages.extend('python', { keyword: KEYWORD }))

/** To what has a kind of its own: every pattern costs time. */
function reduced(grammar: Grammar): Grammar {
  for (const name of Object.keys(grammar)) if (!(name in KINDS)) Reflect.deleteProperty(grammar, name)
  return grammar
}

/** Families of one page, and applications of neighbours, have code in common. */
const known = new Map<string, readonly Token[]>()
/** More than a page has. */
const KNOWN = 100

/** The tokens' texts joined are the code, to the letter: none of no code. */
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
    if (text === '') return
    const last = tokens.at(-1)
    if (last?.kind === kind) tokens.splice(-1, 1, { text: last.text + text, kind })
    else tokens.push({ text, kind })
  }
  const walk = (stream: TokenStream, kind: string) => {
    if (typeof stream === 'string') put(stream, kind)
    else if (Array.isArray(stream)) for (const part of stream) walk(part, kind)
    else walk(stream.content, stream.type === 'interpolation' ? '' : (KINDS[stream.type] ?? kind))
  }
  walk(Prism.tokenize(code, GRAMMAR), '')
  return tokens
}
