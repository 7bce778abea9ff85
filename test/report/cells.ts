import type { Cell } from '../../harness/core/result.js'
import type { Verdict } from '../../harness/core/verdict.js'

/** A cell of this verdict, without evidence. */
export function cellOf(verdict: Verdict): Cell {
  return {
    kind: 'cell',
    server: '18',
    client: 'psycopg2-2.9.13',
    probe: 'json-jsonb-decode',
    verdict,
    decided: null,
    reason: '',
    note: null,
    key: null,
    absent: [],
    attempts: [],
    startedAt: '2026-11-23T09:00:00.000Z',
    ms: 10,
  }
}
