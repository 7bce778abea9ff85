/** A harness that starts a worker, asks for a recipe, prints the worker's mark and waits to be killed. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'

const [python, fixtures, code] = process.argv.slice(2)
const mark = randomBytes(12).toString('hex')
const worker = spawn(python, ['-I', '-B', `${fixtures}/worker.py`], {
  env: { PGMATRIX_WORKER: mark },
  stdio: ['pipe', 'pipe', 'inherit'],
  detached: true,
})
const start = { family: 'fakes.serverless', driver: null, distributions: [], memory: 2 ** 31 }
const endpoint = { host: '/nowhere', port: 5432, user: 'probe', database: 'w1' }
const literal = { json: 1 }
const request = {
  kind: 'recipe',
  id: 1,
  nonce: 'n',
  endpoint,
  surroundings: { values: {}, files: {}, deeds: [] },
  given: null,
  recipe: { code, file: 'f', line: 1 },
  value: literal,
  expect: literal,
  deadline: 60,
}
for (const message of [start, request]) worker.stdin.write(`${JSON.stringify(message)}\n`)
console.log(mark)
