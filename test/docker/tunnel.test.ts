import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import Docker from 'dockerode'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { EnvironmentError } from '../../harness/core/runtime.js'
import { engineAddress } from '../../harness/docker/address.js'
import { connect, newDocker } from '../../harness/docker/connection.js'
import { openTunnel } from '../../harness/docker/tunnel.js'
import { startOf } from '../../harness/servers/process-table.js'
import { run } from '../commands/program.js'
import { GOOD } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'
import { loopbackSshd, sshdProblem, type LoopbackSshd } from './loopback-sshd.js'
import { IMAGE } from './python-image.js'
import { spokenContainer, TEST_LABEL } from './spoken-container.js'
import { dockerode, ENGINE_SOCKET, engineEnvironment, lockedMatrix, onEngine } from './test-engine.js'

const problem = sshdProblem()
if (problem) console.warn(`no test of tunnels: ${problem}`)

async function until(what: () => boolean | Promise<boolean>, seconds: number): Promise<boolean> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(50))
    if (await what()) return true
  return false
}

describe.skipIf(problem !== undefined)('through ssh', () => {
  let sshd: LoopbackSshd
  let closed: LoopbackSshd
  beforeAll(async () => {
    sshd = await loopbackSshd()
    closed = await loopbackSshd('AllowStreamLocalForwarding no')
  })
  afterAll(async () => {
    await sshd[Symbol.asyncDispose]()
    await closed[Symbol.asyncDispose]()
  })
  beforeEach(() => use())
  afterEach(() => vi.unstubAllEnvs())

  function use(changes?: string, daemon = sshd, key?: 'other'): void {
    vi.stubEnv('PATH', `${daemon.program(changes, key)}:${process.env.PATH}`)
  }

  async function address(more = ENGINE_SOCKET, { port } = sshd) {
    const found = await engineAddress({ DOCKER_HOST: `ssh://root@127.0.0.1:${port}${more}` }, '/nonexistent')
    if (found.kind !== 'ssh') throw new Error('no address of ssh')
    return found
  }

  it('the engine answers, and containers are spoken with', async () => {
    const connection = await connect(await address())
    const { socketPath = '' } = connection.options
    expect(connection.shown).toBe(`ssh://root@127.0.0.1:${sshd.port}${ENGINE_SOCKET}`)
    expect(statSync(path.dirname(socketPath)).mode & 0o777).toBe(0o700)
    const docker = newDocker(connection.options)
    {
      await using container = await spokenContainer(docker)
      expect(await container.say('hello over ssh\n')).toBe('hello over ssh\n')
      expect(await container.say('and again\n')).toBe('and again\n')
    }
    await connection[Symbol.asyncDispose]()
    expect(existsSync(path.dirname(socketPath))).toBe(false)
  })

  it('ssh ends when the tunnel does', async () => {
    const tunnel = await openTunnel(await address())
    const start = await startOf(tunnel.pid ?? 0)
    expect(start).toBeDefined()
    await tunnel[Symbol.asyncDispose]()
    expect(await startOf(tunnel.pid ?? 0)).not.toBe(start)
  })

  it("the user's own settings do not get in its way", async () => {
    const shared = path.join(sshd.folder, 'shared')
    use(
      `ControlMaster auto\nControlPath ${shared}\nControlPersist 60\nRemoteCommand sleep 60\nRequestTTY force\nLogLevel QUIET`,
    )
    await using tunnel = await openTunnel(await address())
    expect(String(await new Docker({ socketPath: tunnel.socket }).ping())).toBe('OK')
    expect(existsSync(shared)).toBe(false)
  })

  it.each([
    [
      'a key that it does not know',
      () => use('LogLevel QUIET', sshd, 'other'),
      /Permission denied/,
      /ssh-add/,
    ],
    [
      'a host key that we do not know',
      () => use('UserKnownHostsFile /dev/null'),
      /Host key verification failed/,
      /Log in once by hand/,
    ],
  ])('%s is an error with what ssh said', async (_, prepare, said, next) => {
    prepare()
    const failure = openTunnel(await address())
    await expect(failure).rejects.toThrow(EnvironmentError)
    await expect(failure).rejects.toThrow(said)
    await expect(failure).rejects.toThrow(next)
    await expect(failure).rejects.toThrow(`ssh -p ${sshd.port} root@127.0.0.1`)
  })

  it('no engine there is an error at once', async () => {
    const began = Date.now()
    await expect(address('/nonexistent/docker.sock').then((there) => openTunnel(there))).rejects.toThrow(
      /open failed.*Its \/nonexistent\/docker\.sock must be an engine's socket/s,
    )
    expect(Date.now() - began).toBeLessThan(5000)
  })

  it('an sshd that forwards no sockets is an error at once', async () => {
    use('', closed)
    const there = await address('', closed)
    await expect(openTunnel(there)).rejects.toThrow(/open failed.*AllowStreamLocalForwarding/s)
  })

  it('a host that keeps silent is given up at the deadline', async () => {
    const pidFile = path.join(sshd.folder, 'proxy.pid')
    use(`ProxyCommand sh -c 'echo $$ > ${pidFile}; exec sleep 60'`)
    const there = await address()
    const began = Date.now()
    await expect(openTunnel(there, 1)).rejects.toThrow(/no engine answered within 1 s.*docker version/s)
    expect(Date.now() - began).toBeLessThan(4000)
    const proxy = Number(await readFile(pidFile, 'utf8'))
    expect(proxy).toBeGreaterThan(1)
    expect(await until(async () => (await startOf(proxy)) === undefined, 5)).toBe(true)
  })

  it('a whole run goes through it', async () => {
    const there = { DOCKER_HOST: `ssh://root@127.0.0.1:${sshd.port}${ENGINE_SOCKET}` }
    const words = onEngine(lockedMatrix(makeMatrix({ good: GOOD })))
    const { stdout, stderr } = await run(words, { ...engineEnvironment(), ...there })
    expect(stderr).toContain('1 of 1 cells')
    expect(stdout).toContain('native 1')
  })

  it('without ssh it says so', async () => {
    const there = await address()
    vi.stubEnv('PATH', '/nonexistent')
    await expect(openTunnel(there)).rejects.toThrow(/could not be started.*Install the OpenSSH client/s)
  })

  it('after SIGKILL ssh and the containers end, and the folder goes at the next start', async () => {
    // Where no other test's start looks.
    vi.stubEnv('TMPDIR', sshd.folder)
    const held = await heldTunnel(await address())
    const docker = dockerode()
    expect(existsSync(held.socket)).toBe(true)
    expect(await startOf(held.ssh)).toBeDefined()
    held.kill()
    expect(await until(async () => (await startOf(held.ssh)) === undefined, 8)).toBe(true)
    const filters = { id: [held.container] }
    expect(
      await until(async () => (await docker.listContainers({ all: true, filters })).length === 0, 8),
    ).toBe(true)
    const folder = path.dirname(held.socket)
    expect(existsSync(folder)).toBe(true)
    await using next = await openTunnel(await address())
    expect(existsSync(next.socket)).toBe(true)
    expect(existsSync(folder)).toBe(false)
  })
})

