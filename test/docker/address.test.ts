import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createServer, type TlsOptions } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { UsageError } from '../../harness/core/runtime.js'
import { engineAddress } from '../../harness/docker/address.js'
import { connect, newDocker } from '../../harness/docker/connection.js'
import { authority, issue } from './certificates.js'
import { ENGINE_SOCKET, engineEnvironment, lockedMatrix, onEngine } from './test-engine.js'
import { run } from '../commands/program.js'
import { GOOD } from '../run/fakes/recipes.js'
import { makeMatrix } from '../run/made-matrix.js'
import { spokenContainer } from './spoken-container.js'

const fixtures = fileURLToPath(new URL('address', import.meta.url))
const config = path.join(fixtures, 'config')
const NOBODY = '/nonexistent'

let folder: string
/** Folders with ca.pem, cert.pem and key.pem. */
let client: string
let stranger: string
let server: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'address-'))
  const ours = authority(path.join(folder, 'ours'))
  const other = authority(path.join(folder, 'other'))
  client = issue(ours, path.join(folder, 'client'))
  server = issue(ours, path.join(folder, 'server'), 'IP:127.0.0.1')
  stranger = issue(other, path.join(folder, 'stranger'))
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

function place(name: string, files: Readonly<Record<string, string>>): string {
  const made = path.join(folder, name)
  mkdirSync(made, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(made, file), text)
  return made
}

function pem(name: string, file: string): string {
  return readFileSync(path.join(name, file), 'utf8')
}

async function refusal(env: Record<string, string>): Promise<string> {
  const error = await engineAddress(env, NOBODY).catch((error: unknown) => error)
  if (error instanceof UsageError) return error.message
  throw new Error(`no refusal but ${String(error)}`)
}

