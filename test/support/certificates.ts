import 'reflect-metadata'
import { createPublicKey, webcrypto, X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { JWK } from '../../types/client.ts'

x509.cryptoProvider.set(webcrypto)

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY = 86_400_000

/** What a certificate says. */
export interface Contents {
  /** The relative names in the order of the certificate, which is reversed in writing. */
  subject?: x509.JsonName | string
  alternatives?: x509.JsonGeneralNames
  notBefore?: Date
  notAfter?: Date
}

/** Whoever has it can prove to be the one it names. */
export interface Credential {
  /** PEM. */
  cert: string
  key: string
  certificate: X509Certificate
}

const exportKey = async (key: webcrypto.CryptoKey): Promise<string> => {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key))
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`
}

const generate = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

async function make(
  { subject = 'CN=client', alternatives = [], notBefore, notAfter }: Contents,
  extensions: x509.Extension[],
  issuer?: { name: x509.Name; key: webcrypto.CryptoKey },
): Promise<Credential & { keys: webcrypto.CryptoKeyPair; name: x509.Name }> {
  const keys = await generate()
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex'),
    subject,
    issuer: issuer?.name ?? subject,
    notBefore: notBefore ?? new Date(Date.now() - DAY),
    notAfter: notAfter ?? new Date(Date.now() + DAY),
    publicKey: keys.publicKey,
    signingKey: issuer?.key ?? keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions:
      alternatives.length === 0
        ? extensions
        : [...extensions, new x509.SubjectAlternativeNameExtension(alternatives)],
  })
  const cert = `${made.toString('pem')}\n`
  const key = await exportKey(keys.privateKey)
  return { cert, key, certificate: new X509Certificate(cert), keys, name: made.subjectName }
}

/** A certificate that its owner signed. */
export const selfSigned = (contents: Contents = {}): Promise<Credential> => make(contents, [])

/** Whoever signs certificates of others. */
export interface Authority {
  cert: string
  issue(contents: Contents): Promise<Credential>
}

export async function authority(name: string): Promise<Authority> {
  const {
    cert,
    keys,
    name: own,
  } = await make({ subject: `CN=${name}` }, [
    new x509.BasicConstraintsExtension(true, 1, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
  ])
  return { cert, issue: (contents) => make(contents, [], { name: own, key: keys.privateKey }) }
}

/** The key of a certificate as clients register it. @see RFC 8705 §2.2.2 */
export function certificateJwk({ certificate }: Credential, more: Partial<JWK> = {}): JWK {
  const jwk: JWK = createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' })).export({
    format: 'jwk',
  })
  return { ...jwk, x5c: [certificate.raw.toString('base64')], ...more }
}
