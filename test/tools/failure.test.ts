import { describe, expect, it } from 'vitest'
import { failureKind, publicMessage } from '../../harness/tools/failure.js'

// What uv 0.13 and pip 23 really said.
const MESSAGES = {
  refusedConnection: `error: Request failed after 3 retries in 5.1s
  cause: Failed to fetch: http://127.0.0.1:9/simple/psycopg2-binary/
  cause: Connection refused (os error 111)`,
  noName: `error: Request failed after 3 retries in 9.9s
  cause: failed to lookup address information: Name or service not known`,
  offline: `error: No solution found when resolving dependencies
  cause: Because psycopg2-binary was not found in the cache and you require psycopg2-binary==2.9.13, we can conclude that your requirements are unsatisfiable.

hint: Packages were unavailable because the network was disabled.`,
  pipOffline: `WARNING: Retrying after connection broken by 'NewConnectionError('Failed to establish a new connection')'
ERROR: Could not find a version that satisfies the requirement uv==0.13.9 (from versions: none)`,
  fullDisk: `error: Failed to download \`psycopg2-binary==2.9.13\`
  cause: failed to write to file \`/var/cache/pgmatrix/uv/.tmpUniqGQ/x.so\`: No space left on device (os error 28)`,
  noSuchVersion: `error: No solution found when resolving dependencies
  cause: Because there is no version of psycopg2-binary==2.9.999 and you require psycopg2-binary==2.9.999, we can conclude`,
  noSuchPackage: `error: No solution found when resolving dependencies
  cause: Because nosuch-zz was not found in the package registry and you require nosuch-zz==1, we can conclude`,
  pipSilentIndex: `ERROR: Could not find a version that satisfies the requirement uv==0.13.9 (from versions: none)
ERROR: No matching distribution found for uv==0.13.9`,
  noWheel: `Using Python 3.13.0 environment at: b-f
error: No solution found when resolving dependencies
  cause: Because psycopg2-binary==2.8.6 has no usable wheels and you require psycopg2-binary==2.8.6, we can conclude`,
  noCompiler: `error: Failed to build \`pygresql==6.2.3\`
         [stderr]
         error: [Errno 2] No such file or directory: 'gcc'`,
  noCompilerEither: `error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory`,
  noCompilerOn38: `unable to execute 'gcc': No such file or directory
error: command 'gcc' failed with exit status 1`,
  noPgConfig: `         /bin/sh: 1: pg_config: not found
         Exception: pg_config tool is not available.`,
  noPgConfigEither: `         Error: pg_config executable not found.`,
  python2: `           File "<string>", line 51
             raise Exception, "pg_config tool is not available."
         SyntaxError: invalid syntax`,
  noHeader: `ext/pgconn.c:17:10: fatal error: libpq-fe.h: No such file or directory
         error: command '/usr/bin/gcc' failed with exit code 1`,
  badSource: `         pgmodule.c:12:3: error: unknown type name 'PyUnicode'
         error: command '/usr/bin/gcc' failed with exit code 1`,
  wrongHash: `error: Failed to download \`psycopg2-binary==2.9.13\`
  cause: Hash mismatch for \`psycopg2-binary==2.9.13\``,
  contradiction:
    'error: Because you require sqlalchemy<2 and sqlalchemy==2.1.9, we can conclude that they are unsatisfiable.',
}

describe('failureKind', () => {
  it.each([
    ['refusedConnection', 'network'],
    ['noName', 'network'],
    ['offline', 'network'],
    ['pipOffline', 'network'],
    ['fullDisk', 'storage'],
    ['noSuchVersion', 'gone'],
    ['noSuchPackage', 'gone'],
    ['pipSilentIndex', 'gone'],
    ['noWheel', 'refused'],
    ['wrongHash', 'refused'],
    ['contradiction', 'refused'],
    ['noCompiler', 'lacking'],
    ['noCompilerEither', 'lacking'],
    ['noCompilerOn38', 'lacking'],
    ['noPgConfig', 'lacking'],
    ['noPgConfigEither', 'lacking'],
    ['noHeader', 'lacking'],
    ['badSource', 'refused'],
    ['python2', 'refused'],
  ] as const)('%s is %s', (message, kind) => {
    expect(failureKind(MESSAGES[message])).toBe(kind)
  })
})

describe('publicMessage', () => {
  it.each([
    ['url (https://user:secret@index.example/simple/a/)', 'url (<address>)'],
    ['file `/home/ann/.cache/uv/x.whl`: broken', 'file `<path>`: broken'],
    ['from /home/ann/a to ../b/c', 'from <path> to <path>'],
    ['Python 3.13 and/or psycopg2-binary==2.9', 'Python 3.13 and/or psycopg2-binary==2.9'],
    ['Using Python 3.13.0 environment at: b-f\nerror: no\n\nhint: yes', 'error: no\nhint: yes'],
  ])('%s becomes %s', (output, published) => {
    expect(publicMessage(output)).toBe(published)
  })

  it('has the end of a build, where the reason stands', () => {
    const output = `error: Failed to build \`a==1\`\n  [stdout]\n${'running\n'.repeat(500)}  [stderr]\n  error: broken`
    expect(publicMessage(output)).toMatch(/^error: Failed to build `a==1`\n[^]*error: broken$/)
  })

  it('is cut where it has no end', () => {
    expect(publicMessage('x'.repeat(5000)).length).toBeLessThan(1000)
    expect(publicMessage('line\n'.repeat(500)).split('\n').length).toBeLessThan(20)
  })
})
