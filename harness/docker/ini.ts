/** The files that Python's configparser reads, as far as pip's go. */

/** Section to key to value; sections and keys as they stand, the lines of a value joined with a newline. */
export type Ini = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What is no line of such a file is passed over: pip itself complains about it. */
export function parseIni(text: string): Ini {
  const sections: Record<string, Record<string, string>> = {}
  let section: Record<string, string> | undefined
  let key: string | undefined
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue
    if (/^\s/.test(line) && section && key !== undefined) {
      section[key] = `${section[key] ?? ''}\n${line.trim()}`.trim()
      continue
    }
    const name = /^\s*\[([^\]]+)\]/.exec(line)?.[1]
    if (name !== undefined) {
      section = sections[name] ??= {}
      key = undefined
      continue
    }
    const pair = /^\s*([^=:]*[^=:\s])\s*[=:]\s*(.*?)\s*$/.exec(line)
    key = pair?.[1]
    if (section && key !== undefined) section[key] = pair?.[2] ?? ''
  }
  return sections
}
