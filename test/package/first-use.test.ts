/** The README's first command on a checkout as cloned, under a home with mode 700: with the network, and then without. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caller, isRoot, ordinaryUser, type Person } from './account.js'
import { copyCheckout, newUserEnv, NO_NETWORK, npmConfig, run, wentWell, type Ended } from './surroundings.js'

const CELL = '18/psycopg2-2.9.13/json-jsonb-decode'

interface Beginning {
  readonly who: string
  readonly person: () => Person
  /** Where downloads come from and go to, for this home. */
  readonly caches: (home: string) => Record<string, string>
}

const BEGINNINGS: Beginning[] = [
  {
    who: isRoot ? 'root' : 'the account of the tests',
    person: caller,
    // Fetched before; the ordinary user below fetches everything anew.
    caches: () => ({ npm_config_cache: npmConfig('cache') }),
  },
  {
    who: 'an ordinary user with empty caches',
    person: ordinaryUser,
    caches: (home) => ({ PGMATRIX_CACHE: path.join(home, 'pg matrix') }),
  },
]

const chosen = isRoot ? BEGINNINGS : BEGINNINGS.slice(0, 1)
if (!isRoot) console.warn('not root: first use by another account is not tested, since none can be made')

describe.each(chosen)('npm start by $who', ({ person, caches }) => {
  let user: Person
  let checkout: string
  beforeAll(() => {
    user = person()
    checkout = path.join(user.home, 'work', 'pgmatrix')
    mkdirSync(checkout, { recursive: true })
    copyCheckout(checkout)
    execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, path.join(user.home, 'work')])
  })
  afterAll(() => user[Symbol.dispose]())

  const start = (words: readonly string[], more: Record<string, string> = {}): Promise<Ended> => {
    const env = { ...newUserEnv(user.home), ...caches(user.home), ...more }
    const { uid, gid } = user
    return run(['npm', 'start', '--silent', '--', ...words], {
      cwd: checkout,
      env,
      ...(isRoot && { uid, gid }),
    })
  }

  it('has a home that nobody else can enter', () => {
    expect(statSync(user.home).mode & 0o777).toBe(0o700)
  })

  it('says what to do without a network, and leaves no half a set-up', async () => {
    const { code, stderr } = await start(['plan'], {
      ...NO_NETWORK,
      npm_config_cache: path.join(user.home, 'empty'),
    })
    expect(stderr).toMatch(/^`npm ci` failed\. The npm registry must be reachable once/m)
    expect(code).toBe(3)
    expect(existsSync(path.join(checkout, 'node_modules', '.pgmatrix-installed'))).toBe(false)
  })

  it('sets everything up, and passes its words on', async () => {
    const { stdout, stderr } = wentWell(await start(['plan', '18/psycopg2-*/json-*']))
    expect(stderr).toContain('installing the dependencies')
    expect(stdout).toMatch(/^\d+ cells\nservers \(1\): 18\nclients \(\d+\): psycopg2-2/)
    expect(readFileSync(path.join(checkout, 'package-lock.json'), 'utf8')).toBe(
      readFileSync('package-lock.json', 'utf8'),
    )
  })

  it('runs a cell, as nobody else', async () => {
    const { stdout } = wentWell(await start(['run', CELL]))
    expect(stdout).toMatch(/^1 cells?: (native|partial) 1$/m)
    expect(statSync(path.join(checkout, 'results')).uid).toBe(user.uid)
  })

  it('needs no network the second time', async () => {
    const { stdout, stderr } = wentWell(await start(['run', '--force', CELL], NO_NETWORK))
    expect(stderr).not.toMatch(/installing|fetching/)
    expect(stdout).toMatch(/^1 cells?: (native|partial) 1$/m)
  })

  it('shows the evidence afterwards', async () => {
    const { stdout } = wentWell(await start(['show', CELL]))
    expect(stdout).toContain(`run it again: pgmatrix run '${CELL}'`)
  })
})
