import type { Ctx } from '../context.ts'
import type { VerifiedRedirectUri } from '../helpers/match_redirect_uri.ts'
import { defaultResponseMode } from '../helpers/response_mode.ts'
import type { AuthorizationResponse, Runtime } from '../runtime.ts'

/**
 * Takes an authorization response, or an error, to the client the way it asked for.
 * @see RFC 9207 §2 (`iss` tells the client whose answer it is)
 */
export async function answerClient(
  ctx: Ctx,
  rt: Runtime,
  redirectUri: VerifiedRedirectUri,
  response: AuthorizationResponse,
): Promise<void> {
  const name = ctx.oidc.request.responseMode ?? defaultResponseMode(ctx.oidc.param('response_type') ?? '')
  const mode = rt.responseModes.get(name)
  if (mode === undefined) throw new Error(`response mode ${name} is gone`)
  const identified = 'id_token' in response ? {} : { iss: rt.issuer }
  await mode(ctx, redirectUri, { ...response, state: ctx.oidc.param('state'), ...identified })
}
