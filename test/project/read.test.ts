/** What cannot be read of a project's files says where, why and what next. What can is tested with `advise`. */
import path from 'node:path'
import { expect, it } from 'vitest'
import { UsageError } from '../../harness/core/runtime.js'
import { readProject } from '../../harness/project/read.js'

interface At {
  readonly file: string
  readonly extras?: readonly string[]
  readonly groups?: readonly string[]
}

const at = (file: string, parts: Omit<At, 'file'> = {}): At => ({ file, ...parts })

it.each<[string, At, RegExp]>([
  [
    'a line that is none',
    at('bad/requirements.txt'),
    /bad\/requirements\.txt:2: "psycopg2=2\.9\.9" is no requirement.*such as psycopg2==2\.9\.13/,
  ],
  [
    'a file that another names',
    at('missing/requirements.txt'),
    /missing\/requirements\.txt:2: .*missing\/base\.txt: no such file/,
  ],
  [
    'a loop',
    at('loop/requirements.txt'),
    /loop\/other\.txt:3: .*loop\/requirements\.txt leads back to itself \(.*requirements\.txt:2, then .*other\.txt:3\)/,
  ],
  ['broken TOML', at('bad/pyproject.toml'), /bad\/pyproject\.toml:\d+:\d+: /],
  [
    'a lock that is otherwise',
    at('otherwise/uv.lock'),
    /uv\.lock: package\.0\.name: .*`uv lock` writes it anew/,
  ],
  [
    'a list with a line that is none',
    at('otherwise/pyproject.toml'),
    /pyproject\.toml: project\.dependencies: "psycopg2=2\.9" is no requirement/,
  ],
  [
    'dependencies elsewhere',
    at('dynamic/pyproject.toml'),
    /project\.dynamic: the dependencies are not in this file.*-r requirements\.txt/,
  ],
  [
    'no dependencies at all',
    at('empty/pyproject.toml'),
    /has no \[project\], \[dependency-groups\] or \[tool\.poetry\]/,
  ],
  [
    'groups that go round',
    at('pyproject/pyproject.toml', { groups: ['round'] }),
    /dependency-groups\.and-round: leads back to itself \(round → and-round → round\)/,
  ],
  [
    'a group that is not there',
    at('pyproject/pyproject.toml', { groups: ['lost'] }),
    /dependency-groups\.lost: includes nowhere, which is no group/,
  ],
  [
    'no such group',
    at('pyproject/pyproject.toml', { groups: ['driverr'] }),
    /no group driverr \(did you mean "driver"\?\)/,
  ],
  [
    'no such extra',
    at('pyproject/pyproject.toml', { extras: ['postgre'] }),
    /no extra postgre \(did you mean "postgres"\?\)/,
  ],
  ['an extra of a lock', at('uv/uv.lock', { extras: ['x'] }), /uv\.lock is read whole/],
])('%s', async (_, { file, extras = [], groups = [] }, message) => {
  const read = readProject([path.join('test/commands/fixtures/advise', file)], { extras, groups })
  const error = await read.catch((error: unknown) => error)
  expect(error).toBeInstanceOf(UsageError)
  expect(String(error)).toMatch(message)
})
