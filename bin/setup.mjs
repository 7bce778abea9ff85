#!/usr/bin/env node
/**
 * What `npm start` and `npm test` need before anything else: dependencies as locked, and the compiled program.
 * Plain JavaScript without imports from node_modules, since those are what it installs.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const inRoot = (...parts) => path.join(root, ...parts)

const TSC = inRoot('node_modules', 'typescript', 'bin', 'tsc')
const NPM_CI = [
  ...['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
  // No dependency needs its install script: they would only compile optional accelerators.
  '--ignore-scripts',
  // npm's own pauses between retries add up to minutes for each package; without a network that is no use to anybody.
  ...[
    '--prefer-offline',
    '--fetch-retries=1',
    '--fetch-retry-mintimeout=500',
    '--fetch-retry-maxtimeout=2000',
  ],
]

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node ${process.versions.node} is too old: pgmatrix needs 20.19 or newer`, 3)
}

installDependencies()
compile()
bundle('site.ts', 'site.js')
bundle('matrix-page.ts', 'matrix.js')

function installDependencies() {
  const stamp = inRoot('node_modules', '.pgmatrix-installed')
  const wanted = createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.error('· installing the dependencies')
  run('npm', NPM_CI, 'The npm registry must be reachable once; after that no network is needed.')
  // npm leaves out an optional package that it cannot fetch, and the compiler for this platform is one.
  run(
    process.execPath,
    [TSC, '--version'],
    'Its part for this platform was not installed: run again once the npm registry has it.',
    'ignore',
  )
  writeFileSync(stamp, wanted)
}

function compile() {
  run(
    process.execPath,
    [TSC, '-p', inRoot('tsconfig.json')],
    'The sources do not compile: `npm run check` tells more.',
  )
  for (const name of readdirSync(inRoot('dist'), { recursive: true })) {
    if (name.endsWith('.js') && !existsSync(inRoot(name.replace(/js$/, 'ts')))) removeCompiled(name)
  }
}

/** A script of the site: one file that browsers take without modules, since a page on a disk may load none. */
function bundle(source, name) {
  const made = inRoot('dist', 'templates', 'script', name)
  run(
    process.execPath,
    [
      inRoot('node_modules', 'rolldown', 'bin', 'cli.mjs'),
      ...[inRoot('templates', 'script', source), '--file', made],
      ...[
        '--format',
        'iife',
        '--name',
        'pgmatrix',
        '--minify',
        '--platform',
        'browser',
        '--log-level',
        'warn',
      ],
    ],
    'The script of the site does not compile: `npm run check` tells more.',
    'ignore',
  )
}

/** Of a source that is gone: nobody may import it, and it must not be packed. */
function removeCompiled(name) {
  for (const path of [name, `${name}.map`]) rmSync(inRoot('dist', path), { force: true })
}

function run(command, args, next, output = 2) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', output, 2] })
  if (status !== 0)
    fail(
      `\`${path.basename(command)} ${path.basename(args[0])}\` failed${error ? `: ${error.message}` : ''}. ${next}`,
      3,
    )
}

function fail(message, code) {
  console.error(message)
  process.exit(code)
}
