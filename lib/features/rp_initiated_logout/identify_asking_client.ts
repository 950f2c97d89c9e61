import { CLIENT } from '../../clients/reasons.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Step } from '../../engine/runtime.ts'
import { clientNotFound } from '../../helpers/client_not_found.ts'
import { InvalidClient, InvalidRequest } from '../../helpers/errors.ts'
import { isEncryptedJwt } from '../../helpers/jose/jwe.ts'
import { readJwtPayload } from '../../helpers/jose/jwt.ts'
import { verifyRedirectUri } from '../../helpers/uri/match_redirect_uri.ts'
import { LOGOUT } from './reasons.ts'

/** Who the hint says it was made for; whether that is true turns out when it is checked with that client's keys. */
function audienceOfHint(hint: string): string {
  if (isEncryptedJwt(hint)) throw invalidHint('it is encrypted: client_id has to say for whom')
  try {
    const { aud } = readJwtPayload(hint)
    if (typeof aud === 'string') return aud
  } catch (cause) {
    throw invalidHint(cause instanceof Error ? cause.message : undefined, cause)
  }
  throw invalidHint('it names no single audience')
}

const invalidHint = (detail: string | undefined, cause?: unknown) =>
  new InvalidRequest('could not validate id_token_hint', 400, detail, cause).because(
    LOGOUT.id_token_hint_invalid,
  )

function namedClient({ oidc }: Ctx): string | undefined {
  const clientId = oidc.param('client_id')
  const hint = oidc.param('id_token_hint')
  return clientId ?? (hint === undefined ? undefined : audienceOfHint(hint))
}

/** Finds the client that sent the browser, if the request says which. @see OpenID Connect RP-Initiated Logout 1.0 §2 */
export const identifyAskingClient: Step = async (ctx, rt) => {
  const clientId = namedClient(ctx)
  if (clientId === undefined) return
  const client = await rt.findClient(clientId)
  if (client === undefined)
    throw new InvalidClient('client is invalid', clientNotFound(clientId)).because(CLIENT.not_found)
  ctx.oidc.entity('Client', client)
}

/**
 * Proves that the browser may go where the request wants it. Without a client nobody can vouch for that, so it stays
 * here.
 * @see OpenID Connect RP-Initiated Logout 1.0 §2, §3, §6
 */
export const checkPostLogoutRedirectUri: Step = (ctx) => {
  const { client } = ctx.oidc
  const wanted = ctx.oidc.param('post_logout_redirect_uri')
  if (client === undefined || wanted === undefined) return
  const redirectUri = verifyRedirectUri(wanted, {
    redirectUriAllowed: (uri) => client.postLogoutRedirectUriAllowed(uri),
  })
  if (redirectUri === undefined)
    throw new InvalidRequest('post_logout_redirect_uri not registered').because(
      LOGOUT.redirect_uri_unregistered,
    )
  ctx.oidc.understand('postLogoutRedirectUri', redirectUri)
}
