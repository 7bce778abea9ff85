import { type ConfigData, HtmlValidate } from 'html-validate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POOLERS } from '../../harness/core/matrix.js'
import type { Results } from '../../harness/core/result.js'
import { hostile } from './hostile.js'
import { madeResults } from './made-results.js'
import { FLASK, WEB_PROBE, withStacks } from './made-stacks.js'
import { rendered, type RenderedSite } from './rendered.js'

const rules: ConfigData['rules'] = {
  // Anchors are the cells' own names, `psycopg2-2.9.13@17`: valid in HTML, and what people see in an address.
  'valid-id': ['error', { relaxed: true }],
  // The style sheet lies beside the page.
  'require-sri': 'off',
}

const options = { servers: [17, 18], poolers: POOLERS, features: 2 }
const pages = [
  'index.html',
  'releases/18.html',
  'pg/18+pgbouncer.html',
  'overview.html',
  'findings.html',
  'server/18.html',
  'server/18+pgbouncer.html',
  'probe/type-uuid.html',
  'client/asyncpg-0.32.0.html',
  'clients.html',
  'stacks.html',
  `client/${FLASK}.html`,
  `probe/${WEB_PROBE}.html`,
  'method.html',
  'changes.html',
  'embed/type-uuid.html',
  `embed/${WEB_PROBE}.html`,
]

describe.each<[string, Results, ConfigData['rules']]>([
  ['ordinary results', withStacks(madeResults({ ...options, everyRelease: true })), {}],
  // All families have the same title there.
  ['hostile results', hostile(withStacks(madeResults(options))), { 'unique-landmark': 'off' }],
  ['interrupted results', { ...withStacks(madeResults(options)), cells: [], complete: false }, {}],
])('pages of %s are valid HTML', (_, results, exceptions) => {
  const validator = new HtmlValidate({
    root: true,
    extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:document'],
    rules: { ...rules, ...exceptions },
  })
  let site: RenderedSite
  beforeAll(async () => {
    site = await rendered(results)
  })
  afterAll(() => site[Symbol.asyncDispose]())

  it.each(pages)('%s', async (page) => {
    const { results } = await validator.validateString(await site.text(page))
    const problems = results.flatMap(({ messages }) =>
      messages.map(({ line, ruleId, message }) => `${line} ${ruleId}: ${message}`),
    )
    expect(problems).toEqual([])
  })
})
