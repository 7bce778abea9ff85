import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { EnvironmentError, UsageError } from '../../harness/core/runtime.js'
import { credentials } from '../../harness/docker/credentials.js'

const INDEX = 'https://index.example/v1/'
const SECRET = 'a: secret'
const auth = Buffer.from(`me:${SECRET}`).toString('base64')
const mine = { username: 'me', password: SECRET }

/** A home with a Docker configuration, and with credential helpers on its PATH. */
function home(config: unknown, helpers: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmatrix-docker-config-'))
  mkdirSync(path.join(folder, '.docker'))
  writeFileSync(
    path.join(folder, '.docker', 'config.json'),
    typeof config === 'string' ? config : JSON.stringify(config),
  )
  for (const [name, script] of Object.entries(helpers)) {
    const file = path.join(folder, `docker-credential-${name}`)
    writeFileSync(file, `#!/bin/sh\n${script}\n`)
    chmodSync(file, 0o755)
  }
  return folder
}

function login(registry: string | undefined, folder: string, deadline = 10) {
  const env = { PATH: `${folder}:${process.env['PATH']}`, UNSET: undefined }
  return credentials(registry, { env, home: folder, deadline, index: () => Promise.resolve(INDEX) })
}

/** Answers for the server that it is asked for, as the protocol has it: on its standard input. */
const ANSWER = `[ "$1" = get ] && read server; echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"$server\\",\\"Secret\\":\\"${SECRET}\\"}"`

it.each<[what: string, registry: string | undefined, config: unknown, found: object | undefined]>([
  ['a host', 'r.example:5000', { auths: { 'r.example:5000': { auth } } }, mine],
  ['a host as an address', 'r.example', { auths: { 'https://r.example/v1/': { auth } } }, mine],
  [
    'a host, where an older version of the CLI left another',
    'r.example',
    { auths: { 'https://r.example/v1/': { auth: 'eDp5' }, 'r.example': { auth } } },
    mine,
  ],
  ['another port', 'r.example:5000', { auths: { 'r.example': { auth } } }, undefined],
  ['the default registry', undefined, { auths: { [INDEX]: { auth } } }, mine],
  ['the default registry by its name', 'example', { auths: { [INDEX]: { auth } } }, mine],
  ['another than the default one', 'other.example', { auths: { [INDEX]: { auth } } }, undefined],
  [
    'an identity token',
    'r.example',
    { auths: { 'r.example': { auth, identitytoken: 't' } } },
    { identitytoken: 't' },
  ],
  ['nobody logged in', 'r.example', { auths: { 'r.example': {} } }, undefined],
  ['other settings alone', 'r.example', { currentContext: 'x', auths: null }, undefined],
])('%s', async (_, registry, config, found) => {
  const got = await login(registry, home(config))
  const server = registry === undefined || registry === 'example' ? INDEX : registry
  expect(got).toEqual(found && { ...found, serveraddress: server })
})

it('there is no configuration: nobody is asked for anything', async () => {
  const index = () => Promise.reject(new Error('asked'))
  const nowhere = mkdtempSync(path.join(tmpdir(), 'pgmatrix-no-config-'))
  expect(await credentials('r.example', { env: {}, home: nowhere, index })).toBeUndefined()
})

it('DOCKER_CONFIG names another folder', async () => {
  const folder = home({ auths: { 'r.example': { auth } } })
  const env = { DOCKER_CONFIG: path.join(folder, '.docker') }
  const got = await credentials('r.example', {
    env,
    home: '/nonexistent',
    index: () => Promise.resolve(INDEX),
  })
  expect(got).toMatchObject(mine)
})

it.each<
  [what: string, registry: string | undefined, config: unknown, helper: string, found: object | undefined]
>([
  ['a store for all', 'r.example', { credsStore: 'x' }, ANSWER, { username: 'r.example', password: SECRET }],
  [
    'a store, for the default one',
    undefined,
    { credsStore: 'x' },
    ANSWER,
    { username: INDEX, password: SECRET },
  ],
  [
    'a helper for one',
    'r.example',
    { credHelpers: { 'r.example': 'x' } },
    ANSWER,
    { username: 'r.example', password: SECRET },
  ],
  [
    'a helper before the store',
    'r.example',
    { credsStore: 'y', credHelpers: { 'r.example': 'x' } },
    ANSWER,
    { username: 'r.example', password: SECRET },
  ],
  [
    'a token',
    'r.example',
    { credsStore: 'x' },
    `echo '{"Username":"<token>","Secret":"t"}'`,
    { identitytoken: 't' },
  ],
  [
    'none stored',
    'r.example',
    { credsStore: 'x' },
    'echo "credentials not found in native keychain"; exit 1',
    undefined,
  ],
  [
    'none stored, and one in the file',
    'r.example',
    { credsStore: 'x', auths: { 'r.example': { auth } } },
    'echo "credentials not found in native keychain"; exit 1',
    mine,
  ],
])('a credential helper: %s', async (_, registry, config, helper, found) => {
  const got = await login(registry, home(config, { x: helper }))
  expect(got).toEqual(found && { ...found, serveraddress: registry ?? INDEX })
})

it.each<[what: string, config: unknown, reason: string]>([
  ['no JSON', `{"auths": "${SECRET}`, 'it is no JSON object'],
  ['odd auths', { auths: [SECRET] }, 'auths is not what the Docker CLI writes there'],
  [
    'an odd entry',
    { auths: { 'r.example': { auth: [SECRET] } } },
    'auths.r.example is not what the Docker CLI writes there',
  ],
  [
    'no base64',
    { auths: { 'r.example': { auth: `me:${SECRET}` } } },
    'auths.r.example.auth is not a name and a password in base64',
  ],
  [
    'no password',
    { auths: { 'r.example': { auth: Buffer.from(SECRET.replace(':', '')).toString('base64') } } },
    'auths.r.example.auth is not a name and a password in base64',
  ],
  ['a path as a helper', { credsStore: '../x' }, 'the name of a credential helper has odd characters'],
])('malformed, %s: names file and reason, and quotes nothing', async (_, config, reason) => {
  const folder = home(config)
  const error = await login('r.example', folder).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(UsageError)
  expect(String(error)).toContain(`${path.join(folder, '.docker', 'config.json')}: ${reason}. Mend it`)
  expect(String(error)).not.toContain('secret')
})

it.each([
  ['is missing', {}, 'did not start or did not end within 1 s'],
  ['hangs', { x: 'sleep 60' }, 'did not start or did not end within 1 s'],
  ['fails', { x: `echo ${SECRET}; exit 3` }, 'ended with 3'],
  ['answers something else', { x: `echo ${SECRET}` }, 'gave no credentials in its answer'],
])('a credential helper %s', async (_, helpers, how) => {
  const error = await login('r.example', home({ credsStore: 'x' }, helpers), 1).catch(
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(EnvironmentError)
  expect(String(error)).toMatch(/docker-credential-x, which .*config\.json names for r\.example, /)
  expect(String(error)).toContain(how)
  expect(String(error)).not.toContain('secret')
})
