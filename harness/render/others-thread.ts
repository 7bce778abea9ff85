/** Runs as a thread: see apart.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Apart, unpacked } from './apart.js'
import { viewResults } from './models/view.js'
import { writeOthers } from './parts.js'

const apart: Apart = workerData
parentPort?.postMessage(await writeOthers(viewResults(unpacked(apart)), apart.part))
