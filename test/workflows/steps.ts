/** The commands of a workflow's steps, run here as a runner would run them; steps that use an action are left to the test. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const stepSchema = z.object({
  name: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.unknown()).default({}),
})
export type Step = z.infer<typeof stepSchema>

export function stepsOf(file: string, job?: string): readonly Step[] {
  const data = parse(readFileSync(file, 'utf8'))
  return z.array(stepSchema).parse(job === undefined ? data.runs.steps : data.jobs[job].steps)
}

export interface Surroundings {
  /** Where the commands run: a checkout. */
  readonly folder: string
  /** What `${{ … }}` stands for, by what is written between the braces. */
  readonly expressions: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

export interface StepEnded {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
}

/** @throws Error where there is no such step, or it asks for something that is not known */
export async function runStep(
  steps: readonly Step[],
  name: string,
  around: Surroundings,
): Promise<StepEnded> {
  const step = steps.find((one) => one.name === name)
  if (!step?.run)
    throw new Error(`no step "${name}" with commands: ${steps.map((one) => one.name).join(', ')}`)
  // GitHub puts these into the text of the script, where what they stand for could be code.
  if (step.run.includes('${{')) throw new Error(`"${name}" has an expression in its commands: pass it by env`)
  const files = mkdtempSync(path.join(tmpdir(), 'pgmatrix-step-'))
  const [output, summary] = [path.join(files, 'output'), path.join(files, 'summary')]
  for (const file of [output, summary]) writeFileSync(file, '')
  const own = Object.entries(step.env).map(([key, value]) => [key, filled(String(value), around)])
  const env = {
    ...process.env,
    ...Object.fromEntries(own),
    ...{ GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary },
    ...around.env,
  }
  const ended = await bash(step.run, around.folder, env)
  const lines = readFileSync(output, 'utf8').split('\n').filter(Boolean)
  const outputs = Object.fromEntries(
    lines.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]),
  )
  return { ...ended, outputs, summary: readFileSync(summary, 'utf8') }
}

function filled(value: string, { expressions }: Surroundings): string {
  return value.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const known = expressions[expression]
    if (known === undefined) throw new Error(`nobody has said what ${expression} is`)
    return known
  })
}

/** With the options of GitHub's runners. */
function bash(
  script: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const words = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script]
  return new Promise((resolve) => {
    execFile('bash', words, { cwd: folder, env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, stdout, stderr })
    })
  })
}
