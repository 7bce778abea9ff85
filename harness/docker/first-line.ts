import type { Readable } from 'node:stream'

/** Bytes. */
const MAX_LINE = 1_000_000

export interface SplitAtLine {
  /** Without its newline; whatever there was where the stream ended, or went on without one for too long. */
  readonly line: string
  /** All that follows. */
  readonly rest: AsyncIterable<Buffer>
}

/** Takes the first line off a stream of bytes, and nothing of what follows. */
export async function splitAtLine(stream: Readable): Promise<SplitAtLine> {
  const chunks: AsyncIterator<unknown> = stream[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  while (head.length < MAX_LINE) {
    const end = head.indexOf('\n')
    if (end !== -1)
      return { line: head.toString('utf8', 0, end), rest: following(head.subarray(end + 1), chunks) }
    const chunk = await nextOf(chunks)
    if (!chunk) break
    head = Buffer.concat([head, chunk])
  }
  return { line: head.toString(), rest: following(Buffer.alloc(0), chunks) }
}

async function* following(first: Buffer, chunks: AsyncIterator<unknown>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  for (let chunk = await nextOf(chunks); chunk; chunk = await nextOf(chunks)) yield chunk
}

async function nextOf(chunks: AsyncIterator<unknown>): Promise<Buffer | undefined> {
  const { done, value } = await chunks.next()
  if (done) return undefined
  if (!Buffer.isBuffer(value)) throw new TypeError('not a stream of bytes')
  return value
}
