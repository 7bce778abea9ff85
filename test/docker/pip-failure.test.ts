import { describe, expect, it } from 'vitest'
import { pipFailureError, pipFailureKind } from '../../harness/docker/pip-failure.js'

// What pip 23 really said, with what python-fixtures/containers/build.py adds from its log.
const NONE = `ERROR: Could not find a version that satisfies the requirement a==1.0 (from versions: none)
ERROR: No matching distribution found for a==1.0`
const SOME = NONE.replace('none', '2.0, 2.1')

const MESSAGES = {
  otherPython: `${SOME}\nIt has wheels, and none fits this Python and platform.`,
  onlyOtherPython: `${NONE}\nIt has files that require a different Python.`,
  onlySources: `${NONE}\nIt has sources, which are not built here.`,
  wrongHash: `ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.`,
  noSuchRelease: `${SOME}\nThe index has no file of this release.`,
  noSuchProject: `${NONE}\nCould not fetch URL https://index.example/simple/a/: 404 Client Error: Not Found for url: https://index.example/simple/a/ - skipping`,
  untrusted: `WARNING: Retrying (Retry(total=0)) after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))': /simple/a/\n${NONE}`,
  denied: `${NONE}\nCould not fetch URL https://****@index.example/simple/a/: 403 Client Error: Forbidden for url - skipping`,
  proxy: `${NONE}\nCould not fetch URL https://index.example/simple/a/: connection error: Max retries exceeded (Caused by ProxyError('Cannot connect to proxy.')) - skipping`,
  noName: `${NONE}\nCould not fetch URL https://index.example/a/: connection error: [Errno -3] Temporary failure in name resolution - skipping`,
  full: 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
}

describe('pipFailureKind', () => {
  it.each([
    ['otherPython', 'refused'],
    ['onlyOtherPython', 'refused'],
    ['onlySources', 'refused'],
    ['wrongHash', 'refused'],
    ['noSuchRelease', 'gone'],
    ['noSuchProject', 'gone'],
    ['untrusted', 'network'],
    ['denied', 'network'],
    ['proxy', 'network'],
    ['noName', 'network'],
    ['full', 'storage'],
  ] as const)('%s is %s', (message, kind) => {
    expect(pipFailureKind(MESSAGES[message])).toBe(kind)
  })
})

describe('pipFailureError', () => {
  it.each([
    [
      'untrusted',
      /^installing a failed: the package index was not reached; its certificate .*--ca-bundle FILE/,
    ],
    ['proxy', /was not reached; check that containers .*index-url, proxy.*--ca-bundle/],
    ['denied', /was not reached; it refuses us: .*index-url/],
    ['noSuchRelease', /has no such release; choose another release/],
    ['full', /does not fit .*; install less/],
  ] as const)('%s has a next step', (message, expected) => {
    const error = pipFailureError('installing a', MESSAGES[message])
    expect(error).toMatchObject({ name: 'EnvironmentError', message: expect.stringMatching(expected) })
    expect(error.message).not.toContain('index.example')
  })
})
