/** Advice from results whose verdicts each test names: all others are native. */
import { describe, expect, it } from 'vitest'
import { knownFrom } from '../../harness/commands/advise.js'
import { advise, isBreaking, saysSomething, type Advice } from '../../harness/core/advice.js'
import { chooseClients } from '../../harness/core/chosen-clients.js'
import { parseRequirements } from '../../harness/core/requirements.js'
import type { Results } from '../../harness/core/result.js'
import type { Verdict } from '../../harness/core/verdict.js'
import { madeResults } from '../render/made-results.js'
import { FLASK, withStacks } from '../render/made-stacks.js'

const made = madeResults({ servers: [13, 14, 15, 16, 17, 18], features: 4, everyRelease: true })
const [PROBE = '', OTHER = ''] = made.header.probes.map(({ id }) => id)

/** What servers, clients and features end as, by `server/client/feature` or the beginning of it; null where there is no cell. */
type Ends = Readonly<Record<string, Verdict | null>>

function resultsThat(ends: Ends, results: Results = made): Results {
  const cells = results.cells.flatMap((cell) => {
    const id = `${cell.server}/${cell.client}/${cell.probe}`
    const key = Object.keys(ends).find((start) => `${id}/`.startsWith(`${start}/`))
    const verdict = key === undefined ? 'native' : (ends[key] ?? null)
    return verdict === null ? [] : [{ ...cell, verdict, reason: `${verdict} by ${cell.client}`, note: null }]
  })
  return { ...results, header: { ...results.header, cells: cells.length }, cells }
}

interface Way {
  readonly on?: string
  readonly from?: string | null
}

function adviceFor(text: string, results: Results, { on = '18', from = '13' }: Way = {}): Advice {
  const known = knownFrom(results)
  const serverOf = (id: string | null) => known.data.servers.find((server) => server.id === id) ?? null
  const server = serverOf(on)
  if (!server) throw new Error(`no server ${on}`)
  const choice = chooseClients(parseRequirements(text), known.data)
  return advise(known, choice, { on: server, from: serverOf(from) })
}

/** The only client's. */
function clientOf({ clients }: Advice) {
  const [client] = clients
  if (!client || clients.length > 1) throw new Error(`${clients.length} clients`)
  return client
}

/** A feature that is unsupported from some server on. */
const since = (first: number, client: string, verdict: Verdict = 'unsupported'): Ends =>
  Object.fromEntries(
    [13, 14, 15, 16, 17, 18].filter((id) => id >= first).map((id) => [`${id}/${client}/${PROBE}`, verdict]),
  )

