import type { IncomingMessage } from 'node:http'
import type { CookieName } from '../../../models/cookie_jar.ts'
import type { ModelRuntime } from '../../../models/model_runtime.ts'

/** Where the cookie came and what it names is gone. */
export const INTERACTION_IS_OVER = 'the interaction was finished or has expired'

/** What is known of the request that came without the cookie. */
interface CookielessRequest {
  readonly secure: boolean
  readonly path: string
  readonly req: IncomingMessage & { originalUrl?: string }
}

/** The path as the browser knows it: routers of a host cut it down to their own part. */
function pathOf({ req, path }: CookielessRequest): string {
  return req.originalUrl?.replace(/\?.*/s, '') ?? path
}

function remedy(rt: ModelRuntime, { secure }: CookielessRequest, name: CookieName): string {
  const { long, short } = rt.configuration.cookies
  const options = name === 'session' ? long : short
  if (rt.issuer.startsWith('https:') && !secure) {
    return 'the issuer is https but this request came over plain http: behind a TLS offloading proxy set provider.proxy = true and forward X-Forwarded-Proto'
  }
  if (options.secure === true && !secure)
    return 'a secure cookie is not sent over plain http: use https, or do not set secure'
  if (options.path !== undefined)
    return `the cookie is limited to the path ${options.path}: make sure that it covers this URL`
  return 'make sure that the interaction URL is under the path the cookie was set for, that the browser stays on one host, and that it keeps cookies'
}

/** Says which cookie was missing and what most likely lost it. For the host's eyes. */
export function describeMissingCookie(
  rt: ModelRuntime,
  request: CookielessRequest,
  name: CookieName,
): string {
  const { names, long, short } = rt.configuration.cookies
  const { domain, path, sameSite, secure } = name === 'session' ? long : short
  const attributes = `path=${path ?? (name === 'session' ? '/' : 'of the interaction')}, domain=${domain ?? 'host only'}, secure=${secure ?? request.secure}, sameSite=${sameSite ?? 'not set'}`
  return `the cookie "${names[name]}" (${attributes}) was not sent to ${pathOf(request)}; likely remedy: ${remedy(rt, request, name)}`
}
