/** Certificates made by openssl, in folders as the Docker CLI wants them. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** Makes ca.pem and the key beside it, which only issue() uses. */
export function authority(folder: string): string {
  mkdirSync(folder, { recursive: true })
  openssl(
    'req',
    '-x509',
    ...CURVE,
    '-days',
    '2',
    ...at(folder, { keyout: 'ca-key.pem', out: 'ca.pem' }),
    '-subj',
    '/CN=authority',
  )
  return folder
}

/** Makes cert.pem and key.pem in `folder`, with the ca.pem of whoever issues them. `names`: `IP:127.0.0.1`. */
export function issue(ca: string, folder: string, names = 'DNS:client'): string {
  mkdirSync(folder, { recursive: true })
  const extensions = path.join(folder, 'extensions')
  writeFileSync(extensions, `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\n`)
  openssl('req', ...CURVE, ...at(folder, { keyout: 'key.pem', out: 'request' }), '-subj', '/CN=test')
  const signer = at(ca, { CA: 'ca.pem', CAkey: 'ca-key.pem' })
  openssl(
    'x509',
    '-req',
    '-days',
    '2',
    '-CAcreateserial',
    ...signer,
    ...at(folder, { in: 'request', out: 'cert.pem' }),
    '-extfile',
    extensions,
  )
  copyFileSync(path.join(ca, 'ca.pem'), path.join(folder, 'ca.pem'))
  return folder
}

function at(folder: string, files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).flatMap(([option, name]) => [`-${option}`, path.join(folder, name)])
}

function openssl(...words: readonly string[]): void {
  execFileSync('openssl', words, { stdio: 'pipe' })
}