describe('what DOCKER_HOST says', () => {
  it.each([
    ['unix:///run/other.sock', { kind: 'unix', path: '/run/other.sock', shown: 'unix:///run/other.sock' }],
    ['unix://', { kind: 'unix', path: '/var/run/docker.sock' }],
    [' unix:///run/other.sock\n', { kind: 'unix', path: '/run/other.sock' }],
    ['tcp://127.0.0.1:2375', { kind: 'tcp', host: '127.0.0.1', port: 2375, tls: null }],
    ['tcp://127.8.9.1', { kind: 'tcp', host: '127.8.9.1', port: 2375, tls: null }],
    ['tcp://localhost:99/', { kind: 'tcp', host: 'localhost', port: 99, shown: 'tcp://localhost:99' }],
    ['tcp://[::1]:99', { kind: 'tcp', host: '[::1]', port: 99, shown: 'tcp://[::1]:99' }],
    ['tcp://', { kind: 'tcp', host: 'localhost', port: 2375 }],
    ['tcp://:4243', { kind: 'tcp', host: 'localhost', port: 4243 }],
    ['127.0.0.1:4243', { kind: 'tcp', host: '127.0.0.1', port: 4243 }],
    ['localhost', { kind: 'tcp', host: 'localhost', port: 2375 }],
    ['ssh://box', { kind: 'ssh', host: 'box', user: undefined, port: undefined, shown: 'ssh://box' }],
    ['ssh://box/', { kind: 'ssh', socket: '/var/run/docker.sock' }],
    [
      'ssh://ada@box.example:2222/run/user/1000/docker.sock',
      {
        kind: 'ssh',
        host: 'box.example',
        user: 'ada',
        port: 2222,
        socket: '/run/user/1000/docker.sock',
        shown: 'ssh://ada@box.example:2222/run/user/1000/docker.sock',
      },
    ],
    ['ssh://ada@[fe80::1]:22', { kind: 'ssh', host: 'fe80::1', user: 'ada', port: 22 }],
    ['SSH://Box', { kind: 'ssh', host: 'Box' }],
  ])('%s', async (DOCKER_HOST, expected) => {
    expect(await engineAddress({ DOCKER_HOST }, NOBODY)).toMatchObject(expected)
  })

  it.each([
    ['unix://relative.sock', 'not absolute', 'unix:///relative.sock'],
    ['tcp://engine.example:2375', 'everybody on that network could become root', 'DOCKER_TLS_VERIFY=1'],
    ['tcp://10.0.0.5:2375', 'everybody on that network could become root', 'ssh://10.0.0.5'],
    ['engine.example', 'everybody on that network could become root', 'ssh://engine.example'],
    ['tcp://127.0.0.1.example:2375', 'everybody on that network', 'ssh://'],
    ['tcp://0.0.0.0:2375', 'everybody on that network', 'ssh://'],
    ['tcp://127.0.0.1:2375/prefix', 'it has a path (/prefix)', 'tcp://host:port'],
    ['tcp://127.0.0.1:99999', 'it is no address', 'tcp://host:port'],
    ['tcp://127.0.0.1:0', 'it is no address', 'tcp://host:port'],
    ['tcp://127.0.0.1?x=1', 'it is no address', 'tcp://host:port'],
    ['npipe:////./pipe/docker_engine', 'named pipes of Windows are not supported', 'WSL'],
    ['fd://', 'no engine is reached by fd:', 'unix://'],
    ['https://engine.example', 'no engine is reached by https:', 'tcp://'],
    ['constructor://x', 'no engine is reached by constructor:', 'ssh://'],
    ['ssh://', 'it is no address', 'ssh://user@host'],
    ['ssh://-oProxyCommand=evil', 'no name of a host', 'ssh://user@host'],
    ['ssh://-l@box', 'no name of a host', 'ssh://user@host'],
    ['ssh://$(evil)@box', 'no name of a host', 'ssh://user@host'],
    ['ssh://%2DoProxyCommand=evil', 'no name of a host', 'ssh://user@host'],
    ['ssh://box/%zz', '% in it', '%25'],
  ])('%s is refused', async (DOCKER_HOST, reason, next) => {
    const message = await refusal({ DOCKER_HOST })
    expect(message).toMatch(/^DOCKER_HOST: /)
    expect(message).toContain(reason)
    expect(message).toContain(next)
  })

  it.each([
    'ssh://ada:hunter2@box',
    'tcp://ada:hunter2@127.0.0.1',
    'ada:hunter2@127.0.0.1',
    'x://a:hunter2@y',
  ])('%s is refused, and its password not shown', async (DOCKER_HOST) => {
    expect(await refusal({ DOCKER_HOST })).not.toContain('hunter2')
  })
})

