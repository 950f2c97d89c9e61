import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { claimsAsParameters } from '../../helpers/claims_as_parameters.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { InvalidRequest, InvalidRequestUri } from '../../helpers/errors.ts'
import { decodeUnsecuredJwt, readJwtPayload } from '../../helpers/jose/jwt.ts'
import { readSession } from '../../models/session.ts'
import type { PushedAuthorizationRequest } from './pushed_authorization_request.ts'
import {
  ANSWERED_WITHIN,
  acceptRedirectUri,
  PUSHED_REQUEST_PREFIX,
  PushedRequestSpent,
} from './pushed_request.ts'
import { PUSHED } from './reasons.ts'

const REFUSED = 'request_uri is invalid, expired, or was used already'

/** Whose it is. `oidc-provider` leaves that to the request; one that is encrypted does not tell. */
function ownerOf({ clientId, request }: PushedAuthorizationRequest): unknown {
  if (clientId !== undefined) return clientId
  return request.split('.').length === 3 ? readJwtPayload(request)['client_id'] : undefined
}

/** @throws InvalidRequestUri with one description for every reason, so that nobody learns what exists */
function checkPushedRequest(
  ctx: Ctx,
  pushed: PushedAuthorizationRequest | undefined,
): asserts pushed is PushedAuthorizationRequest {
  if (pushed === undefined)
    throw new InvalidRequestUri(REFUSED, 'pushed request not found').because(PUSHED.not_found)
  if (!pushed.isValid)
    throw new InvalidRequestUri(REFUSED, 'pushed request was used or is expired').because(
      PUSHED.used_or_expired,
    )
  if (ownerOf(pushed) !== ctx.oidc.loaded('Client').clientId)
    throw new InvalidRequestUri(REFUSED, 'pushed request belongs to another client').because(
      PUSHED.of_another_client,
    )
}

/** An unsecured request is one made from parameters; any other is opened, and so verified, once more. */
function takeRequest(ctx: Ctx, { request = '', trusted }: PushedAuthorizationRequest): void {
  if (!request.endsWith('.')) {
    const params = Object.freeze({ client_id: ctx.oidc.loaded('Client').clientId, request })
    ctx.oidc.takeParameters({ params, malformed: new Map() })
    return
  }
  const read = claimsAsParameters(decodeUnsecuredJwt(request).payload, ctx.oidc.recognised)
  ctx.oidc.takeParameters(read)
  if (trusted) ctx.oidc.trusted = Object.keys(read.params)
}

/** The session does not depend on the request, so both are read at the same time. */
async function readRequest(ctx: Ctx, rt: Runtime, id: string): Promise<PushedAuthorizationRequest> {
  const [pushed, session] = await Promise.all([
    rt.models.PushedAuthorizationRequest.find(id, { ctx }),
    readSession(rt.models.Session, ctx.oidc.jar, ctx),
  ])
  checkPushedRequest(ctx, pushed)
  ctx.oidc.entity('Session', session)
  return pushed
}

/**
 * Takes the parameters from what the client pushed; those beside `request_uri` count for nothing. The same request
 * may be loaded again until it is answered, so that its login page can be reloaded.
 * @see RFC 9126 §4, §7.3
 */
export const loadPushedRequest: Step = async (ctx, rt) => {
  const { pushed: restored } = ctx.oidc.request
  if (restored !== undefined) {
    if (restored.until <= epochTime())
      throw new InvalidRequestUri(REFUSED, 'answered too late').because(PUSHED.answered_late)
    return
  }
  const uri = ctx.oidc.param('request_uri')
  if (uri?.startsWith(PUSHED_REQUEST_PREFIX) !== true) return
  const pushed = await readRequest(ctx, rt, uri.slice(PUSHED_REQUEST_PREFIX.length))
  ctx.oidc.entity('PushedAuthorizationRequest', pushed)
  if (pushed.trusted === true) ctx.oidc.understand('isAuthentic', true)
  if (pushed.profile !== undefined) ctx.oidc.understand('agreedProfile', pushed.profile)
  ctx.oidc.understand('pushed', { id: pushed.jti, until: epochTime() + ANSWERED_WITHIN })
  takeRequest(ctx, pushed)
}

/** What was accepted when it was pushed is accepted again. @see RFC 9126 §2.4 */
export const acceptLoadedRedirectUri: Step = (ctx, rt) => {
  if (ctx.oidc.request.pushed !== undefined) acceptRedirectUri(ctx, rt)
}

/** @see RFC 9126 §5, §6 */
export const requirePushedRequest: Step = (ctx) => {
  const { requirePushedAuthorizationRequests: required } = ctx.oidc.loaded('Client')
  if (required && ctx.oidc.request.pushed === undefined)
    throw new InvalidRequest('Pushed Authorization Request must be used').because(PUSHED.required, {
      accepted: ['request_uri'],
    })
}

/**
 * Uses the pushed request up, in the commit of what it led to. The end-user may take longer than it lives, so what
 * decides is a record of the use; it outlives every browser that may still be on its way to an answer.
 * @see RFC 9126 §7.3, RFC 9101 §10.2
 */
export const consumePushedRequest: Step = (ctx, rt) => {
  const { pushed } = ctx.oidc.request
  if (pushed === undefined) return
  const { PushedAuthorizationRequest: Model, ReplayDetection } = rt.models
  const client = ctx.oidc.loaded('Client')
  const exp = epochTime() + ANSWERED_WITHIN + 1
  const operations = [
    ReplayDetection.firstUse('pushed authorization request', client.clientId, pushed.id, exp),
    { op: 'destroy', model: 'PushedAuthorizationRequest', id: pushed.id },
  ] as const
  const record = ctx.oidc.entities.PushedAuthorizationRequest
  ctx.oidc.transaction.addWrites({
    operations: () => operations,
    written: () =>
      rt.announce('pushed_authorization_request.destroyed', record ?? new Model({ jti: pushed.id, client })),
    rebase: async () => {
      throw new PushedRequestSpent(REFUSED, 'pushed request was used by a concurrent request').because(
        PUSHED.used_or_expired,
      )
    },
  })
}
