import { expect, it } from 'vitest'
import { formerClientIds, formerSeries } from '../../harness/core/former.js'
import { renamedIn } from '../../harness/core/renamed-in.js'

const families = [
  { id: 'psycopg', formerly: ['psycho', 'psycopg3'] },
  { id: 'psycopg2' },
  { id: 'django', formerly: ['djanjo'] },
  { id: 'flask-stack', formerly: ['flasket-stack'] },
  { id: 'django-stack', formerly: ['dyango-stack'] },
]

it.each([
  ['psycopg2-2.9.13', []],
  ['psycopg-3.3.9', ['psycho-3.3.9', 'psycopg3-3.3.9']],
  ['django-6.1.3+psycopg2-2.9.13', ['djanjo-6.1.3+psycopg2-2.9.13']],
  [
    'django-6.1.3+psycopg-3.3.9',
    [
      'django-6.1.3+psycho-3.3.9',
      'django-6.1.3+psycopg3-3.3.9',
      'djanjo-6.1.3+psycopg-3.3.9',
      'djanjo-6.1.3+psycho-3.3.9',
      'djanjo-6.1.3+psycopg3-3.3.9',
    ],
  ],
  [
    'flask-3.1.3+psycopg-3.3.9',
    [
      'flask-3.1.3+psycho-3.3.9',
      'flask-3.1.3+psycopg3-3.3.9',
      'flasket-3.1.3+psycopg-3.3.9',
      'flasket-3.1.3+psycho-3.3.9',
      'flasket-3.1.3+psycopg3-3.3.9',
    ],
  ],
  [
    'django-6.1.3+django-6.1.3+psycopg2-2.9.13',
    [
      'django-6.1.3+djanjo-6.1.3+psycopg2-2.9.13',
      'dyango-6.1.3+django-6.1.3+psycopg2-2.9.13',
      'dyango-6.1.3+djanjo-6.1.3+psycopg2-2.9.13',
    ],
  ],
])('%s had the ids %j', (id, former) => {
  expect(formerClientIds(id, families)).toEqual(former)
})

it('a series has its old names without releases', () => {
  expect(formerSeries('django+psycopg2', families)).toEqual(['djanjo+psycopg2'])
  expect(formerSeries('flask-stack+psycopg', families)).toEqual([
    'flask-stack+psycho',
    'flask-stack+psycopg3',
    'flasket-stack+psycopg',
    'flasket-stack+psycho',
    'flasket-stack+psycopg3',
  ])
})

const named = {
  families,
  clients: [{ id: 'psycopg-3.3.9' }, { id: 'psycopg2-2.9.13' }],
  probes: [{ id: 'json-path', formerly: ['jsonpath'] }, { id: 'json-table' }],
}

it.each([
  ['18/psycopg-3.3.9/jsonpath', ['the probe jsonpath was renamed to json-path']],
  ['18/psycopg-3.3.9/jsonp*', ['the probe jsonpath was renamed to json-path']],
  ['18/psycho-3.3.9', ['the client psycho-3.3.9 was renamed to psycopg-3.3.9']],
  [
    '18/psycho-*/jsonpath',
    ['the client psycho-3.3.9 was renamed to psycopg-3.3.9', 'the probe jsonpath was renamed to json-path'],
  ],
  // What matches something of today says what it means, and what matches nothing at all is another matter.
  ['18/psyc*/json*', []],
  ['18/psycopg-3.3.9/{jsonpath,json-table}', []],
  ['18/psycopg-3.3.9/xml', []],
  ['18', []],
])('%s: %j', (selector, sentences) => {
  expect(renamedIn(selector, named)).toEqual(sentences)
})
