/** Repairs, written into the files. */
import { readFile, writeFile } from 'node:fs/promises'
import type { Fix, Problem } from './problem.js'

/** @returns how many were made. */
export async function applyFixes(problems: readonly Problem[]): Promise<number> {
  const fixes = problems.flatMap(({ fix }) => (fix ? [fix] : []))
  const files = [...new Set(fixes.map(({ file }) => file))]
  await Promise.all(
    files.map((path) =>
      fixFile(
        path,
        fixes.filter(({ file }) => file === path),
      ),
    ),
  )
  return fixes.length
}

async function fixFile(file: string, fixes: readonly Fix[]): Promise<void> {
  const text = await readFile(file, 'utf8')
  await writeFile(file, fixText(text, fixes))
}

/** From the back, so that the offsets hold. */
function fixText(text: string, fixes: readonly Fix[]): string {
  return fixes
    .toSorted((a, b) => b.start - a.start)
    .reduce(
      (fixed, { start, end, text: replacement }) => fixed.slice(0, start) + replacement + fixed.slice(end),
      text,
    )
}
