import type { PresentedTokenType } from '../../../types/features/token_exchange.ts'
import { TOKEN_REQUEST } from '../../actions/token/reasons.ts'
import type { Ctx } from '../../engine/context.ts'
import { missingParameter } from '../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidRequest, UnauthorizedClient } from '../../helpers/errors.ts'
import type { SentToken } from './members.ts'
import { EXCHANGE } from './reasons.ts'
import { ACCESS_TOKEN, JWT, presentedTokenType, REFRESH_TOKEN } from './token_types.ts'

/** Whoever finds a token could exchange it in the name of a client that proves itself by nothing. @see RFC 8693 §2.1, §5 */
export const requireProvenClient: Step = (ctx) => {
  if (ctx.oidc.loaded('Client').clientAuthMethod === 'none') {
    throw new UnauthorizedClient('token exchange must only be used by confidential clients').because(
      TOKEN_REQUEST.client_is_public,
    )
  }
}

function readType(ctx: Ctx, name: string): PresentedTokenType {
  const sent = ctx.oidc.param(name)
  if (sent === undefined) throw missingParameter(name)
  const type = presentedTokenType(sent)
  if (type === undefined)
    throw new InvalidRequest(`${name} is not supported`).because(EXCHANGE.type_unsupported, {
      seen: [sent],
    })
  return type
}

function readSubject(ctx: Ctx): SentToken {
  const value = ctx.oidc.param('subject_token')
  if (value === undefined) throw missingParameter('subject_token')
  return { name: 'subject_token', value, type: readType(ctx, 'subject_token_type') }
}

function readActor(ctx: Ctx): SentToken | undefined {
  const value = ctx.oidc.param('actor_token')
  if (value === undefined) {
    if (ctx.oidc.param('actor_token_type') !== undefined)
      throw new InvalidRequest("'actor_token_type' must not be sent without 'actor_token'").because(
        EXCHANGE.actor_token_missing,
      )
    return undefined
  }
  const type = readType(ctx, 'actor_token_type')
  if (type === REFRESH_TOKEN)
    throw new InvalidRequest('actor_token_type is not supported').because(EXCHANGE.type_unsupported, {
      seen: [type],
    })
  return { name: 'actor_token', value, type }
}

/**
 * An ID Token would say that the end-user logged in at the client, which nobody saw; a refresh token would outlive what it
 * was exchanged for. @see RFC 8693 §2.2.1, §3, OpenID Connect Core 1.0 §2
 */
function readRequestedType(ctx: Ctx): PresentedTokenType {
  const sent = ctx.oidc.param('requested_token_type')
  if (sent === undefined) return ACCESS_TOKEN
  const type = presentedTokenType(sent)
  if (type === ACCESS_TOKEN || type === JWT) return type
  throw new InvalidRequest(
    `requested_token_type must be ${ACCESS_TOKEN}, or ${JWT} where the resource gets JWTs`,
  ).because(EXCHANGE.requested_type_unsupported, { seen: [sent], accepted: [ACCESS_TOKEN, JWT] })
}

/** @see RFC 8693 §2.1 */
export const readExchange: Step = (ctx) => {
  ctx.oidc.understand('sentExchange', {
    subject: readSubject(ctx),
    actor: readActor(ctx),
    requestedTokenType: readRequestedType(ctx),
  })
}
