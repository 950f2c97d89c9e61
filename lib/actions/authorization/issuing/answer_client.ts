import type { Ctx } from '../../../engine/context.ts'
import type { AuthorizationResponse, Runtime } from '../../../engine/runtime.ts'
import { defaultResponseMode } from '../../../helpers/response_mode.ts'
import type { VerifiedRedirectUri } from '../../../helpers/uri/match_redirect_uri.ts'

/**
 * Takes an authorization response, or an error, to the client the way it asked for.
 * @returns what was sent
 * @see RFC 9207 §2 (`iss` tells the client whose answer it is; an ID Token does that itself)
 */
export async function answerClient(
  ctx: Ctx,
  rt: Runtime,
  redirectUri: VerifiedRedirectUri,
  answer: AuthorizationResponse,
): Promise<AuthorizationResponse> {
  const name = ctx.oidc.request.responseMode ?? defaultResponseMode(ctx.oidc.param('response_type') ?? '')
  const mode = rt.responseModes.get(name)
  if (mode === undefined) throw new Error(`response mode ${name} is gone`)
  const members = {
    ...answer,
    state: ctx.oidc.param('state'),
    iss: 'id_token' in answer ? undefined : rt.issuer,
  }
  const response = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
  await mode(ctx, redirectUri, response)
  return response
}
