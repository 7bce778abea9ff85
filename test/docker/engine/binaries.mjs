#!/usr/bin/env node
/** Folders of PostgreSQL's binaries, one a line, from the project's cache. Arguments: `name@version#integrity`. */
import path from 'node:path'
import { cacheRoot } from '../../../dist/harness/cache.js'
import { installBinaries } from '../../../dist/harness/servers/binaries.js'

for (const source of process.argv.slice(2)) {
  const [, name, version, integrity] = /^(.+)@(.+?)#(.+)$/.exec(source)
  console.log(
    path.join(await installBinaries({ name, version, integrity }, { cache: cacheRoot() }), 'native'),
  )
}