describe('what breaks, and the nearest release that would keep it', () => {
  it.each<[string, Ends, string, object[], string | null]>([
    [
      'an older one where no newer does',
      { ...since(15, 'psycopg2-2.9.13'), ...since(15, 'psycopg2-2.9.5') },
      'psycopg2==2.9.13',
      [{ probe: PROBE, was: 'native', is: 'unsupported', at: '15', nearest: 'psycopg2 2.8.6' }],
      'psycopg2 2.8.6',
    ],
    [
      'a newer one before an older one',
      since(18, 'psycopg2-2.9.5'),
      'psycopg2==2.9.5',
      [{ at: '18', nearest: 'psycopg2 2.9.13' }],
      'psycopg2 2.9.13',
    ],
    [
      'the next newer one before the newest',
      since(14, 'psycopg-3.1.20'),
      'psycopg==3.1.20',
      [{ at: '14', nearest: 'psycopg 3 3.2.13' }],
      'psycopg 3 3.2.13',
    ],
    ['none', since(16, 'pg8000-1.31.6'), 'pg8000', [{ at: '16', nearest: null }], null],
    [
      'one that can do as much, if in another way',
      {
        ...since(18, 'asyncpg-0.29.0', 'raw'),
        '13/asyncpg-0.29.0': 'partial',
        '18/asyncpg-0.32.0': 'partial',
      },
      'asyncpg==0.29.0',
      [{ was: 'partial', is: 'raw', nearest: 'asyncpg 0.32.0' }],
      'asyncpg 0.32.0',
    ],
    [
      'not one of which nothing is known',
      { ...since(18, 'asyncpg-0.29.0'), [`18/asyncpg-0.32.0/${PROBE}`]: 'timeout' },
      'asyncpg==0.29.0',
      [{ nearest: null }],
      null,
    ],
    [
      'not one that refuses the server',
      {
        [`13/asyncpg-0.29.0/${PROBE}`]: 'unsupported',
        [`18/asyncpg-0.29.0/${PROBE}`]: 'broken',
        '18/asyncpg-0.32.0': 'refused',
      },
      'asyncpg==0.29.0',
      [{ was: 'unsupported', is: 'broken', nearest: null }],
      null,
    ],
    [
      'one that keeps this, and one that keeps all',
      { ...since(18, 'psycopg-3.1.20'), [`18/psycopg-3.2.13/${OTHER}`]: 'broken' },
      'psycopg==3.1.20',
      [{ nearest: 'psycopg 3 3.2.13' }],
      'psycopg 3 3.3.9',
    ],
    ['what was never there', { ...since(13, 'pg8000-1.31.6') }, 'pg8000', [], null],
    ['what is not known any more', { [`18/pg8000-1.31.6/${PROBE}`]: 'crash' }, 'pg8000', [], null],
    ['what was not run', { [`18/pg8000-1.31.6/${PROBE}`]: null }, 'pg8000', [], null],
  ])('%s', (_, ends, pins, breaks, keepsAll) => {
    const advice = adviceFor(pins, resultsThat(ends))
    const client = clientOf(advice)
    expect(client.breaks).toEqual(breaks.map((one) => expect.objectContaining(one)))
    expect(client.keepsAll).toBe(keepsAll)
    expect(isBreaking(advice)).toBe(breaks.length > 0)
  })

  it('on the same family of drivers, though another one would keep it', () => {
    const ends = {
      [`18/django-5.2.9+psycopg2-2.9.13/${PROBE}`]: 'unsupported',
      [`18/django-6.1.3+psycopg2-2.9.13/${PROBE}`]: 'unsupported',
    } as const
    const { clients } = adviceFor('django==5.2.9\npsycopg2==2.9.13', resultsThat(ends))
    const django = clients.find(({ title }) => title === 'Django 5.2.9 on psycopg2')
    expect(django?.breaks.map(({ nearest }) => nearest)).toEqual(['Django 4.2.27 on psycopg2 2.9.13'])
  })

  it('where releases of the server between were not run, it does not say at which', () => {
    const few = madeResults({ servers: [13, 18], features: 4, everyRelease: true })
    const { breaks } = clientOf(adviceFor('pg8000', resultsThat(since(18, 'pg8000-1.31.6'), few)))
    expect(breaks).toMatchObject([{ at: '18', after: '13', gap: true }])
  })
})

describe('a release between two tested ones', () => {
  const pins = 'psycopg2==2.9.9'

  it('breaks where both do', () => {
    const ends = { ...since(16, 'psycopg2-2.9.5'), ...since(16, 'psycopg2-2.9.13') }
    const client = clientOf(adviceFor(pins, resultsThat(ends)))
    expect(client.clients.map(({ id }) => id)).toEqual(['psycopg2-2.9.5', 'psycopg2-2.9.13'])
    expect(client.breaks).toMatchObject([{ probe: PROBE, at: '16', nearest: 'psycopg2 2.8.6' }])
  })

  it.each(['psycopg2-2.9.5', 'psycopg2-2.9.13'])('is not known to where %s alone does', (client) => {
    const found = clientOf(adviceFor(pins, resultsThat(since(16, client))))
    expect(found.breaks).toEqual([])
    expect(found.features.filter(({ verdict }) => verdict === null).map(({ probe }) => probe)).toEqual([
      PROBE,
    ])
    expect(found.counts).toEqual({ native: 3 })
  })

  it('where they agree only on one side of the way, nothing is said of it', () => {
    const ends = { ...since(16, 'psycopg2-2.9.5'), ...since(13, 'psycopg2-2.9.13') }
    expect(clientOf(adviceFor(pins, resultsThat(ends))).breaks).toEqual([])
  })
})

