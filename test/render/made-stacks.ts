/** Results with two web stacks and a feature that they are asked. */
import type { Cell, ClientFacts, FamilyFacts, ProbeFacts, Results } from '../../harness/core/result.js'

export const FLASK = 'flask-3.1.3+sqlalchemy-2.1.9+psycopg2-2.9.13'
export const AIOHTTP = 'aiohttp-3.14.5+asyncpg-0.32.0'
export const WEB_PROBE = 'web-request-transaction'

/** Each stack has one cell on each server: partial on the older ones, native on the last. */
export function withStacks({ header, cells, complete }: Results): Results {
  const [model] = cells
  const [family] = header.families
  const [client] = header.clients
  const [probe] = header.probes
  if (!family || !client || !probe) throw new Error('there is nothing to take after')
  const made = model ? madeCells(model, header.servers) : []
  return {
    complete,
    cells: [...cells, ...made],
    header: {
      ...header,
      families: [...header.families, ...madeFamilies(family)],
      clients: [...header.clients, ...madeClients(client)],
      probes: [...header.probes, madeProbe(probe)],
      groups: [...header.groups, 'Web stack'],
      cells: header.cells + made.length,
    },
  }
}

function madeFamilies(model: FamilyFacts): FamilyFacts[] {
  return [
    { ...model, id: 'aiohttp-stack', title: 'aiohttp', kind: 'stack' },
    { ...model, id: 'flask-stack', title: 'Flask', kind: 'stack', maintenance: null },
  ]
}

function madeClients(model: ClientFacts): ClientFacts[] {
  const application = [{ name: 'app.py', code: 'app = Flask(__name__)  # <& "quoted">\n' }]
  const asyncpg = { server: 'aiohttp', integration: null, orm: null, application }
  const orm = { family: 'sqlalchemy', version: '2.1.9' }
  const sqlalchemy = { server: 'gunicorn', integration: 'Flask-SQLAlchemy', orm, application }
  return [
    {
      ...{ ...model, id: AIOHTTP, family: 'aiohttp-stack', version: '3.14.5', stack: asyncpg },
      driver: { family: 'asyncpg', version: '0.32.0' },
    },
    {
      ...{ ...model, id: FLASK, family: 'flask-stack', version: '3.1.3', stack: sqlalchemy },
      driver: { family: 'psycopg2', version: '2.9.13' },
    },
  ]
}

function madeProbe(model: ProbeFacts): ProbeFacts {
  const words = { id: WEB_PROBE, title: 'A failed request leaves nothing behind', group: 'Web stack' }
  return { ...model, ...words, given: null, conversation: 'return app.json("/orders")\n' }
}

function madeCells(model: Cell, servers: Results['header']['servers']): Cell[] {
  return [AIOHTTP, FLASK].flatMap((client) =>
    servers.map(({ id }, index) => {
      const verdict = index === servers.length - 1 ? ('native' as const) : ('partial' as const)
      const note = verdict === 'partial' ? 'by a context manager in each view' : null
      const cell = { server: id, client, probe: WEB_PROBE, key: 'flask_sqlalchemy', absent: [] }
      return { ...model, ...cell, verdict, note, reason: 'value and type as expected' }
    }),
  )
}
