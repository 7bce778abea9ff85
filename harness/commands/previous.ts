/** What was published before: a results file, or the folder of a site with what it kept of earlier ones. */
import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { UsageError } from '../core/runtime.js'
import { previousOf } from '../render/changes/compare.js'
import type { Previous, Publication } from '../render/changes/publication.js'
import { CHANGES_DATA } from '../render/data/address.js'
import { FILE_SCHEMAS } from '../render/data/schema.js'
import { DATA } from '../render/models/address.js'
import { readResults } from '../results/read.js'
import { resultsOfSite } from './current.js'

/** @throws UsageError where it is neither. */
export async function readPrevious(place: string): Promise<Previous> {
  const isSite = existsSync(place) && statSync(place).isDirectory()
  if (!isSite) return previousOf(await readResults(place), [])
  const file = resultsOfSite(place)
  if (file === undefined)
    throw new UsageError(`${place} is no site: it has no ${DATA}. Name a site or a results file.`)
  const publications = await readPublications(path.join(place, CHANGES_DATA))
  return previousOf(await readResults(file), publications)
}

/** None in a site that was made before there were any. */
async function readPublications(file: string): Promise<readonly Publication[]> {
  if (!existsSync(file)) return []
  const parsed = FILE_SCHEMAS.changes.safeParse(jsonOf(await readFile(file, 'utf8')))
  if (parsed.success) return parsed.data.publications
  throw new UsageError(
    `${file}: ${z.prettifyError(parsed.error)}. Name the results file of that site instead.`,
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
