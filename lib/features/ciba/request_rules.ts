import type { StepList } from '../../engine/define_action.ts'
import { missingParameter } from '../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidRequest, UnauthorizedClient } from '../../helpers/errors.ts'
import { validateRequestContext } from './default_hooks.ts'
import { BACKCHANNEL } from './reasons.ts'

/** Anybody can call themselves a public client, and would ask people to log in. @see OpenID Connect CIBA Core 1.0 §7.1 */
export const requireConfidentialClient: Step = (ctx) => {
  if (ctx.oidc.loaded('Client').clientAuthMethod === 'none')
    throw new UnauthorizedClient(
      'backchannel authentication must only be used by confidential clients',
    ).because(BACKCHANNEL.client_is_public)
}

/** Signed requests are signed with a key pair, hold every claim, and are not encrypted. @see OpenID Connect CIBA Core 1.0 §7.1.1 */
export const expectRequestObject: Step = (ctx) => {
  const { backchannelAuthenticationRequestSigningAlg: alg } = ctx.oidc.loaded('Client')
  ctx.oidc.understand('envelopeTerms', { alg })
}

/** Who registered an algorithm signs. @see OpenID Connect CIBA Core 1.0 §4, §7.2 */
export const requireRegisteredSignature: Step = (ctx) => {
  const { backchannelAuthenticationRequestSigningAlg: alg } = ctx.oidc.loaded('Client')
  if (alg !== undefined && ctx.oidc.request.envelope?.isSigned !== true)
    throw new InvalidRequest('Request Object must be used by this client').because(
      BACKCHANNEL.request_not_signed,
      {
        accepted: [alg],
      },
    )
}

const requireOpenid: Step = (ctx) => {
  if (!ctx.oidc.understood('scopes').has('openid'))
    throw new InvalidRequest('openid scope must be requested').because(BACKCHANNEL.openid_scope_missing, {
      accepted: ['openid'],
    })
}

const HINTS = ['login_hint', 'login_hint_token', 'id_token_hint']

const requireOneHint: Step = (ctx) => {
  const sent = HINTS.filter((name) => ctx.oidc.param(name) !== undefined)
  if (sent.length !== 1)
    throw new InvalidRequest(
      `exactly one of ${HINTS.join(', ')} must be sent, not ${sent.length === 0 ? 'none' : sent.join(' and ')}`,
    ).because(BACKCHANNEL.hints_count, { seen: sent, accepted: HINTS })
}

/** What an Authorization header can carry: b64token. @see RFC 6750 §2.1 */
const B64TOKEN = /^[A-Za-z0-9._~+/-]{1,1024}=*$/

/** Clients that are pinged know the ping by it. */
const checkNotificationToken: Step = (ctx) => {
  if (ctx.oidc.loaded('Client').backchannelTokenDeliveryMode !== 'ping') return
  const token = ctx.oidc.param('client_notification_token')
  if (token === undefined) throw missingParameter('client_notification_token')
  if (token.length > 1024 || !B64TOKEN.test(token))
    throw new InvalidRequest(
      'client_notification_token must be a bearer token of at most 1024 characters',
    ).because(BACKCHANNEL.notification_token_malformed)
}

const checkRequestedExpiry: Step = (ctx) => {
  const sent = ctx.oidc.param('requested_expiry')
  if (sent !== undefined && !/^[1-9][0-9]{0,8}$/.test(sent))
    throw new InvalidRequest('requested_expiry must be a positive integer').because(
      BACKCHANNEL.expiry_malformed,
    )
}

const checkBindingMessage: Step = async (ctx, rt) => {
  await rt.configuration.features.ciba.validateBindingMessage(ctx, ctx.oidc.param('binding_message'))
}

/** Hosts that have a policy are asked; others have none. @see Financial-grade API: CIBA Profile §5.2.2 */
const checkRequestContext: Step = async (ctx, rt) => {
  const { validateRequestContext: validate } = rt.configuration.features.ciba
  if (validate !== validateRequestContext) await validate(ctx, ctx.oidc.param('request_context'))
}

/** What these requests obey beyond others that a client sends itself. @see OpenID Connect CIBA Core 1.0 §7.1, §7.2 */
export const backchannelRules: StepList = [
  requireOpenid,
  requireOneHint,
  checkNotificationToken,
  checkRequestedExpiry,
  checkBindingMessage,
  checkRequestContext,
]
