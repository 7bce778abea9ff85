/** A requirements file line by line, where each line stands, and which of them lead elsewhere. */
import { parseRequirement, type Requirement } from './requirements.js'

export type RequirementLine = { readonly line: number } & (
  | { readonly kind: 'requirement'; readonly requirement: Requirement }
  /** `-r base.txt`, `-c constraints.txt` */
  | { readonly kind: 'file'; readonly file: string; readonly constraints: boolean }
  /** An address or a path: no release is named. */
  | { readonly kind: 'elsewhere'; readonly text: string }
  | { readonly kind: 'wrong'; readonly text: string }
)

/** Comments, empty lines and other options are left out. */
export function requirementLines(text: string): RequirementLine[] {
  return joined(text).flatMap(({ text, line }) => {
    const bare = text.replace(/(^|\s)#.*$/, '').trim()
    const said = bare === '' ? undefined : readLine(bare)
    return said ? [{ ...said, line }] : []
  })
}

/** What a line says, wherever it stands. */
type Said<T> = T extends unknown ? Omit<T, 'line'> : never

function readLine(text: string): Said<RequirementLine> | undefined {
  const [, short, long, file] =
    /^(?:-(r|c)\s*|--(requirement|constraint)(?:\s+|\s*=\s*))(\S.*)$/.exec(text) ?? []
  if (file !== undefined)
    return { kind: 'file', file: unquoted(file), constraints: (short ?? long ?? '').startsWith('c') }
  if (/^(-e|--editable)\b/.test(text)) return { kind: 'elsewhere', text }
  if (text.startsWith('-')) return undefined
  if (isElsewhere(text)) return { kind: 'elsewhere', text }
  const requirement = wholeRequirement(text)
  return requirement ? { kind: 'requirement', requirement } : { kind: 'wrong', text }
}

/** Undefined where a range is none: `psycopg2=2.9`. */
export function wholeRequirement(text: string): Requirement | undefined {
  const [requirement] = parseRequirement(text)
  const clauses = requirement?.range.split(',').filter((clause) => clause !== '') ?? []
  return clauses.every((clause) => CLAUSE.test(clause)) ? requirement : undefined
}

const CLAUSE = /^(===?|~=|!=|[<>]=?)[\w.*+!-]+$/

/** Lines that end in a backslash go on; each has the number of its first. */
function joined(text: string): { text: string; line: number }[] {
  const lines: { text: string; line: number; open: boolean }[] = []
  for (const [index, part] of text.split(/\r?\n/).entries()) {
    const last = lines.at(-1)
    const open = part.endsWith('\\')
    const own = open ? part.slice(0, -1) : part
    if (last?.open) Object.assign(last, { text: `${last.text} ${own}`, open })
    else lines.push({ text: own, line: index + 1, open })
  }
  return lines
}

/** `psycopg2 @ https://…`, `git+https://…`, `./wheels/x.whl` */
function isElsewhere(text: string): boolean {
  const [bare = ''] = text.split(/\s;/)
  return (
    bare.includes('://') ||
    /^[\w.-]+\s*(\[[^\]]*\])?\s*@\s*\S/.test(bare) ||
    /^(\.{0,2}[\\/]|\.{1,2}(\[|$)|[a-z]:[\\/]|file:)/i.test(bare) ||
    /\.(whl|zip|tar\.gz)(\s|$)/.test(bare)
  )
}

function unquoted(text: string): string {
  return /^(["'])(.*)\1$/.exec(text.trim())?.[2] ?? text.trim()
}
