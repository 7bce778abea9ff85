/** `pgmatrix gc`: removes what dead runs left behind, on this machine and on the Docker engine. */
import { homedir } from 'node:os'
import { engineAddress } from '../docker/address.js'
import { openEngine } from '../docker/engine.js'
import { EngineError } from '../docker/engine-error.js'
import { collectImages, sweep } from '../docker/garbage.js'
import { sweep as sweepFolders } from '../servers/sweep.js'
import { sweepTemporary } from '../temporary.js'

export interface GcOptions {
  /** Also the images of environments: they are made again when they are needed. */
  readonly images: boolean
}

/** Seconds: nothing is started. */
const LIFETIME = 60

/** @throws EngineError where images are to be removed and no engine answers */
export async function gc({ images }: GcOptions): Promise<{ text: string; json: unknown }> {
  const folders = [...(await sweepFolders()), ...(await sweepTemporary())]
  const onEngine = await sweepEngine(images).catch((error: unknown) => {
    if (images || !(error instanceof EngineError)) throw error
    return error.message
  })
  const lines = [`removed ${folders.length} folders of dead runs on this machine`]
  if (typeof onEngine === 'string')
    return { text: [...lines, onEngine].join('\n'), json: { folders, engine: null } }
  const { address, swept } = onEngine
  const counts = Object.entries(swept).map(([kind, count]) => `${count} ${kind}`)
  lines.push(`removed ${counts.join(', ')} at ${address}`)
  return { text: lines.join('\n'), json: { folders, engine: { address, ...swept } } }
}

async function sweepEngine(images: boolean) {
  await using engine = await openEngine(await engineAddress(process.env, homedir()), { lifetime: LIFETIME })
  const swept = await sweep(engine)
  const all = images ? { ...swept, images: await collectImages(engine, () => false) } : swept
  return { address: engine.address, swept: all }
}
