/** The header of a results file, and the client and server lines after it, which replace what it said. */
import type { ClientFacts, Header, ResultLine, ServerFacts } from '../core/result.js'

export type FactLine = Extract<ResultLine, { kind: 'header' | 'client' | 'server' }>

export class HeaderLines {
  #header: Header | undefined
  readonly #clients = new Map<string, ClientFacts>()
  readonly #servers = new Map<string, ServerFacts>()

  add(line: FactLine): void {
    if (line.kind === 'header') this.#header = line
    else if (line.kind === 'client') this.#clients.set(line.id, withoutKind(line))
    else this.#servers.set(line.id, withoutKind(line))
  }

  /** With all that was added; undefined without a header line. */
  whole(): Header | undefined {
    const header = this.#header
    if (!header) return undefined
    const clients = header.clients.map((client) => this.#clients.get(client.id) ?? client)
    const servers = header.servers.map((server) => this.#servers.get(server.id) ?? server)
    return { ...header, clients, servers }
  }
}

function withoutKind<T extends { kind: string }>(line: T): Omit<T, 'kind'> {
  const { kind: _, ...facts } = line
  return facts
}
