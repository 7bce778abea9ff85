/** A TOML file of a project, checked by a schema of what is read from it. */
import { parse, TomlError } from 'smol-toml'
import type { z } from 'zod'
import { UsageError } from '../core/runtime.js'
import { readText } from './text.js'

/** @throws UsageError with file, line and column, or with the key that is otherwise than it should be. */
export async function readToml<T>(file: string, schema: z.ZodType<T>, next: string): Promise<T> {
  const parsed = schema.safeParse(parseToml(file, await readText(file)))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const key = issue?.path.map(String).join('.') ?? ''
  throw new UsageError(
    `${file}: ${key ? `${key}: ` : ''}${issue?.message ?? 'is otherwise than expected'}. ${next}`,
  )
}

function parseToml(file: string, text: string): unknown {
  try {
    return parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    // The message goes on with the lines around the place.
    const reason = error.message.split('\n')[0]?.replace('Invalid TOML document: ', '') ?? ''
    throw new UsageError(`${file}:${error.line}:${error.column}: ${reason}. A TOML file is needed.`)
  }
}
