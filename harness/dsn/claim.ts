/** That the schema of ours in a database is one run's alone. */
import { setTimeout as pause } from 'node:timers/promises'
import { EnvironmentError, ServerGone, SqlError } from '../core/runtime.js'
import type { Session } from '../servers/session.js'
import { LOCK, MARK, markSql, UNLOCK } from './schema-sql.js'

/** Longer than most recipes, each of which begins with another mark. */
const WATCH_MS = 15_000

export interface Claimant {
  /** As people name the server. */
  readonly id: string
  readonly runId: string
  readonly logIn: () => Promise<Session>
}

/**
 * An advisory lock, held by a session of its own as long as the run goes on. Where all sessions share a backend, as in PGlite, they
 * share its locks: there a run is known by the mark that it leaves on the schema before each recipe.
 */
export class Claim implements AsyncDisposable {
  #kept = true

  private constructor(
    private readonly claimant: Claimant,
    private holder: Session | undefined,
  ) {}

  /** @throws EnvironmentError where another run is at work */
  static async take(claimant: Claimant): Promise<Claim> {
    const holder = await claimant.logIn()
    try {
      if (!(await locks(holder))) throw new EnvironmentError(takenText(claimant.id))
      if (await excludes(claimant)) return new Claim(claimant, holder)
      await takeMark(claimant, holder)
    } catch (error) {
      await holder[Symbol.asyncDispose]()
      throw error
    }
    await holder[Symbol.asyncDispose]()
    return new Claim(claimant, undefined)
  }

  /** Before the schema is made anew by a session. @throws ServerGone where another run has it now */
  async keep(session: Session): Promise<void> {
    this.#kept &&= this.holder ? await this.#hold(this.holder) : await isOurs(this.claimant, session)
    if (!this.#kept) throw new ServerGone(takenText(this.claimant.id))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.holder?.[Symbol.asyncDispose]()
  }

  /** A server that was started anew has forgotten its locks. */
  async #hold(holder: Session): Promise<boolean> {
    if (!holder.lost) return true
    this.holder = await this.claimant.logIn()
    return locks(this.holder)
  }
}

/** Whether it has the lock; of a server without such locks everybody has it. */
async function locks(session: Session): Promise<boolean> {
  try {
    const [row] = await session.rows(LOCK)
    return row?.[0] === 't'
  } catch (error) {
    if (error instanceof SqlError) return true
    throw error
  }
}

/** Whether a lock that is held keeps another session from it. */
async function excludes({ logIn }: Claimant): Promise<boolean> {
  await using other = await logIn()
  if (!(await locks(other))) return true
  await other.rows(UNLOCK).catch(() => undefined)
  return false
}

async function takeMark(claimant: Claimant, session: Session): Promise<void> {
  // Another run's session that is just making the schema anew has none for a moment.
  const found = (await markOf(session)) ?? (await pause(500).then(() => markOf(session)))
  const until = Date.now() + (found === null ? 0 : WATCH_MS)
  while (Date.now() < until) {
    await pause(500)
    if ((await markOf(session)) !== found) throw new EnvironmentError(takenText(claimant.id))
  }
  await session.rows(markSql(claimant.runId))
}

async function isOurs({ runId }: Claimant, session: Session): Promise<boolean> {
  const mark = await markOf(session)
  return mark === null || mark.startsWith(runId)
}

async function markOf(session: Session): Promise<string | null> {
  const [row] = await session.rows(MARK)
  return row?.[0] ?? null
}

export function takenText(id: string): string {
  return `Another run of pgmatrix is at work in the database of ${id}: wait for its end, or name another database.`
}