describe('certificates', () => {
  const DOCKER_HOST = 'tcp://engine.example'

  it('come from DOCKER_CERT_PATH, with the port that goes with them', async () => {
    const env = { DOCKER_HOST, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: client }
    const tls = {
      ca: pem(client, 'ca.pem'),
      cert: pem(client, 'cert.pem'),
      key: pem(client, 'key.pem'),
      verify: true,
    }
    expect(await engineAddress(env, NOBODY)).toEqual({
      kind: 'tcp',
      host: 'engine.example',
      port: 2376,
      tls,
      shown: 'tcp://engine.example:2376',
    })
  })

  it('come from the configuration else', async () => {
    const env = { DOCKER_HOST, DOCKER_TLS_VERIFY: '0', DOCKER_CONFIG: client }
    expect(await engineAddress(env, NOBODY)).toMatchObject({ tls: { verify: true } })
    const home = path.join(folder, 'home')
    issue(path.join(folder, 'ours'), path.join(home, '.docker'))
    expect(await engineAddress({ DOCKER_HOST, DOCKER_TLS_VERIFY: '1' }, home)).toMatchObject({
      tls: { cert: pem(path.join(home, '.docker'), 'cert.pem') },
    })
  })

  it('of the engine are not looked at where DOCKER_TLS alone is set, and none is needed', async () => {
    const tls = { ca: undefined, cert: undefined, key: undefined, verify: false }
    expect(await engineAddress({ DOCKER_HOST, DOCKER_TLS: '1' }, NOBODY)).toMatchObject({ tls, port: 2376 })
    const both = { DOCKER_HOST, DOCKER_TLS: '1', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: client }
    expect(await engineAddress(both, NOBODY)).toMatchObject({ tls: { verify: true } })
  })

  it('that are missing or wrong are refused with the name of the file', async () => {
    const verify = { DOCKER_HOST, DOCKER_TLS_VERIFY: '1' }
    expect(await refusal(verify)).toBe(
      'DOCKER_TLS_VERIFY: /nonexistent/.docker has no ca.pem, the certificate authority that the engine is to be known by. Put it there, or name its folder in DOCKER_CERT_PATH.',
    )
    const half = place('half', { 'ca.pem': pem(client, 'ca.pem'), 'cert.pem': pem(client, 'cert.pem') })
    expect(await refusal({ ...verify, DOCKER_CERT_PATH: half })).toMatch(
      /^DOCKER_CERT_PATH: \S+half has only one of cert\.pem and key\.pem/,
    )
    const mixed = place('mixed', {
      'ca.pem': pem(client, 'ca.pem'),
      'cert.pem': pem(client, 'cert.pem'),
      'key.pem': pem(stranger, 'key.pem'),
    })
    expect(await refusal({ ...verify, DOCKER_CERT_PATH: mixed })).toMatch(
      /the certificates in \S+mixed cannot be used: .*key values mismatch/,
    )
    const folders = place('folders', {})
    mkdirSync(path.join(folders, 'ca.pem'))
    expect(await refusal({ ...verify, DOCKER_CERT_PATH: folders })).toMatch(/ca\.pem cannot be read: EISDIR/)
  })
})

describe('contexts', () => {
  const workshop = { kind: 'ssh', host: 'workshop.example', user: 'ada', port: 2222 }

  it.each([
    ['of DOCKER_CONTEXT', { DOCKER_CONTEXT: 'workshop', DOCKER_CONFIG: config }, workshop],
    ['that is current', { DOCKER_CONFIG: path.join(fixtures, 'choosing') }, workshop],
    [
      'with a socket',
      { DOCKER_CONTEXT: 'desktop', DOCKER_CONFIG: config },
      { kind: 'unix', path: '/home/ada/.docker/desktop/docker.sock' },
    ],
    ['without a host', { DOCKER_CONTEXT: 'unsaid', DOCKER_CONFIG: config }, { path: '/var/run/docker.sock' }],
    [
      'that trusts everybody',
      { DOCKER_CONTEXT: 'trusting', DOCKER_CONFIG: config },
      { kind: 'tcp', tls: { verify: false, ca: undefined } },
    ],
    [
      'after DOCKER_HOST',
      { DOCKER_HOST: 'unix:///run/a.sock', DOCKER_CONTEXT: 'workshop', DOCKER_CONFIG: config },
      { path: '/run/a.sock' },
    ],
    [
      'called default',
      { DOCKER_CONTEXT: 'default', DOCKER_CONFIG: path.join(fixtures, 'choosing') },
      { kind: 'unix' },
    ],
  ])('%s', async (_, env, expected) => {
    expect(await engineAddress(env, NOBODY)).toMatchObject(expected)
  })

  it('bring certificates of their own', async () => {
    const DOCKER_CONFIG = path.join(folder, 'config')
    cpSync(config, DOCKER_CONFIG, { recursive: true })
    const id = createHash('sha256').update('open').digest('hex')
    cpSync(client, path.join(DOCKER_CONFIG, 'contexts', 'tls', id, 'docker'), { recursive: true })
    const found = await engineAddress({ DOCKER_CONTEXT: 'open', DOCKER_CONFIG }, NOBODY)
    expect(found).toMatchObject({ port: 2375, tls: { verify: true, key: pem(client, 'key.pem') } })
  })

  it.each([
    [
      { DOCKER_CONTEXT: 'gone', DOCKER_CONFIG: config },
      /^DOCKER_CONTEXT: there is no context "gone" .*context ls/,
    ],
    [
      { DOCKER_CONFIG: path.join(fixtures, 'dangling') },
      /dangling\/config\.json, currentContext: there is no context/,
    ],
    [
      { DOCKER_CONTEXT: 'cluster', DOCKER_CONFIG: config },
      /meta\.json: Endpoints\.docker is not what the Docker CLI writes there/,
    ],
    [
      { DOCKER_CONTEXT: 'open', DOCKER_CONFIG: config, DOCKER_TLS_VERIFY: '1' },
      /^context "open" \(.*meta\.json\): tcp:\/\/engine\.example:2375: without TLS/,
    ],
  ])('%o is refused', async (env, message) => {
    expect(await refusal(env)).toMatch(message)
  })

  it('of a damaged configuration are refused without a word of it, unless DOCKER_HOST is set', async () => {
    const text = '{ "auths": { "registry.example": { "auth": "c2VjcmV0" } }, oops'
    const DOCKER_CONFIG = place('broken', { 'config.json': text })
    expect(await refusal({ DOCKER_CONFIG })).toBe(
      `${DOCKER_CONFIG}/config.json: it is no JSON object. Mend it, or name an engine with DOCKER_HOST.`,
    )
    const DOCKER_HOST = 'unix:///run/a.sock'
    expect(await engineAddress({ DOCKER_HOST, DOCKER_CONFIG }, NOBODY)).toMatchObject({ path: '/run/a.sock' })
  })
})

