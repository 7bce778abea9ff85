/** What the pages were made of: the results file, offered for download, and the marker that says so. */
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { together } from '../together.js'
import { CHUNK, markerText, type Origin } from './marker.js'
import { DATA, MARKER } from './models/address.js'

export async function writeOrigin(origin: Origin, folder: string): Promise<undefined> {
  const data = path.join(folder, DATA)
  await mkdir(path.dirname(data), { recursive: true })
  await together(
    [
      () => compress(origin.file, data),
      async () => writeFile(path.join(folder, MARKER), await markerText(origin)),
    ],
    (write) => write(),
    { signals: [] },
  )
}

/** Two thirds of the time of zlib's own choice, and a file that is 6 % larger. */
const LEVEL = 4

/** A run of the whole matrix has hundreds of megabytes, most of them the same code over and over. */
async function compress(file: string, target: string): Promise<void> {
  if (file.endsWith('.gz')) await copyFile(file, target)
  else
    await pipeline(
      createReadStream(file, { highWaterMark: CHUNK }),
      createGzip({ level: LEVEL }),
      createWriteStream(target),
    )
}
