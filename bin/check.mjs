#!/usr/bin/env node
/** `npm run check`: everything that reads the code without running it, for TypeScript and Python alike. */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pLimit from 'p-limit'
import { toolPath } from '../dist/harness/tools/tool.js'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const node = (name, ...args) => [
  process.execPath,
  path.join(root, 'node_modules', ...name.split('/')),
  ...args,
]
const [ruff, mypy] = [await toolPath('ruff'), await toolPath('mypy')]

const CHECKS = {
  format: node('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'),
  lint: node(
    'oxlint/bin/oxlint',
    '--type-aware',
    '--quiet',
    'harness',
    'templates/script',
    'test',
    'bench',
    'bin',
  ),
  types: node('typescript/bin/tsc', '--noEmit', '-p', 'test/tsconfig.json'),
  "types of the site's script": node('typescript/bin/tsc', '-p', 'templates/script/tsconfig.json'),
  'unused code': node('knip/bin/knip.js'),
  'Python format': [ruff, 'format', '--check', '--quiet', 'python-fixtures'],
  'Python lint': [ruff, 'check', '--quiet', 'python-fixtures'],
  'Python types': [mypy, 'python-fixtures'],
  matrix: [process.execPath, 'bin/pgmatrix.js', 'lint'],
}

const limit = pLimit(2)
const results = await Promise.all(
  Object.entries(CHECKS).map(([name, words]) => limit(() => check(name, words))),
)
const failed = results.filter((passed) => !passed).length
process.exitCode = failed === 0 ? 0 : 1

function check(name, [command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.on('close', (code) => {
      process.stdout.write(code === 0 ? `✓ ${name}\n` : `✗ ${name}\n${output}\n`)
      resolve(code === 0)
    })
  })
}