describe('the usual socket', () => {
  it.each([
    [['system', 'home', 'rootless'], 'system'],
    [['home', 'rootless'], 'home'],
    [['rootless'], 'rootless'],
    [[], 'system'],
  ])('of those of %j', async (there, chosen) => {
    const root = mkdtempSync(path.join(folder, 'sockets-'))
    const sockets: Readonly<Record<string, string>> = {
      system: path.join(root, 'system.sock'),
      home: path.join(root, '.docker', 'run', 'docker.sock'),
      rootless: path.join(root, 'runtime', 'docker.sock'),
    }
    for (const name of there) {
      mkdirSync(path.dirname(sockets[name] ?? ''), { recursive: true })
      writeFileSync(sockets[name] ?? '', '')
    }
    const env = { XDG_RUNTIME_DIR: path.join(root, 'runtime') }
    expect(await engineAddress(env, root, sockets.system)).toMatchObject({
      kind: 'unix',
      path: sockets[chosen],
    })
  })
})

describe('docker-modem', () => {
  it.each([
    ['unix:///run/a.sock', { socketPath: '/run/a.sock', host: undefined, protocol: 'http' }],
    ['tcp://127.0.0.1:4243', { host: '127.0.0.1', port: 4243, protocol: 'http' }],
  ])('takes nothing of the environment for %s', async (DOCKER_HOST, expected) => {
    const address = await engineAddress({ DOCKER_HOST }, NOBODY)
    vi.stubEnv('DOCKER_HOST', 'ssh://eve:pw@other.example:99')
    vi.stubEnv('DOCKER_CERT_PATH', '/nonexistent')
    vi.stubEnv('DOCKER_TLS_VERIFY', '1')
    vi.stubEnv('DOCKER_PATH_PREFIX', '/other')
    vi.stubEnv('DOCKER_CLIENT_TIMEOUT', '1')
    await using connection = await connect(address)
    const nothing = {
      username: undefined,
      password: undefined,
      ca: undefined,
      cert: undefined,
      key: undefined,
    }
    expect(newDocker(connection.options).modem).toMatchObject({
      ...nothing,
      timeout: undefined,
      pathPrefix: '/',
      ...expected,
    })
    expect(process.env.DOCKER_HOST).toBe('ssh://eve:pw@other.example:99')
  })
})

