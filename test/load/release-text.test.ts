import { describe, expect, it } from 'vitest'
import { installOf, withRelease } from '../../harness/load/release-text.js'

const HEAD = `family: asyncpg # a driver
install: ['asyncpg=={version}', pgvector]
`

const entry = { python: '>=3.10,<3.15', drivers: [] }

/** What stands before and after the new entry is the old text, byte for byte. */
function added(text: string, changed: string): string {
  let start = 0
  while (text[start] === changed[start] && start < text.length) start += 1
  const line = changed.lastIndexOf('\n', start) + 1
  const length = changed.length - text.length
  expect(changed.slice(0, line) + changed.slice(line + length)).toBe(text)
  return changed.slice(line, line + length)
}

describe('the new entry', () => {
  const text = `${HEAD}releases:
  # Each that changed something.
  - version: 0.32.0 # tells PostgreSQL 19
    # Not before.
    python: '>=3.9,<3.15' # as declared, # twice
  - version: 0.31.0
    python: '>=3.9,<3.15'
`

  it('stands above the newest, below what is said of all, without what is said of one', () => {
    const changed = withRelease(text, { ...entry, like: '0.32.0', version: '0.33.0' })
    expect(added(text, changed)).toBe("  - version: 0.33.0\n    python: '>=3.10,<3.15'\n")
    expect(changed).toContain(
      "  # Each that changed something.\n  - version: 0.33.0\n    python: '>=3.10,<3.15'\n  - version: 0.32.0 # tells",
    )
  })

  it('stands below the newest where that is the last', () => {
    const oldestFirst = `${HEAD}releases:\n  - version: 0.31.0\n    python: '>=3.9'\n  - version: 0.32.0\n    python: '>=3.9' # x\n# the end\n`
    const changed = withRelease(oldestFirst, { ...entry, like: '0.32.0', version: '0.33.0' })
    expect(changed).toBe(
      oldestFirst.replace('# the end', "  - version: 0.33.0\n    python: '>=3.10,<3.15'\n# the end"),
    )
  })

  it('ends the file where nothing follows, not even the end of a line', () => {
    const bare = "releases:\n  - version: '1.8'\n    python: '>=3.9'\n  - version: '1.9'\n    python: '>=3.9'"
    const changed = withRelease(bare, { ...entry, like: '1.9', version: '1.10' })
    expect(changed).toBe(`${bare}\n  - version: '1.10'\n    python: '>=3.10,<3.15'\n`)
  })
})

describe('has the form of the one that it is like', () => {
  it.each([
    [
      `  - version: 2.1.9\n    python: ">=3.11"\n    drivers: [psycopg2-2.9.13, asyncpg-0.32.0] # of its time\n`,
      `  - version: 2.2.0\n    python: ">=3.10,<3.15"\n    drivers: [psycopg2-2.9.13, asyncpg-0.33.0]\n`,
    ],
    [
      `  - version: 2.1.9\n    python: '>=3.11'\n    drivers:\n      - psycopg2-2.9.13 # libpq\n      - asyncpg-0.32.0\n`,
      `  - version: 2.2.0\n    python: '>=3.10,<3.15'\n    drivers:\n      - psycopg2-2.9.13\n      - asyncpg-0.33.0\n`,
    ],
    [
      `  - { version: 2.1.9, python: ">=3.11", drivers: [psycopg2-2.9.13, asyncpg-0.32.0] }\n`,
      `  - { version: 2.2.0, python: ">=3.10,<3.15", drivers: [psycopg2-2.9.13, asyncpg-0.33.0] }\n`,
    ],
    [
      `  - install: ['x=={version}', 'y<5'] # y 5 cannot be imported\n    version: 2.1.9\n    python: '>=3.11'\n`,
      `  - install: ['x=={version}', 'y<5']\n    version: 2.2.0\n    python: '>=3.10,<3.15'\n`,
    ],
  ])('%#', (old, expected) => {
    const text = `${HEAD}releases:\n${old}  - version: 1.0.0\n    python: '>=3.8'\n`
    const drivers = ['psycopg2-2.9.13', 'asyncpg-0.33.0']
    const changed = withRelease(text, { ...entry, drivers, like: '2.1.9', version: '2.2.0' })
    expect(changed).toBe(text.replace(old, expected + old))
  })

  it('but is quoted where YAML would read a number', () => {
    const text = "releases:\n  - version: 1.9.1\n    python: '>=3.9'\n"
    const changed = withRelease(text, { ...entry, like: '1.9.1', version: '1.10' })
    expect(changed).toContain("- version: '1.10'\n")
  })
})

it('a release that is not in the text is an error of ours', () => {
  const wrong = { ...entry, like: '9.9', version: '10' }
  expect(() => withRelease('releases: []\n', wrong)).toThrow('no entry of release 9.9')
})

describe('what it installs', () => {
  it.each([
    ["install: ['x=={version}', y]\nreleases:\n  - version: 1.0.0\n", ['x==2.0.0', 'y']],
    ["install: [y]\nreleases:\n  - version: 1.0.0\n    install: ['x[z]=={version}']\n", ['x[z]==2.0.0']],
  ])('%#', (text, expected) => {
    expect(installOf(text, '1.0.0', '2.0.0')).toEqual(expected)
  })
})
