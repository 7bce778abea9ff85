/** A harness that has started a builder and does nothing more, to be killed. */
import { homedir } from 'node:os'
import { engineAddress } from '../../../dist/harness/docker/address.js'
import { Builder } from '../../../dist/harness/docker/builder.js'
import { openEngine } from '../../../dist/harness/docker/engine.js'

const engine = await openEngine(await engineAddress(process.env, homedir()), { lifetime: 600 })
const builder = await Builder.start(engine, JSON.parse(process.argv[2]))
process.stdout.write(`${engine.runId}\n`)
await builder.answer()
