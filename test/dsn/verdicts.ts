/** The cells that `run --json` tells of. */
import { z } from 'zod'
import type { Ended } from '../commands/program.js'

const cellSchema = z.object({
  kind: z.literal('cell'),
  client: z.string(),
  probe: z.string(),
  verdict: z.string(),
  reason: z.string(),
})

/** In the order of their ids: lanes differ. */
export function verdicts({ stdout }: Ended): z.infer<typeof cellSchema>[] {
  const events = stdout
    .trim()
    .split('\n')
    .map((line): { type?: string; cell?: unknown } => JSON.parse(line))
  const cells = events.flatMap(({ cell }) => cellSchema.safeParse(cell).data ?? [])
  const key = ({ client, probe }: z.infer<typeof cellSchema>) => `${client}/${probe}`
  return cells.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}
