/** A real dockerd of one test's own, beside all others of this machine: it may be killed, paused and started again. Needs root. */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Docker from 'dockerode'

/** See its comment: two engines would empty each other's chains of the packet filter. */
const OWN_CHAINS = fileURLToPath(new URL('../engine/own-chains', import.meta.url))
/** Not a temporary folder that lies in memory: images are unpacked there. Sockets below it need a short path. */
const PLACE = '/var/tmp'

export class DaemonThatComesAndGoes implements AsyncDisposable {
  readonly docker: Docker
  readonly host: string
  readonly #folder = mkdtempSync(path.join(PLACE, 'pgmatrix-daemon-'))
  /** Of the chains; at most 10 characters. */
  readonly #key = `PGMR${randomBytes(2).toString('hex')}`
  #process: ChildProcess | undefined

  private constructor() {
    const socketPath = path.join(this.#folder, 'docker.sock')
    this.host = `unix://${socketPath}`
    this.docker = new Docker({ socketPath })
  }

  static async start(): Promise<DaemonThatComesAndGoes> {
    const daemon = new DaemonThatComesAndGoes()
    await daemon.start()
    return daemon
  }

  get environment(): Record<string, string> {
    return { DOCKER_HOST: this.host, DOCKER_TLS_VERIFY: '', DOCKER_CONTEXT: '', DOCKER_CERT_PATH: '' }
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    rmSync(path.join(this.#folder, 'pid'), { force: true }) // what one that was killed leaves
    const log = openSync(path.join(this.#folder, 'log'), 'a')
    const env = { ...process.env, PATH: `${OWN_CHAINS}:${process.env.PATH}`, OWN_CHAINS: this.#key }
    this.#process = spawn('dockerd', this.#words(), { env, stdio: ['ignore', log, log] })
    for (let left = 600; left > 0; left--) {
      if (this.#process.exitCode !== null) break
      if (await answers(this.docker)) return
      await pause(100)
    }
    throw new Error(`dockerd does not come up, see ${this.#folder}/log`)
  }

  /** Resolves at once for a signal that only pauses or resumes it, else when it has ended. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    const daemon = this.#process
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return
    daemon.kill(signal)
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return
    await once(daemon, 'exit')
  }

  /** Resolves when a container of this role runs on it. */
  async runs(role: string): Promise<void> {
    const filters = { label: [`pgmatrix.role=${role}`] }
    while ((await this.docker.listContainers({ filters })).length === 0) await pause(50)
  }

  /** What of ours is on it, without images. */
  async left(): Promise<readonly string[]> {
    const filters = { label: ['pgmatrix.run'] }
    const containers = await this.docker.listContainers({ all: true, filters })
    const networks = await this.docker.listNetworks({ filters })
    const there = await Promise.all(containers.map(({ Id }) => this.#knows(Id)))
    return [
      ...containers.filter((_, index) => there[index]).map(({ Id, Names }) => Names.join() || Id),
      ...networks.map(({ Name }) => Name),
    ]
  }

  /** A container whose end and whose removal coincide may stay in the engine's listing for good, without a name: nothing else knows it. */
  #knows(id: string): Promise<boolean> {
    return this.docker
      .getContainer(id)
      .inspect()
      .then(
        () => true,
        (error: unknown) => !(error instanceof Error && 'statusCode' in error && error.statusCode === 404),
      )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.signal('SIGCONT')
    if (!(await answers(this.docker))) await this.start()
    for (const { Id } of await this.docker.listContainers({ all: true }))
      await this.docker
        .getContainer(Id)
        .remove({ force: true, v: true })
        .catch(() => undefined)
    await this.docker.pruneNetworks()
    await this.signal('SIGTERM')
    await removeChains(this.#key)
    // What one that was killed could not take away.
    for (const mounted of mountsBelow(this.#folder)) execFileSync('umount', ['-l', mounted])
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #words(): string[] {
    const options = {
      'data-root': 'data',
      'exec-root': 'exec',
      pidfile: 'pid',
    }
    return [
      ...Object.entries(options).map(([name, file]) => `--${name}=${path.join(this.#folder, file)}`),
      `--host=${this.host}`,
      '--bridge=none',
      '--default-address-pool=base=10.199.0.0/16,size=24',
      // Where the machine has a containerd of its own, that is used.
      `--containerd-namespace=${this.#key}`,
      `--containerd-plugins-namespace=${this.#key}-plugins`,
      '--ip6tables=false',
    ]
  }
}

async function answers(docker: Docker): Promise<boolean> {
  const answer = docker.ping().then(
    () => true,
    () => false,
  )
  return Promise.race([answer, pause(2000, false, { ref: false })])
}

/** Deepest first. */
function mountsBelow(folder: string): readonly string[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  const places = mounts.map((line) => line.split(' ')[1] ?? '')
  return places.filter((place) => place.startsWith(`${folder}/`)).toReversed()
}

/** What dockerd leaves of the packet filter at its end. Rules first: a chain that is used stays. */
async function removeChains(key: string): Promise<void> {
  for (const table of ['filter', 'nat']) {
    for (const [add, remove] of [
      ['-A ', '-D'],
      ['-N ', '-X'],
    ] as const) {
      const { stdout } = await promisify(execFile)('iptables', ['-w', '-t', table, '-S'])
      const ours = stdout.split('\n').filter((line) => line.startsWith(add) && line.includes(key))
      for (const line of ours)
        execFileSync('iptables', ['-w', '-t', table, remove, ...line.split(' ').slice(1)])
    }
  }
}
