/** Asks an engine that misbehaves, has a container of it, and closes it: nothing of that may keep this process. */
import { openEngine } from '../../../dist/harness/docker/engine.js'

const [path] = process.argv.slice(2)
const address = { kind: 'unix', shown: `unix://${path}`, path }
const engine = await openEngine(address, { lifetime: 60, deadline: 0.3 })
const wanted = { role: 'worker', purpose: 'a test', image: 'i', command: [], user: '1:1', network: null }
await engine.start({ ...wanted, memory: 1, pids: 1, tmpfs: {}, env: {} }).catch(() => {})
await engine.ask('listing networks', (docker) => docker.listNetworks()).catch(() => {})
await engine[Symbol.asyncDispose]()
console.log('closed')
