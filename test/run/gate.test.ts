import { expect, it } from 'vitest'
import { Gate } from '../../harness/run/gate.js'

const tick = () => new Promise((resolve) => setTimeout(resolve, 5))

it('lets shared work overlap and exclusive work be alone', async () => {
  const gate = new Gate()
  const log: string[] = []
  const work = (name: string) => async () => {
    log.push(`+${name}`)
    await tick()
    log.push(`-${name}`)
  }
  await Promise.all([
    gate.shared(work('a')),
    gate.shared(work('b')),
    gate.exclusive(work('X')),
    gate.shared(work('c')),
    gate.exclusive(work('Y')),
  ])
  expect(log).toEqual(['+a', '+b', '-a', '-b', '+X', '-X', '+c', '-c', '+Y', '-Y'])
})

it('opens again after work that failed', async () => {
  const gate = new Gate()
  const fail = () => Promise.reject(new Error('failed'))
  await expect(gate.shared(fail)).rejects.toThrow('failed')
  await expect(gate.exclusive(fail)).rejects.toThrow('failed')
  expect(await gate.shared(() => Promise.resolve(1))).toBe(1)
})
