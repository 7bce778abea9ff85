/** Runs as a thread: see apart.ts. */
import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { type Apart, type Beginning, unpacked } from './apart.js'
import { viewResults } from './models/view.js'
import { writeOrigin } from './origin.js'
import { writeOthers } from './parts.js'

if (!parentPort) throw new Error('not a thread')
const { origin, folder }: Beginning = workerData
const underway = writeOrigin(origin, folder)
const [apart]: Apart[] = await once(parentPort, 'message')
if (!apart) throw new Error('nothing to write')
const written = await writeOthers(viewResults(unpacked(apart)), apart.part)
await underway
parentPort.postMessage(written)
