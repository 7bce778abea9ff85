/** Labels of all that we create on an engine: they tell whose it is, and whether that owner is dead. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { z } from 'zod'
import { isErrno } from '../load/errno.js'
import { pidNamespace, startOf } from '../servers/process-table.js'
import type { Role } from './contract.js'

export const LABELS = {
  run: 'pgmatrix.run',
  role: 'pgmatrix.role',
  owner: 'pgmatrix.owner',
  expires: 'pgmatrix.expires',
} as const

/** Of kept images; a container that somebody makes from one inherits it and is not ours. */
export const ENVIRONMENT_ROLE = 'environment'

/** Of containers and networks. */
const ROLES = {
  server: true,
  pooler: true,
  worker: true,
  relay: true,
  builder: true,
  maker: true,
  network: true,
} satisfies Record<Role, true>

const labelsSchema = z.object({
  [LABELS.run]: z.string().regex(/^[0-9a-f]+$/),
  [LABELS.role]: z.string().refine((role) => Object.hasOwn(ROLES, role)),
  // The start may hold colons where ps told it.
  [LABELS.owner]: z.string().regex(/^[0-9a-f]{16}:[1-9]\d{0,9}:./),
  [LABELS.expires]: z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number),
})

/** This process as the label names it: `machine:pid:start`. */
const MACHINE = await machine()
const OWNER = `${MACHINE}:${process.pid}:${(await startOf(process.pid)) ?? ''}`

export interface Ownership {
  /** Hex. */
  readonly runId: string
  readonly role: Role
  readonly now: Date
  /** Seconds. */
  readonly lifetime: number
}

/** Labels in the name of this process. */
export function ownLabels({ runId, role, now, lifetime }: Ownership): Record<string, string> {
  return {
    [LABELS.run]: runId,
    [LABELS.role]: role,
    [LABELS.owner]: OWNER,
    [LABELS.expires]: String(epochSeconds(now) + Math.ceil(lifetime)),
  }
}

/** Whether they are labels of ours, and their owner is gone: by its process on this machine, by the clock elsewhere. */
export async function isDead(labels: unknown, now: Date): Promise<boolean> {
  const parsed = labelsSchema.safeParse(labels)
  if (!parsed.success) return false
  const [home = '', pid = '', ...start] = parsed.data[LABELS.owner].split(':')
  const isExpired = parsed.data[LABELS.expires] < epochSeconds(now)
  if (home !== MACHINE) return isExpired
  const running = await startOf(Number(pid))
  if (running === undefined && isHidden(Number(pid))) return isExpired
  return running !== start.join(':')
}

/** /proc may be mounted so that it shows no processes of other accounts (hidepid); signals tell of them. */
function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return isErrno(error, 'EPERM')
  }
}

function epochSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}

/** Where the same pid means the same process: one boot of one host, one pid namespace. 16 hex digits. */
async function machine(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  const words = [hostname(), boot.trim(), await pidNamespace()]
  return createHash('sha256').update(words.join('\0')).digest('hex').slice(0, 16)
}
