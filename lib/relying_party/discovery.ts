import type { HttpResponse } from '../../types/relying_party/http.ts'
import type { IssuerMetadata } from '../../types/relying_party/metadata.ts'
import { OPError, RPError } from './errors.ts'
import type { HttpRequest } from './http/prepare_options.ts'
import { expectObject } from './http/read_answer.ts'

const OPENID = '/.well-known/openid-configuration'
const OAUTH = '/.well-known/oauth-authorization-server'

/** Sends a request about an issuer that is not known yet. */
export type SendAbout = (about: string, request: HttpRequest) => Promise<HttpResponse>

const withoutSlash = (text: string) => (text.endsWith('/') ? text.slice(0, -1) : text)

/** Metadata that name their issuer. @throws TypeError */
export function checkIssuerMetadata(metadata: Readonly<Record<string, unknown>>): IssuerMetadata {
  const { issuer } = metadata
  if (typeof issuer !== 'string' || issuer === '') throw new TypeError('metadata must have an issuer')
  return { ...metadata, issuer }
}

/** Where metadata of an issuer may stand. @see OpenID Connect Discovery 1.0 §4, RFC 8414 §3.1 */
function locationsOf(issuer: URL): string[] {
  const path = withoutSlash(issuer.pathname)
  return [`${issuer.origin}${path}${OPENID}`, `${issuer.origin}${OAUTH}${path}`]
}

/** Whether metadata at this URL may be this issuer's: anything else could be said by anybody. @see RFC 8414 §3.3 */
function isAt({ issuer }: IssuerMetadata, url: string): boolean {
  if (!URL.canParse(issuer)) return false
  const { origin, pathname } = new URL(issuer)
  const path = withoutSlash(pathname)
  const prefixed = `${origin}${path}${OAUTH}`
  return [...locationsOf(new URL(issuer)), prefixed].includes(url)
}

async function load(send: SendAbout, url: string): Promise<IssuerMetadata> {
  const response = await send(url, { url, headers: { accept: 'application/json' } })
  const body = expectObject(response)
  const { issuer } = body
  if (typeof issuer !== 'string') throw new OPError('expected an issuer in the discovery document', response)
  const metadata = { ...body, issuer }
  const { origin, pathname } = new URL(url)
  if (!isAt(metadata, `${origin}${pathname}`))
    throw new RPError(`discovered issuer mismatch, got: ${issuer}`, { response })
  return metadata
}

/**
 * Loads what an issuer says about itself; its OpenID Connect document counts first.
 * @throws OPError, RPError; TypeError when it is no URL
 * @see OpenID Connect Discovery 1.0 §4, RFC 8414 §3
 */
export async function discover(send: SendAbout, uri: string): Promise<IssuerMetadata> {
  if (typeof uri !== 'string' || !URL.canParse(uri))
    throw new TypeError('only valid absolute URLs can be requested')
  const url = new URL(uri)
  if (uri.includes('/.well-known/')) return load(send, url.href)
  const loads = await Promise.allSettled(locationsOf(url).map((location) => load(send, location)))
  for (const loaded of loads) if (loaded.status === 'fulfilled') return loaded.value
  const [first] = loads
  throw first?.status === 'rejected' ? first.reason : new RPError('discovery failed')
}
