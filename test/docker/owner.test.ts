import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { isDead, ownLabels } from '../../harness/docker/owner.js'
import { startOf } from '../../harness/servers/process-table.js'

const now = new Date('2026-11-23T12:00:00Z')
const later = new Date('2026-11-24T12:00:00Z')
const own = ownLabels({ runId: '0badcafe', role: 'worker', now, lifetime: 3600 })
const [machine = '', , start = ''] = own['pgmatrix.owner']?.split(':') ?? []
const NO_PID = 999_999_999

it('labels say whose something is, and until when', async () => {
  expect(own).toEqual({
    'pgmatrix.run': '0badcafe',
    'pgmatrix.role': 'worker',
    'pgmatrix.owner': `${machine}:${process.pid}:${await startOf(process.pid)}`,
    'pgmatrix.expires': '1795438800',
  })
  expect(machine).toMatch(/^[0-9a-f]{16}$/)
  expect(machine).not.toContain(hostname())
})

describe('the owner is', () => {
  const elsewhere = { 'pgmatrix.owner': `0123456789abcdef:${process.pid}:${start}` }
  it.each<[string, Record<string, string>, Date, boolean]>([
    ['this process', {}, now, false],
    ['this process, and it has outlived its time', {}, later, false],
    ['a process that is gone', { 'pgmatrix.owner': `${machine}:${NO_PID}:${start}` }, now, true],
    ['a process whose pid another one has', { 'pgmatrix.owner': `${machine}:${process.pid}:1` }, now, true],
    ['a process with a start of several words', { 'pgmatrix.owner': `${machine}:1:Mon 12:30:00` }, now, true],
    ['on another machine', elsewhere, now, false],
    ['on another machine, and its time is over', elsewhere, later, true],
  ])('%s', async (_, changes, time, dead) => {
    expect(await isDead({ ...own, ...changes }, time)).toBe(dead)
  })
})

describe('never dead is', () => {
  const gone: Record<string, string> = {
    ...own,
    'pgmatrix.owner': `${machine}:${NO_PID}:${start}`,
    'pgmatrix.expires': '1',
  }
  const without = (name: string) => Object.fromEntries(Object.entries(gone).filter(([key]) => key !== name))

  it('known to be dead with all of its labels', async () => {
    expect(await isDead(gone, now)).toBe(true)
    expect(await isDead({ ...gone, maintainer: 'somebody' }, now)).toBe(true)
  })

  it.each(Object.keys(own))('what has no %s', async (name) => {
    expect(await isDead(without(name), now)).toBe(false)
    // An image cannot drop what it inherits of its container, only empty it.
    expect(await isDead({ ...gone, [name]: '' }, now)).toBe(false)
  })

  it.each<[string, unknown]>([
    ['what has no labels', {}],
    ['what has null', null],
    ['somebody else’s', { 'com.example.run': '1' }],
    ['a container from one of our images', { ...gone, 'pgmatrix.role': 'environment' }],
    ['a role of nobody', { ...gone, 'pgmatrix.role': 'toString' }],
    ['a run that is no id', { ...gone, 'pgmatrix.run': 'my notes' }],
    ['an owner that is none', { ...gone, 'pgmatrix.owner': 'me' }],
    ['an owner without a start', { ...gone, 'pgmatrix.owner': `${machine}:${NO_PID}:` }],
    ['an owner with pid 0', { ...gone, 'pgmatrix.owner': `${machine}:0:1` }],
    ['an owner with a negative pid', { ...gone, 'pgmatrix.owner': `${machine}:-1:1` }],
    ['a time that is none', { ...gone, 'pgmatrix.expires': 'tomorrow' }],
    ['a time before all times', { ...gone, 'pgmatrix.expires': '-5' }],
  ])('%s', async (_, labels) => {
    expect(await isDead(labels, later)).toBe(false)
  })
})
