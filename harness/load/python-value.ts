/** `value`, `expect` and their `-python` forms. */
import { isMap, isScalar, visit, type Node, type Scalar } from 'yaml'
import type { PythonValue } from '../core/matrix.js'
import type { Problem } from './problem.js'
import { nodeAt, placeAt, keyPlace, type YamlFile } from './yaml-file.js'

/** Undefined where neither form is given. */
export function pythonValue(
  file: YamlFile,
  key: 'value' | 'expect',
  given: { readonly json: unknown; readonly python: string | undefined },
  problems: Problem[],
): PythonValue | undefined {
  const node = nodeAt(file, [key])
  const { json, python } = given
  if (node && python !== undefined) {
    problems.push({
      place: keyPlace(file, [`${key}-python`]),
      message: `${key} is given twice`,
      hint: `keep ${key} or ${key}-python`,
    })
  }
  if (python !== undefined) return { python }
  if (!node) return undefined
  problems.push(...lossyNodes(file, key, node))
  return { json: json ?? null }
}

/** What YAML can say and JSON, as JavaScript writes it, cannot: it would reach Python as something else. */
function lossyNodes(file: YamlFile, key: string, root: Node): Problem[] {
  const problems: Problem[] = []
  const report = (node: Node, message: string): void => {
    problems.push({ place: placeAt(file, node.range?.[0] ?? 0), message, hint: `write it as ${key}-python` })
  }
  visit(root, {
    Scalar: (_, node) => {
      const loss = numberLoss(node)
      if (loss !== undefined) report(node, loss)
    },
    Map: (_, map) => {
      for (const { key: name } of map.items) {
        if (isScalar(name) && typeof name.value !== 'string')
          report(name, `the key ${String(name.value)} would become text`)
        if (isMap(name)) report(name, 'a key must be text')
      }
    },
  })
  return problems
}

function numberLoss({ value, source }: Scalar): string | undefined {
  if (typeof value !== 'number') return undefined
  if (!Number.isFinite(value)) return `${source} is not a number of JSON`
  const isFloat = /[.eE]/.test(source ?? '') && !source?.startsWith('0x')
  if (isFloat && Number.isInteger(value)) return `${source} would become the integer ${value}`
  if (!isFloat && !Number.isSafeInteger(value)) return `${source} is too large to pass through JSON exactly`
  return undefined
}
