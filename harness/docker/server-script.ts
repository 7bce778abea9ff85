/** What the first process of a server's container does, in place of the image's entry point, which starts a temporary server first. */
import { hasCopies, profileFiles, profileRules, profileSettings, type Equipment } from '../servers/profile.js'
import { PORT, settings } from '../servers/settings.js'

/** Where the server keeps all that it writes: the one place that is not read-only. */
export const SERVER_FOLDER = '/pgmatrix'

/**
 * Reads files from its input, makes a cluster and becomes the server, which the input's end stops. Words: the folder, whether the
 * server may end before its input does (then a copy of it serves on), and name and bytes of each file: `password` is the superuser's,
 * `settings` and `pg_hba.conf` are the server's, as are all others.
 */
const SCRIPT = `
set -eu
umask 077
cd "$1"
lasting=$2
shift 2
mkdir files
while [ $# -gt 0 ]; do
  head -c "$2" > "files/$1"
  shift 2
done
initdb -D data -U postgres --no-sync -E UTF8 --locale=C -A scram-sha-256 --pwfile=files/password > /dev/null
rm files/password
cat files/settings >> data/postgresql.conf
rm files/settings
mv files/* data/
exec 3<&0 < /dev/null
if [ "$lasting" = yes ]; then
  postgres -D data 3<&- &
  cat <&3 > /dev/null
  exit
fi
(cat <&3 > /dev/null; kill -INT $$) &
exec 3<&- postgres -D data
`

export interface ServerInput {
  readonly major: number
  readonly runId: string
  readonly password: string
  readonly equipment: Equipment
  /** Address under which the engine's own machine is seen in the network, if it is. */
  readonly gateway: string | undefined
}

export interface ServerStart {
  readonly command: readonly string[]
  /** For its input. */
  readonly text: string
}

export function serverStart({ major, runId, password, equipment, gateway }: ServerInput): ServerStart {
  const more = profileSettings(equipment, major)
  const files = {
    ...profileFiles(equipment),
    settings: settings({ major, runId, door: { listen: '*' }, port: PORT, more }),
    'pg_hba.conf': rules(equipment, gateway),
    password: `${password}\n`,
  }
  const sizes = Object.entries(files).flatMap(([name, text]) => [name, String(Buffer.byteLength(text))])
  const lasting = equipment.profile === 'failover' ? 'yes' : 'no'
  return {
    command: ['sh', '-c', SCRIPT, 'server', SERVER_FOLDER, lasting, ...sizes],
    text: Object.values(files).join(''),
  }
}

/** The probes' role needs no password inside a network that holds nobody else; the engine's own machine is outside. */
function rules(equipment: Equipment, gateway: string | undefined): string {
  return [
    ...(gateway === undefined ? [] : [`host all,replication all ${gateway}/32 reject`]),
    // Nobody but the server and its copies is on the loopback.
    ...(hasCopies(equipment) ? ['host replication postgres 127.0.0.1/32 trust'] : []),
    ...profileRules(equipment, 'samenet'),
    'host all postgres samenet scram-sha-256',
    'host all probe samenet trust',
    '',
  ].join('\n')
}
