import type { X509Certificate } from 'node:crypto'
import { isIP, SocketAddress } from 'node:net'
import type { TLSClientAuthProperty } from '../../../types/features/mtls.ts'
import {
  type CertificateNames,
  certificateNames,
  type NameAttribute,
} from '../../helpers/x509/certificate_names.ts'
import { parseDistinguishedName, type WrittenAttribute } from '../../helpers/x509/distinguished_name.ts'

type Comparison = (names: CertificateNames, expected: string) => boolean

/** Kinds of alternative names. @see RFC 5280 §4.2.1.6 */
const KIND = { EMAIL: 1, DNS: 2, URI: 6, IP: 7 } as const

const isSame = (named: NameAttribute, { type, value }: WrittenAttribute): boolean =>
  named.type === type && (typeof value === 'string' ? named.text === value : named.encoded.equals(value))

/** A relative name with several members is a set: their order says nothing. @see RFC 4517 §4.2.15 */
function isSameSet(named: readonly NameAttribute[], written: readonly WrittenAttribute[]): boolean {
  const left = [...written]
  for (const attribute of named) {
    const at = left.findIndex((candidate) => isSame(attribute, candidate))
    if (at === -1) return false
    left.splice(at, 1)
  }
  return left.length === 0
}

/** The whole name: as many relative names, in the same order, which is reversed in writing. @see RFC 4514 §2.1 */
const hasDistinguishedName: Comparison = ({ subject }, expected) => {
  const written = parseDistinguishedName(expected)?.reverse()
  return (
    written !== undefined &&
    written.length === subject.length &&
    subject.every((named, index) => isSameSet(named, written[index] ?? []))
  )
}

/** @param normal what counts of a name, where some of it does not */
const hasAlternative =
  (kind: number, normal: (name: string) => string): Comparison =>
  ({ alternatives }, expected) =>
    alternatives.some(
      (name) => name.kind === kind && normal(name.content.toString('latin1')) === normal(expected),
    )

/** The mailbox is its domain's affair. @see RFC 5280 §7.5 */
const normalEmail = (email: string): string => {
  const at = email.lastIndexOf('@') + 1
  return `${email.slice(0, at)}${email.slice(at).toLowerCase()}`
}

const addressOf = (octets: Buffer): string =>
  octets.length === 4 ? octets.join('.') : (octets.toString('hex').match(/.{4}/g) ?? []).join(':')

/** One address has several spellings. @see RFC 8705 §2.1.2, RFC 5952 §8 */
function normalAddress(address: string): string | undefined {
  const version = isIP(address)
  if (version === 0) return undefined
  const family = version === 4 ? 'ipv4' : 'ipv6'
  return `${family} ${new SocketAddress({ address, family }).address}`
}

const hasAddress: Comparison = ({ alternatives }, expected) => {
  const wanted = normalAddress(expected)
  return (
    wanted !== undefined &&
    alternatives.some(({ kind, content }) => kind === KIND.IP && normalAddress(addressOf(content)) === wanted)
  )
}

const COMPARISONS: Readonly<Record<TLSClientAuthProperty, Comparison>> = {
  tls_client_auth_subject_dn: hasDistinguishedName,
  tls_client_auth_san_dns: hasAlternative(KIND.DNS, (name) => name.toLowerCase()),
  tls_client_auth_san_uri: hasAlternative(KIND.URI, (uri) => uri),
  tls_client_auth_san_ip: hasAddress,
  tls_client_auth_san_email: hasAlternative(KIND.EMAIL, normalEmail),
}

/**
 * Whether a certificate names the registered subject: no wildcard, no part of a name, no other spelling of text.
 * @see RFC 8705 §2.1.2
 */
export function hasSubject(
  certificate: X509Certificate,
  property: TLSClientAuthProperty,
  expected: string,
): boolean {
  if (!Object.hasOwn(COMPARISONS, property)) return false
  try {
    return COMPARISONS[property](certificateNames(certificate.raw), expected)
  } catch {
    // What cannot be read names nobody.
    return false
  }
}
