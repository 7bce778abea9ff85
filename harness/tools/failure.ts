/** What the words of a failed pip or uv mean for us. */
import { isLacking } from './lacking.js'

/**
 * `network` the index was not reached · `storage` disk full or not writable · `gone` the index answers, but has no such release
 * · `lacking` the machine has not got what a build from source needs · `refused` a fact about the packages: no wheel, a source that
 * does not build, contradicting requirements, a wrong hash
 */
export type FailureKind = 'network' | 'storage' | 'gone' | 'lacking' | 'refused'

/** In this order: a full disk also breaks downloads, and an unreachable index also "has no such release". */
const SIGNS: readonly (readonly [FailureKind, RegExp])[] = [
  [
    'storage',
    /no space left|disk quota exceeded|read-only file system|permission denied|os error (13|28|30|122)\b/i,
  ],
  [
    'network',
    /error sending request|request failed after|failed to fetch|network (was|is|connectivity is) (disabled|unreachable)/i,
  ],
  [
    'network',
    /failed to lookup address|name resolution|connection (refused|reset|error)|NewConnectionError|ProxyError|SSLError/i,
  ],
  [
    'network',
    /not found in the cache|timed out|no end after|HTTP status (server|client) error \((5\d\d|40[137])/i,
  ],
  [
    'gone',
    /there (is|are) no versions? of|from versions: none|not found in the package registry|not found in the provided|HTTP status client error \(4(04|10)/i,
  ],
]

export function failureKind(output: string): FailureKind {
  const found = SIGNS.find(([, sign]) => sign.test(output))?.[0]
  return found ?? (isLacking(output) ? 'lacking' : 'refused')
}

const MAX_LINES = 12
const MAX_CHARACTERS = 900

/** The message as it may be published: no addresses, no folders of this machine, no endless list of versions. */
export function publicMessage(output: string): string {
  const lines = output
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s)`'"]+/gi, '<address>')
    .replace(/(^|[\s`'"(=])(?:~|\.{0,2})\/[^\s`'"):,]+/gm, '$1<path>')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !PREAMBLE.test(line))
  // Of a build, what failed stands at the end.
  const shown = BUILD_LOG.test(output)
    ? [...lines.slice(0, 2), ...lines.slice(2).slice(2 - MAX_LINES)]
    : lines
  const text = shown.slice(0, MAX_LINES).join('\n')
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)} …` : text
}

const BUILD_LOG = /^\s*\[std(out|err)\]$|subprocess-exited-with-error/m

/** uv's account of what it was doing. */
const PREAMBLE = /^(Using (C?Python)|Resolved \d|Prepared \d|Creating virtual|warning: )/
