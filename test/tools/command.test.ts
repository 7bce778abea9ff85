import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../../harness/tools/command.js'

const env = { PATH: process.env.PATH ?? '' }

function shell(script: string, deadline = 20) {
  return runCommand('/bin/sh', ['-c', script], { env, deadline })
}

describe('runCommand', () => {
  it('gives code and both outputs', async () => {
    expect(await shell('echo out; echo err >&2; exit 3')).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    })
  })

  it('feeds standard input, and survives who does not read it', async () => {
    expect(await runCommand('/bin/cat', [], { env, deadline: 20, input: 'hello' })).toMatchObject({
      stdout: 'hello',
    })
    const ignored = await runCommand('/bin/true', [], { env, deadline: 20, input: 'x'.repeat(1_000_000) })
    expect(ignored.code).toBe(0)
  })

  it('says what cannot be started', async () => {
    const result = await runCommand('/nowhere/python3', [], { env, deadline: 5 })
    expect(result.code).toBeNull()
    expect(result.stderr).toContain('ENOENT')
  })

  it('ends what hangs at the deadline, with what it started', async () => {
    const sign = join(await mkdtemp(join(tmpdir(), 'pgmatrix-test-')), 'still-alive')
    const result = await shell(`trap "" TERM; (sleep 1; touch ${sign}) & wait; sleep 60`, 0.3)
    expect(result).toMatchObject({ code: null, stderr: expect.stringContaining('no end after 0.3 s') })
    await sleep(1500)
    expect(existsSync(sign)).toBe(false)
    await rm(dirname(sign), { recursive: true })
  })

  it('keeps the end of an endless output', async () => {
    const result = await shell('yes | head -c 20000000; echo end')
    expect(result.stdout.length).toBeLessThanOrEqual(8_000_000)
    expect(result.stdout.endsWith('end\n')).toBe(true)
  })

  it('rejects with the reason of an abort', async () => {
    const stop = new AbortController()
    const running = runCommand('/bin/sleep', ['60'], { env, deadline: 60, signal: stop.signal })
    stop.abort(new Error('Ctrl-C'))
    await expect(running).rejects.toThrow('Ctrl-C')
  })
})
