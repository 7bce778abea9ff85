/** PgBouncer in a container of its own, before a server's. */
import { ConnectionLost, EnvironmentError } from '../core/runtime.js'
import { opening } from '../servers/listening.js'
import { POOLER_FILES, poolerFiles, poolerWeakness, versionIn } from '../servers/pooler.js'
import type { Pooler } from '../core/matrix.js'
import type { Equipment, NetworkDoor } from '../servers/profile.js'
import type { AttachedContainer, ContainerWanted, Engine } from './contract.js'
import { splitAtLine } from './first-line.js'
import { covers } from './hardening.js'
import type { PulledImage } from './images.js'
import { exitWords } from './limits.js'
import type { Relay } from './relay.js'

export interface PoolerWanted {
  readonly engine: Engine
  readonly equipment: Equipment
  readonly pooler: Pooler
  readonly image: PulledImage
  /** Id of the network of both. */
  readonly network: string
  /** The server's address. */
  readonly host: string
  readonly serverPort: number
  readonly relay: () => Promise<Relay>
}

const PORT = 6432
/** Nobody's: PgBouncer refuses to be root, and its account has another number in each image. */
const USER = '65534:65534'
const FOLDER = '/pgmatrix'
const MEMORY = 128 * 1024 ** 2
const PIDS = 32
const LOG_LIMIT = 2000
const STARTS = 5

/**
 * Says its release, reads its files from its input, each up to an empty line, and becomes PgBouncer, which the input's end kills.
 * Words: the folder and the files' names. What is read before the release was heard might be lost: BusyBox's `head`, which waits for
 * the first byte of input, takes all that has come.
 */
const SCRIPT = `
set -eu
umask 077
cd "$1"
shift
pgbouncer --version > version
head -n 1 version
for name; do
  while IFS= read -r line && [ -n "$line" ]; do printf '%s\\n' "$line"; done > "$name"
done
exec 3<&0 < /dev/null
(cat <&3 > /dev/null; kill -KILL $$) &
exec 3<&- pgbouncer pgbouncer.ini
`

/** @throws EnvironmentError where it does not run; then nothing is left of it */
export async function startPooler(wanted: PoolerWanted): Promise<PoolerContainer> {
  for (let left = STARTS; ; left--) {
    const container = await wanted.engine.start(containerWanted(wanted))
    const pooler = new PoolerContainer(container, wanted)
    try {
      await pooler.open()
      return pooler
    } catch (error) {
      await pooler.kill().catch(() => undefined) // the first error counts
      // An engine that goes away under it says nothing about it.
      if (!(error instanceof ConnectionLost) || left === 1) throw error
    }
  }
}

function containerWanted({ image, network }: PoolerWanted): ContainerWanted {
  return {
    role: 'pooler',
    purpose: 'PgBouncer',
    image: image.id,
    command: ['sh', '-c', SCRIPT, 'pooler', FOLDER, ...POOLER_FILES],
    user: USER,
    network,
    memory: MEMORY,
    pids: PIDS,
    tmpfs: { ...covers(image.volumes), [FOLDER]: 'rw,nosuid,nodev,noexec,size=1m,mode=1777' },
    env: { TZ: 'UTC', LC_ALL: 'C' },
  }
}

export class PoolerContainer {
  #door: NetworkDoor = { host: '', wrongHost: '', port: PORT }
  #version = ''
  #log = ''

  constructor(
    private readonly container: AttachedContainer,
    private readonly wanted: PoolerWanted,
  ) {
    container.stdin.on('error', () => {}) // its fate tells
    container.stderr
      .setEncoding('utf8')
      .on('data', (more: string) => (this.#log = (this.#log + more).slice(-LOG_LIMIT)))
  }

  get door(): NetworkDoor {
    return this.#door
  }

  /** `PgBouncer 1.25.2 of edoburu/pgbouncer:v1.25.2-p0@sha256:…` */
  get build(): string {
    return `PgBouncer ${this.#version} of ${this.wanted.image.reference}`
  }

  /** @throws EnvironmentError, ConnectionLost */
  async open(): Promise<void> {
    const { equipment, pooler, host, serverPort, image, relay } = this.wanted
    const version = versionIn((await splitAtLine(this.container.stdout)).line)
    if (version === undefined) throw await this.#ended('names no release')
    const weakness = poolerWeakness(pooler, version)
    if (weakness) throw new EnvironmentError(`${image.reference}: ${weakness}. Correct matrix/servers.yaml.`)
    this.#version = version
    const files = poolerFiles({ equipment, version, address: '*', port: PORT, host, serverPort })
    this.container.stdin.write(POOLER_FILES.map((name) => `${files[name]}\n`).join(''))
    const address = await this.container.address()
    const way = await relay()
    await opening(`${address}:${PORT}`, () => way.connect(address, PORT)).catch(async () => {
      throw await this.#ended('does not listen')
    })
    this.#door = { host: address, wrongHost: address, port: PORT }
  }

  async kill(): Promise<void> {
    await this.container.kill()
    await this.container.fate
  }

  /** After some failure. */
  async #ended(what: string): Promise<Error> {
    await this.container.kill().catch(() => undefined)
    const fate = await this.container.fate
    if (fate.kind === 'lost') return new ConnectionLost(`the container of PgBouncer was lost: ${fate.reason}`)
    const said = this.#log.trim()
    return new EnvironmentError(
      `PgBouncer of ${this.wanted.image.reference} ${what}; it ${exitWords(fate.code)}.${said && `\nThe end of its log:\n${said}`}`,
    )
  }
}
