/** From a server's process to a session with it: started where it does not run, killed where it hangs. */
import { setTimeout as pause } from 'node:timers/promises'
import { EnvironmentError } from '../core/runtime.js'
import type { ServerProcess } from './server-process.js'
import type { Session } from './session.js'

const PATIENCE_MS = 30_000
/** A postmaster that lives and is silent for this long is killed: somebody may have stopped it. */
const HANGING_MS = 6000
/** A refusal comes at once; what takes longer is silence. */
const REFUSAL_MS = 1000
const STARTS = 3
/** As patient as every other session: an engine that falls silent under a statement is noticed no sooner. */
const LOGIN = { login: 3000, statement: 20_000 }

/**
 * A session with a server that answers logins.
 * @throws EnvironmentError where it does not come up
 */
export async function answering(server: ServerProcess): Promise<Session> {
  const begin = Date.now()
  let heardAt = begin
  for (let starts = 0; ;) {
    if (server.exit && starts++ === STARTS) throw failure(server, `it ended (${server.exit.how})`)
    await server.start()
    const askedAt = Date.now()
    const session = await server.login('postgres', LOGIN).catch((error: unknown) => {
      // Whoever runs the server has gone for good: its own words say more.
      if (error instanceof EnvironmentError && Date.now() - begin > PATIENCE_MS) throw error
      return String(error)
    })
    if (typeof session !== 'string') return session
    const now = Date.now()
    if (now - begin > PATIENCE_MS) throw failure(server, `it answers no login (${session})`)
    if (now - askedAt < REFUSAL_MS) heardAt = now
    if (now - heardAt > HANGING_MS) {
      await server.kill()
      heardAt = Date.now()
    }
    await pause(10)
  }
}

function failure({ name, exit }: ServerProcess, what: string): EnvironmentError {
  const log = exit?.log ? `\nThe end of its log:\n${exit.log}` : ''
  return new EnvironmentError(`PostgreSQL ${name} does not run: ${what}.${log}`)
}
