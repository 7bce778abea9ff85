/** An environment is built anew here, so that this stands with the tests of downloads. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../commands/program.js'
import { GOOD } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'

describe('what ran must be what the plan says', () => {
  it('another release in the environment is invalid', async () => {
    const matrix = makeMatrix({ good: GOOD })
    const lock = path.join(matrix, 'locks', 'psycopg2-2.9.13.txt')
    // A lock that claims to be of 2.9.13 and has the packages of 2.9.5.
    const [written = '', install = '', python = ''] = readFileSync(lock, 'utf8').split('\n')
    const other = readFileSync('matrix/locks/psycopg2-2.9.5.txt', 'utf8').split('\n').slice(3)
    writeFileSync(lock, [written, install, python, ...other].join('\n'))
    const { code, stdout } = await run(['--matrix', matrix, 'run'])
    expect(stdout).toMatch(/invalid 18/)
    expect(stdout).toMatch(/the environment has psycopg2-binary 2\.9\.5, 2\.9\.13 was planned/)
    expect(code).toBe(1)
  })
})
