/** What a recipe may be, what it finds, and how its errors are told. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findInterpreters } from '../../harness/clients/interpreters.js'
import type { Answer, RecipeRequest } from '../../harness/core/protocol.js'
import type { Worker } from '../../harness/core/runtime.js'
import { startWorker } from '../../harness/run/worker.js'
import { FIXTURES, fakeClient, newestPython, recipe } from './fake-client.js'

let worker: Worker
beforeAll(async () => {
  worker = await startWorker(fakeClient(await newestPython()), { fixtures: FIXTURES })
})
afterAll(() => worker[Symbol.asyncDispose]())

const endpoint = { host: '/nowhere', port: 5432, user: 'probe', database: 'w1' }
const identity = { serverVersionNum: 180004, runId: 'run', nonce: 'nonce' }

describe('code', () => {
  it.each([
    ['returns', 'return value + 1', 'int', '2'],
    ['only comments', '# nothing', 'NoneType', 'None'],
    ['keeps the lines of a text', 'text = """a\n    b\nc"""\nreturn text', 'str', "'a\\n    b\\nc'"],
    ['changes a name of its scope', 'value += 1\nreturn value', 'int', '2'],
    ['functions within', 'def twice():\n    return 2 * value\nreturn twice()', 'int', '2'],
    ['await', 'import asyncio\nawait asyncio.sleep(0)\nreturn 3', 'int', '3'],
    ['async for', 'async def g():\n    yield 4\nasync for n in g():\n    return n', 'int', '4'],
    ['async comprehension', 'async def g():\n    yield 5\nreturn [n async for n in g()][0]', 'int', '5'],
    ['await in a nested function only', 'async def f():\n    await f()\nreturn 6', 'int', '6'],
    [
      'its own event loop',
      'import asyncio\nasync def f():\n    return 7\nreturn asyncio.run(f())',
      'int',
      '7',
    ],
    ['a lambda in a default', 'def f(n=lambda: 8):\n    return n()\nreturn f()', 'int', '8'],
    ['classes in a module of the recipe', 'class A:\n    pass\nreturn A.__module__', 'str', "'recipe'"],
  ])('%s', async (_, code, type, repr) => {
    expect(await worker.ask(recipe(code))).toMatchObject({ outcome: 'returned', value: { type, repr } })
  })
})

describe('an error', () => {
  it.each([
    ['raised here', 'x = 1\nraise ValueError("no")', 'ValueError', 11],
    ['raised below', 'import json\n\njson.loads("{")', 'json.decoder.JSONDecodeError', 12],
    ['raised in a function of the recipe', 'def f():\n    1 / 0\n\nf()', 'ZeroDivisionError', 11],
    ['a class of its own', 'class Own(Exception):\n    pass\nraise Own', 'recipe.recipe.<locals>.Own', 12],
    ['does not parse', 'x = 1\nx = = 2', 'SyntaxError', 11],
    ['does not compile', 'x = 1\nx = 2\nbreak', 'SyntaxError', 12],
    ['ends the interpreter', 'import sys\nsys.exit(3)', 'SystemExit', 11],
    ['in a coroutine', 'import asyncio\nawait asyncio.sleep(0)\n1 / 0', 'ZeroDivisionError', 12],
    ['after a text of many lines', 'x = """\n\n\n"""\n1 / 0', 'ZeroDivisionError', 14],
  ])('%s has its class and the line of the file', async (_, code, type, line) => {
    const answer = await worker.ask(recipe(code))
    expect(answer).toMatchObject({ outcome: 'raised', phase: 'recipe', error: { type, line }, identity })
  })

  it.each([
    ['psycopg', 'class E(Exception):\n    sqlstate = "23505"\nraise E', '23505'],
    ['psycopg2', 'class E(Exception):\n    pgcode = "42P01"\nraise E', '42P01'],
    ['pg8000', 'raise Exception({"C": "22003", "M": "too big"})', '22003'],
    [
      'SQLAlchemy',
      'class E(Exception):\n    sqlstate = "40001"\nw = Exception("w")\nw.orig = E()\nraise w',
      '40001',
    ],
    ['a cause', 'class E(Exception):\n    sqlstate = "40P01"\nraise Exception("x") from E()', '40P01'],
    [
      'a context',
      'class E(Exception):\n    pgcode = "57014"\ntry:\n    raise E\nexcept E:\n    1 / 0',
      '57014',
    ],
    ['nothing', 'class E(Exception):\n    sqlstate = "not one"\nraise E', null],
  ])('as of %s carries its SQLSTATE', async (_, code, sqlstate) => {
    expect(await worker.ask(recipe(code))).toMatchObject({ error: { sqlstate } })
  })

  it('with a message too long is cut, with one that cannot be printed is told', async () => {
    expect(await worker.ask(recipe('raise ValueError("x" * 5000)'))).toMatchObject({
      error: { message: 'x'.repeat(2000) },
    })
    const unprintable = 'class E(Exception):\n    def __str__(self):\n        return 1 / 0\nraise E'
    expect(await worker.ask(recipe(unprintable))).toMatchObject({
      error: { message: '<its message cannot be printed>' },
    })
  })
})

describe('a session', () => {
  it.each<[string, string, Partial<RecipeRequest>, object, string]>([
    ['commits and closes', 'return value', {}, { outcome: 'returned' }, 'commit\nclose\n'],
    ['rolls back and closes', '1 / 0', {}, { outcome: 'raised', phase: 'recipe' }, 'rollback\nclose\n'],
    [
      'fails to connect',
      'return value',
      { endpoint: { ...endpoint, host: 'refused' } },
      { outcome: 'raised', phase: 'connect', identity: null, error: { line: null } },
      'rollback\nclose\n',
    ],
    [
      'fails to commit',
      'return value',
      { endpoint: { ...endpoint, database: 'uncommittable' } },
      { outcome: 'raised', phase: 'commit', error: { message: 'the commit failed', line: null } },
      'commit\nrollback\nclose\n',
    ],
  ])('%s', async (_, code, rest, expected, output) => {
    expect(await worker.ask(recipe(code, rest))).toMatchObject({ ...expected, output })
  })
})

describe('the identity', () => {
  it.each([
    ['of the connection it was given', 'return value', 180004],
    ['of that connection when it turns to another server', 'conn.stray(100023)\nreturn value', 100023],
    ['of a connection put in its place', 'conn = connect()\nconn.stray(160001)\nreturn value', 160001],
    ['of the first, when what stands in its place cannot be asked', 'conn = None\nreturn value', 180004],
  ])('is that %s', async (_, code, serverVersionNum) => {
    expect(await worker.ask(recipe(code))).toMatchObject({
      outcome: 'returned',
      identity: { ...identity, serverVersionNum },
    })
  })
})

describe('what is no fault of the client', () => {
  it.each<[string, Partial<RecipeRequest>, string]>([
    ['a value', { value: { python: 'Decimal("1.' } }, 'value: `Decimal("1.` does not evaluate: SyntaxError'],
    ['what to expect', { expect: { python: 'nonsense' } }, 'expect: `nonsense` does not evaluate: NameError'],
  ])('is rejected: %s that does not evaluate', async (_, rest, reason) => {
    const answer = await worker.ask(recipe('return value', rest))
    expect(answer).toMatchObject({ outcome: 'rejected', reason: expect.stringContaining(reason) })
  })
})

describe('absent', () => {
  const ask = (...names: string[]): Promise<Answer> =>
    worker.ask({ kind: 'absent', id: 1, nonce: 'n', names })

  it('names those that exist after all, in submodules, classes and their members', async () => {
    const there = ['json', 'json.loads', 'xml.dom.minidom.parse', 'collections.OrderedDict.move_to_end']
    const missing = ['json.laods', 'xml.dom.maxidom', 'collections.OrderedDict.pipeline']
    expect(await ask(...there, ...missing)).toEqual({ outcome: 'absent', id: 1, nonce: 'n', present: there })
  })

  it('rejects a name whose package is not installed: that proves nothing', async () => {
    expect(await ask('psycopq2.extensions')).toMatchObject({
      outcome: 'rejected',
      reason: 'absent: `psycopq2.extensions`: there is no package `psycopq2` in this environment',
    })
  })
})

it('every Python found here runs recipes', async () => {
  for (const interpreter of await findInterpreters()) {
    await using one = await startWorker(fakeClient(interpreter), { fixtures: FIXTURES })
    expect(one.hello).toEqual({
      kind: 'hello',
      python: interpreter.version,
      versions: { 'no-such-distribution': null },
      libpq: null,
    })
    const code = 'import asyncio\nawait asyncio.sleep(0)\nreturn value'
    expect(await one.ask(recipe(code))).toMatchObject({
      outcome: 'returned',
      equal: true,
    })
    expect(await one.ask(recipe('x = 1\n1 / 0'))).toMatchObject({ error: { line: 11 } })
  }
})