describe('a client that refuses the server', () => {
  const REFUSES = {
    '15/django-5.2.9+psycopg2-2.9.13': 'refused',
    '18/django-5.2.9+psycopg2-2.9.13': 'refused',
  } as const
  const pins = 'django==5.2.9\npsycopg2==2.9.13'
  const django = (advice: Advice) => advice.clients.find(({ title }) => title.startsWith('Django'))

  it('is one refusal of all features, with where it begins and who does not', () => {
    const advice = adviceFor(
      pins,
      resultsThat({
        ...REFUSES,
        '16/django-5.2.9+psycopg2-2.9.13': 'refused',
        '17/django-5.2.9+psycopg2-2.9.13': 'refused',
      }),
    )
    expect(django(advice)?.breaks).toEqual([])
    expect(django(advice)?.refusals).toEqual([
      {
        reason: 'refused by django-5.2.9+psycopg2-2.9.13',
        features: 4,
        turn: { at: '15', after: '14', gap: false },
        nearest: 'Django 6.1.3 on psycopg2 2.9.13',
      },
    ])
    expect(isBreaking(advice)).toBe(true)
  })

  it('is one without a server to come from as well, or where it refused that too', () => {
    const alone = adviceFor(pins, resultsThat(REFUSES), { from: null })
    expect(django(alone)?.refusals).toMatchObject([{ features: 4, turn: null }])
    expect(isBreaking(alone)).toBe(true)
    const both = adviceFor(pins, resultsThat({ ...REFUSES, '13/django-5.2.9+psycopg2-2.9.13': 'refused' }))
    expect(django(both)?.refusals).toMatchObject([{ features: 4, turn: null }])
  })

  it('what refuses the server to come from becomes possible', () => {
    const advice = adviceFor(pins, resultsThat({ '13/django-5.2.9+psycopg2-2.9.13': 'refused' }))
    expect(django(advice)?.gains.map(({ was, is }) => `${was} ${is}`)).toEqual(
      Array(4).fill('refused native'),
    )
    expect(isBreaking(advice)).toBe(false)
  })
})

it('becomes possible what the server or the client lacked; what the server takes away breaks', () => {
  const ends = {
    [`13/pg8000-1.31.6/${PROBE}`]: 'server',
    [`13/pg8000-1.31.6/${OTHER}`]: 'raw',
    [`18/pg8000-1.31.6/${made.header.probes[2]?.id ?? ''}`]: 'server',
  } as const
  const client = clientOf(adviceFor('pg8000', resultsThat(ends)))
  expect(client.gains.map(({ probe, was }) => [probe, was])).toEqual([
    [PROBE, 'server'],
    [OTHER, 'raw'],
  ])
  expect(client.breaks).toMatchObject([{ was: 'native', is: 'server', nearest: null }])
})

it('without a server to come from, what is broken is named and breaks nothing; a release that can is named', () => {
  const ends = {
    [`18/asyncpg-0.29.0/${PROBE}`]: 'broken',
    [`18/asyncpg-0.29.0/${OTHER}`]: 'unsupported',
  } as const
  const advice = adviceFor(
    'asyncpg==0.29.0',
    resultsThat({ ...ends, [`18/asyncpg-0.32.0/${OTHER}`]: 'broken' }),
    {
      from: null,
    },
  )
  const of = (probe: string) => clientOf(advice).features.find((feature) => feature.probe === probe)
  expect(of(PROBE)).toMatchObject({ verdict: 'broken', nearest: 'asyncpg 0.32.0' })
  expect(of(OTHER)).toMatchObject({ verdict: 'unsupported', nearest: null })
  expect(clientOf(advice).counts).toEqual({ native: 2, unsupported: 1, broken: 1 })
  expect(isBreaking(advice)).toBe(false)
})

