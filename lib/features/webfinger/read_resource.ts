import type { WebfingerResource } from '../../../types/features/webfinger.ts'
import { missingParameter } from '../../engine/reasons/parameter_errors.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { WEBFINGER } from './reasons.ts'

/** @see RFC 3986 §2, §3.1 */
const SYNTAX = /^([A-Za-z][A-Za-z0-9+.-]*):((?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)$/

/** User and host. @see RFC 7565 §7 */
const ACCOUNT = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+@([^@/?#]+)$/

const hostOfUrl = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined)

/** The host of a URI, empty where its scheme has none; `undefined` when there should be one and is not. */
function hostOf(scheme: string, rest: string): string | undefined {
  if (scheme !== 'acct') return hostOfUrl(`${scheme}:${rest}`)
  const [, host] = ACCOUNT.exec(rest) ?? []
  return host === undefined ? undefined : hostOfUrl(`https://${host}`)
}

/**
 * Reads whom or what a client asks about.
 * @throws InvalidRequest when it is no URI
 * @see RFC 7033 §4.1, §4.2, OpenID Connect Discovery 1.0 §2.1
 */
export function readResource(uri: string | undefined): WebfingerResource {
  if (uri === undefined) throw missingParameter('resource')
  const [, given = '', rest = ''] = SYNTAX.exec(uri) ?? []
  const scheme = given.toLowerCase()
  const host = hostOf(scheme, rest)
  if (host === undefined)
    throw new InvalidRequest('resource is not a URI').because(WEBFINGER.resource_malformed)
  return { uri, scheme, host }
}
