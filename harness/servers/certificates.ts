/** Certificates of one run: an authority of its own, one for a server, one for a client. */
import type { webcrypto } from 'node:crypto'
import 'reflect-metadata' // what @peculiar/x509 stands on asks for it
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** PEM texts. */
export interface Certificates {
  readonly authority: string
  readonly server: Certified
  readonly client: Certified
}

export interface Certified {
  readonly certificate: string
  /** PKCS 8, not encrypted. */
  readonly key: string
}

export interface CertifiedNames {
  /** DNS name that the server's certificate is for; it is for no address. */
  readonly serverName: string
  /** Common name of the client's: the role that it logs in as. */
  readonly clientName: string
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const HOUR = 3_600_000

interface Issuer {
  readonly name: string
  readonly keys: webcrypto.CryptoKeyPair
}

export async function makeCertificates({ serverName, clientName }: CertifiedNames): Promise<Certificates> {
  const issuer = { name: 'CN=pgmatrix certificate authority of one run', keys: await newKeys() }
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...term(),
    name: issuer.name,
    serialNumber: serial(),
    signingAlgorithm: ALGORITHM,
    keys: issuer.keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(issuer.keys.publicKey),
    ],
  })
  return {
    authority: authority.toString('pem'),
    server: await certified(issuer, serverName, [
      new SubjectAlternativeNameExtension([{ type: 'dns', value: serverName }]),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ]),
    client: await certified(issuer, clientName, [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ]),
  }
}

async function certified(issuer: Issuer, name: string, extensions: Extension[]): Promise<Certified> {
  const keys = await newKeys()
  const certificate = await X509CertificateGenerator.create({
    ...term(),
    subject: `CN=${name}`,
    issuer: issuer.name,
    serialNumber: serial(),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      // Python 3.13 refuses a certificate that does not name its issuer's key.
      await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...extensions,
    ],
  })
  return { certificate: certificate.toString('pem'), key: await pem(keys.privateKey) }
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

/** A run takes hours at most; clocks differ. */
function term(): { notBefore: Date; notAfter: Date } {
  const now = Date.now()
  return { notBefore: new Date(now - 24 * HOUR), notAfter: new Date(now + 48 * HOUR) }
}

/** Positive. */
function serial(): string {
  return `01${Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex')}`
}

async function pem(key: webcrypto.CryptoKey): Promise<string> {
  const text = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${text.match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`
}
