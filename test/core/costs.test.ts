import { expect, it } from 'vitest'
import { costsOf } from '../../harness/core/costs.js'

const cells = (client: string, ...ms: number[]) => ms.map((one) => ({ client, ms: one }))

it.each<[string, Parameters<typeof costsOf>[0], Record<string, number>, Record<string, number>]>([
  ['is the mean of its cells, in two digits', cells('a', 100, 134), {}, { a: 120 }],
  ['keeps its number as long as the change may be noise', cells('a', 125), { a: 100 }, { a: 100 }],
  ['changes with what is more than noise', cells('a', 140), { a: 100 }, { a: 140 }],
  ['stays where the client did not run', cells('a', 10), { a: 10, b: 7 }, { a: 10, b: 7 }],
  ['goes with the client', cells('a', 10), { a: 10, gone: 7 }, { a: 10 }],
  ['is never nothing', cells('a', 0.01), {}, { a: 1 }],
])('what a client costs %s', (_, some, before, after) => {
  expect(costsOf(some, before, ['a', 'b'])).toEqual(after)
})
