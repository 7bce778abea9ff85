/** The text of a project's file. */
import { readFile, stat } from 'node:fs/promises'
import { UsageError } from '../core/runtime.js'

/** Bytes; the largest lock of a public project that was seen has 5 MB. */
const LARGEST = 50_000_000

/**
 * UTF-8, or UTF-16 where the file begins with its mark, as PowerShell writes `pip freeze > requirements.txt`.
 * @param place what names the file, where that is another one: `requirements.txt:3: `
 * @throws UsageError where there is no such file
 */
export async function readText(file: string, place = ''): Promise<string> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile())
    throw new UsageError(`${place}${file}: ${found ? 'is no file' : 'no such file'}. Name one that is there.`)
  if (found.size > LARGEST)
    throw new UsageError(`${place}${file}: ${found.size} bytes; this is no file of requirements`)
  const bytes = await readFile(file)
  return bytes[0] === 0xff && bytes[1] === 0xfe
    ? new TextDecoder('utf-16le').decode(bytes)
    : new TextDecoder().decode(bytes)
}
