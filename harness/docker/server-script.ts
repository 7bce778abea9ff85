/** What the first process of a server's container does, in place of the image's entry point, which starts a temporary server first. */
import { settings } from '../servers/settings.js'

/** Where the server keeps all that it writes: the one place that is not read-only. */
export const SERVER_FOLDER = '/pgmatrix'

/**
 * Reads three files from its input, makes a cluster and becomes the server, which the input's end stops.
 * Words: bytes of the settings, of the host rules, of the password; the folder.
 */
const SCRIPT = `
set -eu
umask 077
cd "$4"
head -c "$1" > settings
head -c "$2" > rules
head -c "$3" > password
initdb -D data -U postgres --no-sync -E UTF8 --locale=C -A scram-sha-256 --pwfile=password > /dev/null
rm password
cat settings >> data/postgresql.conf
mv rules data/pg_hba.conf
exec 3<&0 < /dev/null
(cat <&3 > /dev/null; kill -INT $$) &
exec 3<&- postgres -D data
`

export interface ServerInput {
  readonly major: number
  readonly runId: string
  readonly password: string
  /** Address under which the engine's own machine is seen in the network, if it is. */
  readonly gateway: string | undefined
}

export interface ServerStart {
  readonly command: readonly string[]
  /** For its input. */
  readonly text: string
}

export function serverStart(input: ServerInput): ServerStart {
  const files = [
    settings({ major: input.major, runId: input.runId, door: { listen: '*' } }),
    rules(input.gateway),
    `${input.password}\n`,
  ]
  const sizes = files.map((text) => String(Buffer.byteLength(text)))
  return {
    command: ['sh', '-c', SCRIPT, 'server', ...sizes, SERVER_FOLDER],
    text: files.join(''),
  }
}

/** The probes' role needs no password inside a network that holds nobody else; the engine's own machine is outside. */
function rules(gateway: string | undefined): string {
  const outside = gateway === undefined ? [] : [`host all all ${gateway}/32 reject`]
  return [...outside, 'host all postgres samenet scram-sha-256', 'host all probe samenet trust', ''].join(
    '\n',
  )
}
