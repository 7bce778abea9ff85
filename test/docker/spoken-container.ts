/** A container that repeats what it is told: shows that both directions of an attached stream work over a connection. */
import { once } from 'node:events'
import { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import { splitFrames } from '../../harness/docker/frames.js'
import { IMAGE } from './python-image.js'

export const TEST_LABEL = 'pgmatrix-test.address'

export interface SpokenContainer extends AsyncDisposable {
  readonly id: string
  /** Returns what came back. */
  say(line: string): Promise<string>
}

export async function spokenContainer(docker: Docker): Promise<SpokenContainer> {
  const container = await docker.createContainer({
    Image: IMAGE,
    Cmd: ['cat'],
    Labels: { [TEST_LABEL]: '' },
    OpenStdin: true,
    StdinOnce: true,
    HostConfig: { AutoRemove: true, NetworkMode: 'none' },
  })
  const streams = { stream: true, hijack: true, stdin: true, stdout: true, stderr: true }
  const socket = await container.attach(streams)
  if (!(socket instanceof Duplex)) throw new Error('no stream to write to')
  await container.start()
  const { stdout } = splitFrames(socket)
  return {
    id: container.id,
    async say(line) {
      socket.write(line)
      const [chunk]: unknown[] = await once(stdout, 'data')
      return String(chunk)
    },
    async [Symbol.asyncDispose]() {
      socket.end()
      await container.remove({ force: true }).catch(() => undefined)
    },
  }
}
