/** Results from somebody who wants to run a script on the page of whoever looks at them. */
import type { Attempt, Cell, Results } from '../../harness/core/result.js'

export const ATTACK = `</script><script>alert(1)</script>"><img src=x onerror=alert(1)>' onmouseover='alert(1) {{this}} </code></pre>`
const LINK = 'javascript:alert(1)'

/** Every free text is the attack; ids stay, since the schema lets nothing harmful in there. */
export function hostile({ header, cells, complete }: Results): Results {
  return {
    complete,
    cells: cells.map(hostileCell),
    header: {
      ...header,
      tool: ATTACK,
      runtime: ATTACK,
      selector: ATTACK,
      groups: [ATTACK],
      servers: header.servers.map((server) => ({ ...server, version: ATTACK })),
      families: header.families.map((family) => ({
        ...family,
        title: ATTACK,
        about: ATTACK,
        docs: LINK,
        source: LINK,
        paradigm: null,
        licence: ATTACK,
        maintenance: { status: 'unmaintained', asOf: '2026-10-06', statement: ATTACK, source: LINK },
        documented: { servers: ATTACK, pythons: ATTACK, source: LINK, pythonsSource: LINK },
      })),
      clients: header.clients.map((client) => ({
        ...client,
        version: ATTACK,
        python: ATTACK,
        packages: { [ATTACK]: ATTACK },
        built: { [ATTACK]: ATTACK },
        stack: client.stack && {
          ...{ server: ATTACK, integration: ATTACK, orm: client.stack.orm },
          application: [{ name: ATTACK, code: ATTACK }],
        },
      })),
      probes: header.probes.map((probe) => ({
        ...probe,
        ...{
          title: ATTACK,
          group: ATTACK,
          since: ATTACK,
          docs: LINK,
          about: ATTACK,
          control: ATTACK,
          given: ATTACK,
          conversation: probe.conversation && ATTACK,
        },
      })),
    },
  }
}

function hostileCell(cell: Cell): Cell {
  return {
    ...cell,
    reason: ATTACK,
    note: ATTACK,
    absent: [ATTACK],
    attempts: cell.attempts.map(hostileAttempt),
  }
}

function hostileAttempt(attempt: Attempt): Attempt {
  return {
    ...attempt,
    ...{ reason: ATTACK, note: ATTACK, code: ATTACK, file: ATTACK, output: ATTACK },
    value: { type: ATTACK, repr: ATTACK },
    figures: { [ATTACK.slice(0, 80)]: 1 },
    expected: { type: ATTACK, items: [{ type: ATTACK, repr: ATTACK }] },
    error: { type: ATTACK, message: ATTACK, sqlstate: ATTACK, line: 25 },
    witness: [{ sql: ATTACK, expected: [[ATTACK]], rows: [[`${ATTACK}!`]], error: null }],
  }
}
