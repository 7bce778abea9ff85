/** The relay that probes put between a client and its server, with a client that waits, one that does not, and one that speaks the protocol by hand. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { runCommand } from '../../harness/commands/run.js'
import { readResults } from '../../harness/results/read.js'
import { EMBEDDED, makeMatrix } from './made-matrix.js'

const GIVEN = `import socket
import struct

import psycopg2

from runner.wire import Wire

wire = Wire(dsn, hold="as answer", until=2)


def ask(number):
    session = psycopg2.connect(**wire.dsn)
    cursor = session.cursor()
    cursor.execute("select %s as answer", [number])
    return cursor.fetchone()[0]


def message(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body


def bind(*codes):
    """Of two parameters."""
    forms = struct.pack("!%dh" % (len(codes) + 1), len(codes), *codes)
    values = struct.pack("!hiiii", 2, 4, 1, 4, 2) + struct.pack("!h", 0)
    return message(b"B", b"\\0\\0" + forms + values)


def begin(version):
    server = socket.create_connection((wire.dsn["host"], wire.dsn["port"]))
    server.sendall(struct.pack("!ii", 8, 80877103))
    assert server.recv(1) == b"N"
    names = "user\\0%s\\0database\\0%s\\0\\0" % (dsn["user"], dsn["dbname"])
    server.sendall(struct.pack("!ii", len(names) + 8, version) + names.encode())
    read_until_ready(server)
    return server


def read_until_ready(server):
    seen = b""
    while seen[-6:-1] != b"Z\\0\\0\\0\\x05":
        seen += server.recv(65536)
`

it.each([
  ['waits for each answer', 'return [ask(1), ask(2), wire.in_flight, wire.round_trips]', [1, 2, 1, 1]],
  [
    'sends both before an answer',
    `from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor() as pool:
    answers = list(pool.map(ask, [1, 2]))
return [*answers, wire.in_flight, wire.connections]`,
    [1, 2, 2, 2],
  ],
  [
    'asks for protocol 3.2',
    'begin(0x30002)\nnewer = wire.protocol\nbegin(0x30000)\nreturn [newer, wire.protocol]',
    [30002, 30000],
  ],
  [
    'binds in several forms',
    `server = begin(0x30000)
server.sendall(message(b"P", b"\\0select $1::int, $2::int\\0\\0\\0"))
seen = []
for codes in [(1,), (), (0, 1)]:
    server.sendall(bind(*codes) + message(b"S", b""))
    read_until_ready(server)
    seen.append(" ".join(wire.parameters))
return seen`,
    ['binary binary', 'text text', 'text binary'],
  ],
])('reads along with a client that %s', async (_, code, value) => {
  const results = mkdtempSync(path.join(tmpdir(), 'pgmatrix-results-'))
  const matrix = makeMatrix({ wire: { code, value, more: { for: 'drivers', given: GIVEN } } })
  const where = { patterns: [], matrix, results, lanes: 1, emit: () => {}, ...EMBEDDED }
  const { file } = await runCommand({ ...where, signal: new AbortController().signal })
  const { cells } = await readResults(file)
  expect(cells.map(({ verdict, reason }) => [verdict, reason])).toEqual([
    ['native', 'value and type as expected'],
  ])
})
