import { setTimeout as pause } from 'node:timers/promises'

/** Waits until `check` holds, at most 20 s; resolves to whether it did. */
export async function eventually(check: () => Promise<boolean> | boolean): Promise<boolean> {
  const patience = Date.now() + 20_000
  while (Date.now() < patience) {
    if (await check()) return true
    await pause(50)
  }
  return false
}
