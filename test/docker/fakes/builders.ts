/** Engines whose builder containers misbehave; all else of them is real. */
import { PassThrough, Readable } from 'node:stream'
import type { AttachedContainer, Fate } from '../../../harness/docker/contract.js'
import { openRealEngine, WatchedEngine } from '../watched-engine.js'

const BUILT = { kind: 'built', python: '3.11.2', packages: {}, built: {} }

/** The beginning of a real archive: a folder, and a file of which a part is missing. */
const PART = partOfArchive()

const MISBEHAVIOURS = {
  cutsOffItsArchive: [`${JSON.stringify({ ...BUILT, size: 100_000 })}\n`, PART],
  cutsOffBetweenFiles: [`${JSON.stringify({ ...BUILT, size: 100_000 })}\n`, PART.subarray(0, 512)],
  sendsTooMuch: [`${JSON.stringify({ ...BUILT, size: 600 })}\n`, PART],
  announcesTooMuch: [`${JSON.stringify({ ...BUILT, size: 3 * 1024 ** 3 })}\n`],
  talksNonsense: ['{"kind":"build'],
  saysNothing: [],
} satisfies Record<string, readonly (string | Buffer)[]>

export type Misbehaviour = keyof typeof MISBEHAVIOURS

export class EngineWithBadBuilders extends WatchedEngine {
  #misbehaviour: Misbehaviour = 'saysNothing'

  static async behaving(misbehaviour: Misbehaviour): Promise<EngineWithBadBuilders> {
    const engine = new EngineWithBadBuilders(await openRealEngine())
    engine.#misbehaviour = misbehaviour
    return engine
  }

  override async start(): Promise<AttachedContainer> {
    const chunks = MISBEHAVIOURS[this.#misbehaviour].map((chunk) => Buffer.from(chunk))
    const fate: Promise<Fate> = Promise.resolve({ kind: 'exited', code: 137 })
    return {
      id: 'none',
      stdin: new PassThrough().resume(),
      stdout: Readable.from(chunks, { objectMode: false }),
      stderr: Readable.from([Buffer.from('Killed\n')], { objectMode: false }),
      fate,
      memoryKills: this.#misbehaviour === 'saysNothing' ? 1 : 0,
      disturbance: () => Promise.resolve(undefined),
      address: () => Promise.reject(new Error('it has none')),
      kill: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }
  }
}

function partOfArchive(): Buffer {
  const folder = header('opt/pgmatrix/', '5', 0)
  const file = header('opt/pgmatrix/file', '0', 50_000)
  return Buffer.concat([folder, file, Buffer.alloc(2000)])
}

function header(name: string, type: string, size: number): Buffer {
  const block = Buffer.alloc(512)
  block.write(name, 0)
  block.write('0000755\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write(type, 156)
  block.write('ustar\x0000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
