import type { Client } from '../../../clients/client.ts'
import { malformedParameter, missingParameter } from '../../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../../engine/runtime.ts'
import { InvalidRedirectUri } from '../../../helpers/errors.ts'
import { verifyRedirectUri } from '../../../helpers/uri/match_redirect_uri.ts'
import { REDIRECT_URI } from '../reasons.ts'

function onlyRegistered({ redirectUris }: Client): string | undefined {
  return redirectUris.length === 1 ? redirectUris[0] : undefined
}

/** For the host's eyes: what a client registered is nobody else's business. */
function mismatch(received: string, { redirectUris }: Client): string {
  const registered = redirectUris.length === 0 ? 'none' : redirectUris.join(', ')
  return `received ${JSON.stringify(received)}, registered: ${registered}; they are compared exactly`
}

/** Proves that the answer may go where the request wants it. @see RFC 6749 §3.1.2, RFC 9700 §4.1.3 */
export const checkRedirectUri: Step = (ctx, rt) => {
  if (ctx.oidc.request.redirectUri !== undefined) return
  const reason = ctx.oidc.malformed.get('redirect_uri')
  if (reason !== undefined) throw malformedParameter('redirect_uri', reason)
  const client = ctx.oidc.loaded('Client')
  const mayOmit = rt.configuration.allowOmittingSingleRegisteredRedirectUri
  const wanted = ctx.oidc.param('redirect_uri') ?? (mayOmit ? onlyRegistered(client) : undefined)
  if (wanted === undefined) throw missingParameter('redirect_uri')
  const redirectUri = verifyRedirectUri(wanted, client)
  if (redirectUri === undefined)
    throw new InvalidRedirectUri(undefined, mismatch(wanted, client)).because(REDIRECT_URI.unregistered, {
      seen: [wanted],
      accepted: client.redirectUris,
    })
  ctx.oidc.understand('redirectUri', redirectUri)
}
