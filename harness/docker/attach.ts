/**
 * The streams of a container: an HTTP connection that becomes a plain one. Not through docker-modem, which sends its own options
 * as a body, and Podman takes that for the container's first input.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { ConnectionOptions } from './connection.js'

const STREAMS = 'stream=1&stdin=1&stdout=1&stderr=1'

/** @throws Error with `statusCode` where the engine answers with something else than a stream, as dockerode's have it */
export function attach(options: ConnectionOptions, container: string): Promise<Duplex> {
  const { protocol, socketPath, host, port, agent, ca, cert, key } = options
  const make = protocol === 'https' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = make({
      ...{ socketPath, host: host?.replace(/^\[(.*)\]$/, '$1'), port, agent, ca, cert, key },
      method: 'POST',
      path: `/containers/${container}/attach?${STREAMS}`,
      headers: { Connection: 'Upgrade', Upgrade: 'tcp', 'Content-Length': 0 },
    })
    request.on('upgrade', (_response, socket, head) => {
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    request.on('response', (response) => void refusal(response).then(reject, reject))
    request.on('error', reject)
    request.end()
  })
}

async function refusal(response: IncomingMessage): Promise<Error> {
  const said = await text(response)
  const { message } = refusalSchema.catch({ message: said.trim() || 'no stream' }).parse(parsed(said))
  return Object.assign(new Error(message), { statusCode: response.statusCode })
}

const refusalSchema = z.object({ message: z.string() })

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
