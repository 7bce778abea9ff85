/** A throw-away account with a home that nobody else can enter. */
import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface Person extends Disposable {
  /** Mode 700. */
  readonly home: string
  readonly uid: number
  readonly gid: number
}

export const isRoot = process.geteuid?.() === 0

/** Whoever runs the tests, at a new home. */
export function caller(): Person {
  const home = mkdtempSync(path.join(tmpdir(), 'pgmatrix-home-'))
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0]
  return { home, uid, gid, [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }) }
}

/** Only root can make one. Disposing it fails when a process of it is still running, which is a finding. */
export function ordinaryUser(): Person {
  const { home } = caller()
  const name = path.basename(home).toLowerCase().replace('pgmatrix-home-', 'pgmatrix-test-')
  execFileSync('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    home,
    '--shell',
    '/bin/sh',
    name,
  ])
  const [uid, gid] = ['-u', '-g'].map((which) =>
    Number(execFileSync('id', [which, name], { encoding: 'utf8' })),
  )
  if (!uid || !gid) throw new Error(`the account ${name} has no ids`)
  chownSync(home, uid, gid)
  const remove = () => {
    try {
      execFileSync('userdel', [name], { stdio: ['ignore', 'ignore', 'pipe'] })
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  }
  return { home, uid, gid, [Symbol.dispose]: remove }
}