const heldSchema = z.object({ ssh: z.number(), socket: z.string(), container: z.string() })

/** A process that holds a tunnel, with a container attached and events listened to through it. */
async function heldTunnel(address: object): Promise<z.infer<typeof heldSchema> & { kill: () => void }> {
  const tunnel = pathToFileURL(path.resolve('dist/harness/docker/tunnel.js')).href
  expect(await readFile(new URL(tunnel), 'utf8')).toContain('openTunnel') // npx tsc -p tsconfig.json
  const program = `
    import Docker from 'dockerode'
    import { openTunnel } from ${JSON.stringify(tunnel)}
    const tunnel = await openTunnel(${JSON.stringify(address)})
    const docker = new Docker({ socketPath: tunnel.socket })
    const container = await docker.createContainer({
      Image: '${IMAGE}', Cmd: ['cat'], Labels: { '${TEST_LABEL}': '' }, OpenStdin: true, StdinOnce: true,
      HostConfig: { AutoRemove: true, NetworkMode: 'none' },
    })
    await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true })
    await docker.getEvents({})
    await container.start()
    console.log(JSON.stringify({ ssh: tunnel.pid, socket: tunnel.socket, container: container.id }))
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line]: unknown[] = await once(createInterface(child.stdout), 'line')
  return { ...heldSchema.parse(JSON.parse(String(line))), kill: () => child.kill('SIGKILL') }
}
