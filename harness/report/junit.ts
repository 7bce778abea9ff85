/** A check as JUnit XML, which CI systems show: a suite for each family of clients, a case for each feature. */
import Builder from 'fast-xml-builder'
import { describeStep, type Difference } from '../core/difference.js'
import { grouped } from '../core/grouped.js'
import type { Cell, Results } from '../core/result.js'

/** Attributes begin with `@`, the text of an element is `#`. */
const builder = new Builder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#',
  format: true,
  suppressEmptyNode: true,
})

export function junitOf({ header, cells }: Results, differences: readonly Difference[]): string {
  const familyOf = new Map(header.clients.map(({ id, family }) => [id, family]))
  const changed = grouped(differences, ({ client, probe }) => `${familyOf.get(client ?? '')} ${probe}`)
  const suites = [...grouped(cells, ({ client }) => familyOf.get(client) ?? client)].map(([family, some]) => {
    const cases = [...grouped(some, ({ probe }) => probe)].map(([probe, own]) =>
      caseOf({ family, probe, cells: own, flips: changed.get(`${family} ${probe}`) ?? [] }),
    )
    return {
      '@name': family,
      '@timestamp': header.startedAt,
      '@tests': cases.length,
      '@failures': cases.filter(({ failure }) => failure !== undefined).length,
      '@skipped': cases.filter(({ skipped }) => skipped !== undefined).length,
      testcase: cases,
    }
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ testsuites: { testsuite: suites } })}`
}

interface Row {
  readonly family: string
  readonly probe: string
  readonly cells: readonly Cell[]
  readonly flips: readonly Difference[]
}

function caseOf({ family, probe, cells, flips }: Row) {
  const seconds = cells.reduce((sum, { ms }) => sum + ms, 0) / 1000
  const isSkipped = flips.length === 0 && cells.every(({ verdict }) => verdict === 'not-run')
  return {
    '@classname': family,
    '@name': probe,
    '@time': seconds.toFixed(3),
    failure:
      flips.length === 0
        ? undefined
        : { '@message': flipText(flips[0]), '#': plain(flips.map(flipText).join('\n')) },
    skipped: isSkipped ? { '@message': plain(cells[0]?.reason ?? '') } : undefined,
  }
}

function flipText(flip: Difference | undefined): string {
  if (!flip) return ''
  const { server, client, probe, after } = flip
  return plain(
    `${server}/${client}/${probe}: ${describeStep(flip)}${after?.reason ? `: ${after.reason}` : ''}`,
  )
}

/** XML has no way to write most control characters. https://www.w3.org/TR/xml/#charsets */
function plain(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
}
