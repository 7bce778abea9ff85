/** A real sshd of the test's own on loopback, and an `ssh` before all others on PATH that knows its way there. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const SSHD = '/usr/sbin/sshd'

export interface LoopbackSshd extends AsyncDisposable {
  readonly port: number
  /** Its own folder. */
  readonly folder: string
  /** A folder for PATH: `ssh` with `changes` (lines of ssh_config that win) in force. Only the key `user` gets in. */
  program(changes?: string, key?: 'user' | 'other'): string
}

/** Installs OpenSSH's server where it is missing. Returns why there is none. */
export function sshdProblem(): string | undefined {
  if (process.platform !== 'linux' || process.geteuid?.() !== 0)
    return 'sshd is started as root on Linux only'
  if (existsSync(SSHD)) return undefined
  // Runlevel 1: the package's own service stays down.
  const env = { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' }
  const words = ['install', '-y', '--no-install-recommends', 'openssh-server']
  const install = spawnSync('apt-get', words, { env, encoding: 'utf8' })
  return existsSync(SSHD)
    ? undefined
    : `no sshd: ${install.stderr?.trim().split('\n').at(-1) ?? 'no apt-get'}`
}

export async function loopbackSshd(changes = ''): Promise<LoopbackSshd> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sshd-'))
  const file = (name: string) => path.join(folder, name)
  for (const key of ['host', 'user', 'other'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)])
  copyFileSync(file('user.pub'), file('authorized'))
  const port = await freePort()
  writeFileSync(file('known'), `[127.0.0.1]:${port} ${readFileSync(file('host.pub'), 'utf8')}`)
  writeFileSync(
    file('sshd_config'),
    `${changes}\nPort ${port}\nListenAddress 127.0.0.1\nHostKey ${file('host')}\nAuthorizedKeysFile ${file('authorized')}\nPidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n`,
  )
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const daemon = spawn(SSHD, ['-D', '-e', '-f', file('sshd_config')], { stdio: 'ignore' })
  await untilListening(port)
  let programs = 0
  return {
    port,
    folder,
    program(changes = '', key = 'user') {
      const bin = file(`bin${++programs}`)
      mkdirSync(bin)
      writeFileSync(
        path.join(bin, 'config'),
        `${changes}\nIdentitiesOnly yes\nIdentityFile ${file(key)}\nUserKnownHostsFile ${file('known')}\nGlobalKnownHostsFile none\n`,
      )
      writeFileSync(path.join(bin, 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${bin}/config "$@"\n`, {
        mode: 0o755,
      })
      return bin
    },
    async [Symbol.asyncDispose]() {
      const ended = once(daemon, 'exit')
      daemon.kill()
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const bound = server.address()
  server.close()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return bound.port
}

async function untilListening(port: number): Promise<void> {
  for (let round = 0; round < 200; round++) {
    const socket = connect(port, '127.0.0.1')
    const answered = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (answered) return
    await pause(25)
  }
  throw new Error('sshd does not listen')
}
