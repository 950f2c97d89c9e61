import { isRecord } from '../helpers/is_record.ts'
import { isLoopbackHost } from '../helpers/uri/loopback_uri.ts'
import type { SendAbout } from './discovery.ts'
import { OPError, RPError } from './errors.ts'
import { expectObject } from './http/read_answer.ts'

const REL = 'http://openid.net/specs/connect/1.0/issuer'

/** What is asked about, and who is asked. */
interface Identifier {
  readonly resource: string
  readonly host: string
}

const noIdentifier = () =>
  new TypeError('input must be an e-mail address, a URL, a host with or without a port, or acct:')

/** Text that has a scheme; a host with a port has none. */
const SCHEME = /^([a-z][a-z0-9+.-]*):(?![0-9]+(?:[/?#]|$))/i

/** @throws TypeError @see OpenID Connect Discovery 1.0 §2.1 */
export function normalizeIdentifier(input: unknown): Identifier {
  // Global context symbols of XRI have no meaning here (§2.1.2).
  if (typeof input !== 'string' || /^[=@+$!(]/.test(input)) throw noIdentifier()
  const [given = ''] = input.split('#', 1)
  if (SCHEME.exec(given)?.[1] === undefined) {
    const isAccount = /^[^@/?:]+@[^@/?:]+$/.test(given)
    return normalizeIdentifier(isAccount ? `acct:${given}` : `https://${given}`)
  }
  if (given.startsWith('acct:')) {
    const host = given.slice(given.lastIndexOf('@') + 1)
    if (!given.includes('@') || !URL.canParse(`https://${host}`)) throw noIdentifier()
    const url = new URL(`https://${host}`)
    if (url.pathname !== '/' || url.search !== '') throw noIdentifier()
    return { resource: given, host: url.host }
  }
  if (!URL.canParse(given) || !/^https?:/.test(given)) throw noIdentifier()
  const { host, origin } = new URL(given)
  return { resource: given === origin ? `${origin}/` : given, host }
}

/** An issuer that is still unproven, and the origin that named it. */
interface NamedIssuer {
  readonly issuer: string
  readonly by: string
}

/**
 * Asks a host which issuer is responsible for an identifier.
 * @throws OPError, RPError, TypeError
 * @see OpenID Connect Discovery 1.0 §2, RFC 7033 §4
 */
export async function findIssuer(send: SendAbout, input: unknown): Promise<NamedIssuer> {
  const { resource, host } = normalizeIdentifier(input)
  const url = new URL(`https://${host}/.well-known/webfinger`)
  url.search = new URLSearchParams({ resource, rel: REL }).toString()
  const headers = { accept: 'application/jrd+json, application/json' }
  const response = await send(url.origin, { url, headers })
  const { links } = expectObject(response)
  const link = Array.isArray(links)
    ? links.find((entry) => isRecord(entry) && entry['rel'] === REL)
    : undefined
  const href: unknown = isRecord(link) ? link['href'] : undefined
  if (href === undefined) throw new RPError('no issuer found in webfinger response', { body: links })
  if (typeof href !== 'string' || !isIssuer(href))
    throw new OPError(`invalid issuer location ${String(href)}`, response)
  return { issuer: href, by: url.origin }
}

/** §2: an https URL; for trying things out, http on this very device. */
function isIssuer(href: string): boolean {
  if (!URL.canParse(href)) return false
  const { protocol, hostname } = new URL(href)
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname))
}
