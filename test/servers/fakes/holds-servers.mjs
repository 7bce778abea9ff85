// A harness that starts servers, says where, and then neither stops them nor ends.
import { startServers } from '../../../dist/harness/servers/pool.js'

const servers = JSON.parse(process.argv[2])
const pool = await startServers(servers.map((server) => ({ server, profile: 'plain' })))
console.log(JSON.stringify({ folder: pool.folder }))
setInterval(() => undefined, 1000)
