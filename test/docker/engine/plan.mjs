#!/usr/bin/env node
/**
 * The stand-ins to make, one a line, latest first: image, recipe, base, major version, version, source. Images, versions and binaries are
 * those of the matrix. Of what no recipe can make, a line on stderr says why.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'

const matrix = new URL('../../../matrix/', import.meta.url)
const read = (name) => parse(readFileSync(new URL(name, matrix), 'utf8'))
const versions = path.join(process.argv[2] ?? '', 'versions')
const pyenv = existsSync(versions) ? readdirSync(versions) : []

const { servers, pooler } = read('servers.yaml')
const lines = [
  ...read('pythons.yaml').pythons.map(pythonLine),
  ...servers.toReversed().map(serverLine),
  // The release of its tag is Debian's to choose.
  [pooler.image, 'pgbouncer/debian', 'sid', '-', '-'],
]
for (const line of lines) if (line) console.log(line.join(' '))

function serverLine({ id, version, image, binaries }) {
  const found = binaries?.['linux-x64']
  if (!found) return [image, 'postgres/debian', 'sid', id, version]
  return [
    image,
    'postgres/embedded',
    'bookworm',
    id,
    version,
    `${found.name}@${found.version}#${found.integrity}`,
  ]
}

function pythonLine({ version, image }) {
  if (version === '3.14' || version === '3.15') return [image, 'python/debian', 'sid', version, version]
  const releases = pyenv.filter((name) => name.startsWith(`${version}.`))
  const newest = releases.toSorted((a, b) => patch(a) - patch(b)).at(-1)
  if (newest) return [image, 'python/pyenv', 'bookworm', version, newest, path.join(versions, newest)]
  console.error(`no ${image}: pyenv has no Python ${version}`)
}

function patch(release) {
  return Number(release.split('.')[2])
}
