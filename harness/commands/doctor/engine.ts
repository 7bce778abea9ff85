/** The Docker engine, for `run --runtime docker`. */
import { homedir } from 'node:os'
import type { Finding } from './finding.js'

/** Loaded lazily: dockerode costs 150 ms. */
export async function engine(): Promise<Finding> {
  const subject = 'Docker'
  const [{ engineAddress }, { openEngine }] = await Promise.all([
    import('../../docker/address.js'),
    import('../../docker/engine.js'),
  ])
  try {
    const address = await engineAddress(process.env, homedir())
    await using engine = await openEngine(address, { lifetime: 60, deadline: 5 })
    const { Version, Arch } = await engine.ask('asking for its version', (docker) => docker.version())
    const text = `engine ${Version} (${Arch}) at ${engine.address}: --runtime docker uses it`
    return { subject, state: 'optional', text }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { subject, state: 'optional', text: reason }
  }
}
