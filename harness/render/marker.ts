/** What a site says of its making, so that it need not be made again. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { codeDigest } from '../own-code.js'
import { PACKAGE } from '../package.js'
import { MARKER } from './models/address.js'

export interface Origin {
  /** The results file. */
  readonly file: string
  /** Folder with pages/, partials/ and assets/. */
  readonly templates: string
  /** Where it is published. */
  readonly baseUrl?: string | null
}

/** Bytes that are read at once: by default a quarter of a gigabyte takes thousands of turns. */
export const CHUNK = 1 << 20

/** The scripts of the pages, as bin/setup.mjs makes them of templates/script/. */
export const COMPILED_SCRIPTS = path.join(PACKAGE, 'dist', 'templates', 'script')

/** Whether the target was made from this file by this program as it is now. */
export async function isSiteOf(target: string, source: Origin): Promise<boolean> {
  const marker = await readFile(path.join(target, MARKER), 'utf8').catch(() => '')
  return marker !== '' && marker === (await markerText(source))
}

/** Names all that decides what the pages say. */
export async function markerText({ file, templates, baseUrl = null }: Origin): Promise<string> {
  const code = await codeDigest([path.dirname(fileURLToPath(import.meta.url)), templates, COMPILED_SCRIPTS])
  const published = baseUrl === null ? '' : ` for ${baseUrl}`
  const results = await digestOf(file)
  return `Made by \`pgmatrix render\` (${code})${published} from results ${results}, which replaces this folder as a whole.\n`
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: CHUNK }), hash)
  return hash.digest('hex').slice(0, 16)
}
