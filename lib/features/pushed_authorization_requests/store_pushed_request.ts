import { CLIENT_AUTH_PARAMETERS } from '../../actions/client_auth/table.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { unsecuredJwt } from '../../helpers/jose/jwt.ts'
import { acceptRedirectUri, PUSHED_REQUEST_PREFIX } from './pushed_request.ts'
import { PUSHED } from './reasons.ts'

const CREDENTIALS: ReadonlySet<string> = new Set(CLIENT_AUTH_PARAMETERS)

/** @see RFC 9126 §2.1 – a request is pushed, not referred to */
export const refuseRequestUri: Step = (ctx) => {
  if (ctx.oidc.param('request_uri') !== undefined)
    throw new InvalidRequest('request_uri parameter must not be used in pushed requests').because(
      PUSHED.nested,
      { seen: ['request_uri'] },
    )
}

export const acceptPushedRedirectUri: Step = (ctx, rt) => acceptRedirectUri(ctx, rt)

/** The parameters without the credentials they came with, as a request object. */
function asRequestObject(ctx: Ctx, rt: Runtime): string {
  const { clientId } = ctx.oidc.loaded('Client')
  const params = ctx.oidc.sentParams ?? {}
  const claims: Record<string, unknown> = {}
  for (const name of Object.keys(params)) if (!CREDENTIALS.has(name)) claims[name] = params[name]
  return unsecuredJwt(Object.assign(claims, { iss: clientId, aud: rt.issuer, client_id: clientId }))
}

/** Stores the request for a browser to refer to. @see RFC 9126 §2.2 */
export const storePushedRequest: Step = async (ctx, rt) => {
  const client = ctx.oidc.loaded('Client')
  const { envelope, keptWithCode, agreedProfile } = ctx.oidc.request
  const pushed = new rt.models.PushedAuthorizationRequest({
    client,
    request: envelope?.jwt ?? asRequestObject(ctx, rt),
    dpopJkt: keptWithCode?.dpopJkt,
    trusted: client.clientAuthMethod !== 'none',
    profile: agreedProfile,
  })
  await pushed.setLifetime(ctx)
  const ends = [pushed.exp, envelope?.exp].filter((end) => end !== undefined)
  if (ends.length > 0) pushed.exp = Math.floor(Math.min(...ends))
  const { value, operations, announce } = await pushed.issue(ctx)
  ctx.oidc.entity('PushedAuthorizationRequest', pushed)
  ctx.oidc.transaction.add(operations, announce)
  await ctx.oidc.transaction.commit()
  ctx.status = 201
  ctx.body = {
    request_uri: `${PUSHED_REQUEST_PREFIX}${value}`,
    expires_in: pushed.exp === undefined ? undefined : pushed.exp - epochTime(),
  }
  rt.emit('pushed_authorization_request.success', ctx, client)
}
