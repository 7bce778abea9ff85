/** One call of ruff over Python texts. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { EnvironmentError } from '../core/runtime.js'
import { runCommand } from '../tools/command.js'
import { temporaryFolder } from '../temporary.js'

/** Syntax, undefined names, unused imports and variables, redefinitions. */
const RULES = ['E9', 'F']
/** Seconds. */
const DEADLINE = 60

export interface PythonText {
  readonly text: string
  /** Oldest Python on which it has to run, as ruff writes it: `py38`. */
  readonly target: string
}

export interface Finding {
  /** Index of the text. */
  readonly index: number
  /** `F821`; undefined where the code does not compile. */
  readonly rule?: string
  readonly message: string
  /** 1-based. */
  readonly row: number
  readonly column: number
}

const outputSchema = z.array(
  z.object({
    filename: z.string(),
    code: z.string().nullable(),
    message: z.string(),
    location: z.object({ row: z.number(), column: z.number() }),
  }),
)

/**
 * @param ruff path of the program, see tools/tool.ts
 * @throws EnvironmentError when it does not run.
 */
export async function runRuff(ruff: string, texts: readonly PythonText[]): Promise<Finding[]> {
  if (texts.length === 0) return []
  await using temporary = await temporaryFolder('lint')
  const { folder } = temporary
  await writeTexts(folder, texts)
  const args = ['check', '--no-cache', '--exit-zero', '--quiet', '--output-format=json']
  const settings = ['--config', join(folder, 'ruff.toml'), folder]
  const options = { env: {}, deadline: DEADLINE, cwd: folder }
  const { code, stdout, stderr } = await runCommand(ruff, [...args, ...settings], options)
  if (code !== 0) throw failed(stderr.trim() || `exit code ${code}`)
  return outputSchema.parse(JSON.parse(stdout)).map(({ filename, code: rule, message, location }) => ({
    index: Number(/(\d+)\.py$/.exec(relative(folder, filename))?.[1]),
    ...(rule !== null && /^[A-Z]+\d+$/.test(rule) && { rule }),
    message: message.replace(/^SyntaxError: /, ''),
    ...location,
  }))
}

async function writeTexts(folder: string, texts: readonly PythonText[]): Promise<void> {
  const targets = [...new Set(texts.map(({ target }) => target))]
  const versions = targets.map((target) => `"${target}/*.py" = "${target}"`)
  const settings = `lint.select = ${JSON.stringify(RULES)}\n[per-file-target-version]\n${versions.join('\n')}\n`
  await Promise.all(targets.map((target) => mkdir(join(folder, target))))
  await Promise.all([
    writeFile(join(folder, 'ruff.toml'), settings),
    ...texts.map(({ text, target }, index) => writeFile(join(folder, target, `${index}.py`), text)),
  ])
}

function failed(reason: string): EnvironmentError {
  return new EnvironmentError(
    `ruff, which checks the Python of recipes, failed: ${reason}; remove the tools folder of the cache to have it installed anew`,
  )
}
