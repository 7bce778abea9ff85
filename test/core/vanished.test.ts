import { expect, it } from 'vitest'
import { vanished } from '../../harness/core/vanished.js'

const cells = (...ids: string[]) =>
  ids.map((id) => {
    const [server = '', client = '', probe = ''] = id.split('/')
    return { server, client, probe }
  })
const NOTHING = { clients: [], servers: [], cells: [] }

it.each<[string, string[], string[], string[] | undefined, Partial<ReturnType<typeof vanished>>]>([
  ['nothing, where all is there', ['17/a/x'], ['17/a/x', '18/a/x'], ['17/a/x'], {}],
  [
    'a cell that the record has',
    ['17/a/x', '17/a/y'],
    ['17/a/x'],
    ['17/a/x', '17/a/y'],
    { cells: ['17/a/y'] },
  ],
  ['nothing, where the record has lost it too', ['17/a/x', '17/a/y'], ['17/a/x'], ['17/a/x'], {}],
  [
    'every cell, where there is no record',
    ['17/a/x', '17/a/y'],
    ['17/a/x'],
    undefined,
    { cells: ['17/a/y'] },
  ],
  [
    'a client and a server as such',
    ['17/a/x', '18/b/x'],
    ['17/a/x'],
    undefined,
    { cells: ['18/b/x'], clients: ['b'], servers: ['18'] },
  ],
])('%s', (_, before, now, recorded, lost) => {
  const known = recorded && new Set(recorded)
  expect(vanished(cells(...before), cells(...now), known)).toEqual({ ...NOTHING, ...lost })
})