describe('what nothing can be said of', () => {
  const all = resultsThat({})

  it.each<[string, string[], string[], boolean]>([
    ['requests==2.32\ngunicorn', ['requests', 'gunicorn'], [], false],
    ['requests\npsycopg2==2.9.13', ['requests'], [], true],
    ['django==5.2.9', [], ['Django 5.2.9'], false],
    ['psycopg2>=3', [], [], false],
    ['psycopg2>=2.9.6b1', [], [], false],
  ])('%j', (pins, unknown, unpaired, says) => {
    const advice = adviceFor(pins, all)
    expect(advice.unknown).toEqual(unknown)
    expect(advice.unpaired.map(({ title }) => title)).toEqual(
      unpaired.map((title) => title.replace('==', '')),
    )
    expect(saysSomething(advice)).toBe(says)
  })

  it('a client that stands on a driver is named with those that it was tested on', () => {
    expect(adviceFor('django==5.2.9', all).unpaired).toEqual([
      { title: 'Django 5.2.9', tested: ['psycopg2', 'psycopg'] },
    ])
  })

  it('a client that was not run on the server', () => {
    const advice = adviceFor('pg8000', resultsThat({ '18/pg8000-1.31.6': null }))
    expect(clientOf(advice).features).toEqual([])
    expect(saysSomething(advice)).toBe(false)
  })

  it('cells that are about the run', () => {
    expect(saysSomething(adviceFor('pg8000', resultsThat({ '18/pg8000-1.31.6': 'not-run' })))).toBe(false)
  })
})

describe('which clients are meant', () => {
  it('a release of the driver other than the tested one is said', () => {
    const { clients } = adviceFor('django==5.2.9\npsycopg2-binary==2.9.5', resultsThat({}))
    expect(clients.map(({ title, otherwise }) => [title, otherwise])).toEqual([
      ['Django 5.2.9 on psycopg2', ['psycopg2 2.9.13, not 2.9.5']],
      ['psycopg2 2.9.5', []],
    ])
  })

  it('a package and its wheels are one', () => {
    const { clients } = adviceFor('psycopg==3.3.9\npsycopg-binary==3.3.9\npsycopg-pool==3.2', resultsThat({}))
    expect(clients.map(({ title }) => title)).toEqual(['psycopg 3 3.3.9'])
  })

  it('another family of the same package is not meant, and is named', () => {
    const results = resultsThat({})
    const families = results.header.families.map((family) =>
      family.id === 'aiopg' ? { ...family, title: 'pg8000 (native interface)', package: 'pg8000' } : family,
    )
    const advice = adviceFor('pg8000', { ...results, header: { ...results.header, families } })
    expect(clientOf(advice)).toMatchObject({ title: 'pg8000', also: ['pg8000 (native interface)'] })
  })

  it.each([
    ['psycopg', 'psycopg 3 (Python)'],
    ['psycopg[pool]>=3.1', 'psycopg 3 (Python)'],
    ['psycopg[binary,pool]', 'psycopg 3'],
    ['psycopg[c]', 'psycopg 3'],
    ['psycopg\npsycopg-binary', 'psycopg 3'],
  ])('%j is %s', (pins, title) => {
    const results: Results = JSON.parse(JSON.stringify(resultsThat({})).replaceAll('aiopg', 'psycopg_python'))
    const families = results.header.families.map((family) =>
      family.id === 'psycopg_python'
        ? { ...family, title: 'psycopg 3 (Python)', package: 'psycopg' }
        : family,
    )
    const { clients } = adviceFor(pins, { ...results, header: { ...results.header, families } })
    expect(clients.map(({ title, also }) => [title.replace(/ >.*/, ''), also.length])).toEqual([[title, 1]])
  })

  it('results without the driver itself know what stands on it', () => {
    const results = resultsThat({})
    const header = {
      ...results.header,
      families: results.header.families.filter(({ id }) => id === 'django'),
      clients: results.header.clients.filter(({ family }) => family === 'django'),
    }
    const cells = results.cells.filter(({ client }) => client.startsWith('django'))
    const advice = adviceFor('django==5.2.9\npsycopg2-binary==2.9.5', { ...results, header, cells })
    expect(advice.clients.map(({ title }) => title)).toEqual(['Django 5.2.9 on psycopg2'])
    expect(advice.unknown).toEqual(['psycopg2-binary'])
  })

  it('a framework comes with what is under it', () => {
    const stacks = withStacks(made)
    const { clients } = adviceFor('flask==3.1.3\nsqlalchemy==2.1.9\npsycopg2==2.9.13', stacks)
    const flask = clients.find(({ title }) => title.startsWith('Flask'))
    expect(flask?.clients.map(({ id }) => id)).toEqual([FLASK])
    expect(flask?.gains).toMatchObject([{ was: 'partial', is: 'native' }])
  })
})