/** In front of the engine, as a dockerd with --tlsverify is. */
async function tlsEngine(options: TlsOptions = {}): Promise<AsyncDisposable & { port: number }> {
  const files = { ca: pem(server, 'ca.pem'), cert: pem(server, 'cert.pem'), key: pem(server, 'key.pem') }
  const demands = { requestCert: true, rejectUnauthorized: true, allowHalfOpen: true }
  const proxy = createServer({ ...files, ...demands, ...options }, (socket) => {
    const engine = dial({ path: ENGINE_SOCKET, allowHalfOpen: true })
    socket.on('error', () => engine.destroy()).pipe(engine)
    engine.on('error', () => socket.destroy()).pipe(socket)
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  const bound = proxy.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return {
    port: bound.port,
    [Symbol.asyncDispose]: async () => {
      proxy.close()
    },
  }
}

describe('an engine behind TLS', () => {
  function over(
    port: number,
    certificates: string,
    more: Record<string, string> = { DOCKER_TLS_VERIFY: '1' },
  ) {
    const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_CERT_PATH: certificates, ...more }
    return engineAddress(env, NOBODY).then(connect)
  }

  it('answers, and gives containers whose streams go both ways', async () => {
    await using engine = await tlsEngine()
    await using connection = await over(engine.port, client)
    const docker = newDocker(connection.options)
    expect(String(await docker.ping())).toBe('OK')
    await using container = await spokenContainer(docker)
    expect(await container.say('hello over TLS\n')).toBe('hello over TLS\n')
    expect(await container.say('and again\n')).toBe('and again\n')
  })

  it('a whole run goes through it', async () => {
    await using proxy = await tlsEngine()
    const there = { DOCKER_HOST: `tcp://127.0.0.1:${proxy.port}`, DOCKER_CERT_PATH: client }
    const words = onEngine(lockedMatrix(makeMatrix({ good: GOOD })))
    const { stdout, stderr } = await run(words, {
      ...engineEnvironment(),
      ...there,
      DOCKER_TLS_VERIFY: '1',
    })
    expect(stderr).toContain('1 of 1 cells')
    expect(stdout).toContain('native 1')
  })

  it.each([
    [
      'with a certificate of another authority',
      'mixed',
      /self.signed|unable to (get|verify)/,
      /ca\.pem is not/,
    ],
    [
      'that wants a certificate of ours',
      'alone',
      /certificate required|alert/,
      /does not take our certificate/,
    ],
    ['that does not know ours', 'unknown', /unknown ca|alert|hang up|ECONNRESET/, /take our certificate/],
  ])('%s is refused clearly', async (_, kind, message, hint) => {
    await using engine = await tlsEngine()
    const certificates = {
      mixed: stranger,
      alone: place('alone', { 'ca.pem': pem(client, 'ca.pem') }),
      unknown: place('unknown', {
        'ca.pem': pem(client, 'ca.pem'),
        'cert.pem': pem(stranger, 'cert.pem'),
        'key.pem': pem(stranger, 'key.pem'),
      }),
    }[kind]
    const refused = over(engine.port, certificates ?? '')
    await expect(refused).rejects.toThrow(
      `The Docker engine at tcp://127.0.0.1:${engine.port} cannot be spoken to`,
    )
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.toThrow(hint)
  })

  it('whose certificate is for another name is refused, unless nothing of it is to be looked at', async () => {
    const elsewhere = issue(path.join(folder, 'ours'), path.join(folder, 'elsewhere'), 'IP:127.0.0.9')
    await using engine = await tlsEngine({ cert: pem(elsewhere, 'cert.pem'), key: pem(elsewhere, 'key.pem') })
    await expect(over(engine.port, client)).rejects.toThrow(/is for another name/)
    await using connection = await over(engine.port, client, { DOCKER_TLS: '1' })
    expect(String(await newDocker(connection.options).ping())).toBe('OK')
  })
})
