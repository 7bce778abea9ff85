/** The servers of a run as its lanes find them: shared by all clients, or one of its own for each pairing. */
import { serverFacts } from '../core/facts.js'
import type { Emit } from '../core/events.js'
import type { ProfiledServer, Server } from '../core/matrix.js'
import { profiledId } from '../core/plan.js'
import type { RunningServer, ServerPool } from '../core/runtime.js'
import { Controls } from './controls.js'
import { Gate } from './gate.js'
import type { Station } from './lane.js'

/** A station for the time of one pairing; disposing of it gives it back. */
export interface HeldStation extends AsyncDisposable {
  /** Undefined where the server is not there. */
  readonly station: Station | undefined
}

export interface Stations extends AsyncDisposable {
  /** @throws EnvironmentError where a server does not come up */
  hold(wanted: ProfiledServer): Promise<HeldStation>
}

/** Those that are up for the whole run; what a recipe uses up is started for one pairing. */
export class StationsByProfile implements Stations {
  constructor(
    private readonly shared: Stations,
    private readonly own: Stations,
  ) {}

  hold(wanted: ProfiledServer): Promise<HeldStation> {
    return (isShared(wanted) ? this.shared : this.own).hold(wanted)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shared[Symbol.asyncDispose]()
    await this.own[Symbol.asyncDispose]()
  }
}

/** Whether many cells may run on it at the same time. */
export function isShared({ profile }: ProfiledServer): boolean {
  return profile !== 'failover'
}

/** Up for the whole run; whoever started them stops them. */
export class SharedStations implements Stations {
  readonly #stations: ReadonlyMap<string, Station>

  constructor(servers: readonly RunningServer[]) {
    this.#stations = new Map(servers.map((server) => [profiledId(server), stationOf(server)]))
  }

  async hold(wanted: ProfiledServer): Promise<HeldStation> {
    return { station: this.#stations.get(profiledId(wanted)), async [Symbol.asyncDispose]() {} }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#stations.values()].map(endControls))
  }
}

/** Started for one pairing and stopped after it. */
export class OwnStations implements Stations {
  readonly #told = new Set<string>()

  constructor(
    private readonly startServer: (wanted: ProfiledServer) => Promise<ServerPool>,
    private readonly emit: Emit,
  ) {}

  async hold(wanted: ProfiledServer): Promise<HeldStation> {
    const pool = await this.startServer(wanted)
    const [running] = pool.servers
    const station = running && stationOf(running)
    this.#tell(wanted.server, running)
    return {
      station,
      async [Symbol.asyncDispose]() {
        if (station) await endControls(station).catch(() => undefined)
        await pool[Symbol.asyncDispose]()
      },
    }
  }

  #tell(server: Server, running: RunningServer | undefined): void {
    if (!running || this.#told.has(server.id)) return
    this.#told.add(server.id)
    this.emit({ type: 'server', server: serverFacts(server, [running]) })
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function stationOf(server: RunningServer): Station {
  return { server, controls: new Controls(server), gate: new Gate() }
}

function endControls({ controls }: Station): Promise<void> {
  return controls[Symbol.asyncDispose]()
}
