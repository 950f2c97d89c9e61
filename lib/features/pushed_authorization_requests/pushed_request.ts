import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { InvalidRequestUri } from '../../helpers/errors.ts'
import { yieldsFrontChannelToken } from '../../helpers/response_mode.ts'
import { acceptUnregisteredRedirectUri } from '../../helpers/uri/match_redirect_uri.ts'

/** What stands before the value of a pushed request. @see RFC 9126 §2.2 */
export const PUSHED_REQUEST_PREFIX = 'urn:ietf:params:oauth:request_uri:'

/** Seconds from the first visit of a browser until the answer: time for the end-user, and an end to it. */
export const ANSWERED_WITHIN = 24 * 60 * 60

/** There is nobody to redirect: another answer is on its way to the client. */
export class PushedRequestSpent extends InvalidRequestUri {}
PushedRequestSpent.prototype.allow_redirect = false

/**
 * Where the host allows it, a client that authenticates may use a redirect URI it has not registered. It still has
 * to be one that it could register.
 * @see RFC 9126 §2.4
 */
export function acceptRedirectUri(ctx: Ctx, rt: Runtime): void {
  const { allowUnregisteredRedirectUris } = rt.configuration.features.pushedAuthorizationRequests
  const client = ctx.oidc.loaded('Client')
  const sent = ctx.oidc.param('redirect_uri')
  if (!allowUnregisteredRedirectUris || client.clientAuthMethod === 'none' || sent === undefined) return
  const redirectUri = acceptUnregisteredRedirectUri(sent, {
    applicationType: client.applicationType,
    implicit: yieldsFrontChannelToken(ctx.oidc.param('response_type') ?? ''),
    wildcards: false,
  })
  if (redirectUri !== undefined) ctx.oidc.understand('redirectUri', redirectUri)
}
