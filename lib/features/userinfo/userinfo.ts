import { parseScope } from '../../actions/authorization/rules/read_scope.ts'
import { asInvalidToken } from '../../actions/bearer/as_invalid_token.ts'
import { bearerErrors } from '../../actions/bearer/bearer_errors.ts'
import { checkOrigin } from '../../actions/client_auth/authenticate_client.ts'
import { accountClaims } from '../../actions/issuing/account_claims.ts'
import { loadGrantOf } from '../../actions/issuing/load_grant_of.ts'
import type { Ctx } from '../../engine/context.ts'
import { defineAction, slot } from '../../engine/define_action.ts'
import { readOptionalForm } from '../../engine/read_form.ts'
import { malformedParameter } from '../../engine/reasons/parameter_errors.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { clientCors } from '../../engine/wraps/cors.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { InsufficientScope, InvalidToken } from '../../helpers/errors.ts'
import { isUsableBy } from '../../models/traits/sender_constrained.ts'
import { USERINFO } from './reasons.ts'

declare module '../../engine/define_action.ts' {
  interface Slots {
    userinfo_response: true
  }
}

/** Those for an API are not stored: nothing in one is believed here, its shape is enough. @see RFC 9068 */
function notFound(value: string): InvalidToken {
  const isJwt = /^eyJ[\w-]*(?:\.[\w-]+){2}$/.test(value)
  if (!isJwt) return new InvalidToken('access token not found').because(USERINFO.token_not_found)
  return new InvalidToken(
    'this is a JWT; userinfo takes access tokens that were asked for without resource',
  ).because(USERINFO.token_is_jwt)
}

const loadAccessToken: Step = async (ctx, rt) => {
  const value = ctx.oidc.getAccessToken({ acceptDPoP: true })
  const accessToken = await rt.models.AccessToken.find(value, { ctx })
  if (accessToken === undefined) throw notFound(value)
  ctx.oidc.entity('AccessToken', accessToken)
}

/** Only tokens made for this endpoint open it. @see OpenID Connect Core 1.0 §5.3.1 */
const checkAccessToken: Step = (ctx) => {
  const { scopes, aud } = ctx.oidc.loaded('AccessToken')
  if (aud !== undefined)
    throw new InvalidToken('token audience prevents accessing the userinfo endpoint').because(
      USERINFO.token_for_resource,
    )
  if (!scopes.has('openid'))
    throw new InsufficientScope('access token missing openid scope', 'openid').because(
      USERINFO.openid_scope_missing,
      { seen: [...scopes], accepted: ['openid'] },
    )
}

/** Whoever holds the token without what it is bound to must not use it. @see RFC 8705 §3, RFC 9449 §7.1 */
const checkSenderConstraint: Step = (ctx) => {
  if (!isUsableBy(ctx.oidc.loaded('AccessToken'), ctx.oidc.request.sender))
    throw new InvalidToken('what the sender-constrained access token is bound to was not proven').because(
      USERINFO.sender_unproven,
    )
}

/** Fewer claims may be asked for than the token allows, never more. */
const readUserinfoScope: Step = (ctx) => {
  const sent = ctx.oidc.param('scope')
  const reason = ctx.oidc.malformed.get('scope')
  if (reason !== undefined) throw malformedParameter('scope', reason)
  const scopes = parseScope(sent)
  const { scopes: granted } = ctx.oidc.loaded('AccessToken')
  const missing = [...scopes].filter((scope) => !granted.has(scope))
  if (missing.length > 0)
    throw new InsufficientScope('access token missing requested scope', missing.join(' ')).because(
      USERINFO.scope_exceeds,
      { seen: missing, accepted: [...granted] },
    )
  ctx.oidc.understand('scopes', sent === undefined ? granted : scopes)
}

/** Loads what the token stands on: client, grant and session together. */
const loadTokenContext: Step = async (ctx, rt) => {
  const accessToken = ctx.oidc.loaded('AccessToken')
  const [client] = await Promise.all([
    rt.findClient(accessToken.clientId ?? '').catch(asInvalidToken),
    loadGrantOf(ctx, rt, accessToken, (detail) => new InvalidToken(detail)),
  ])
  if (client === undefined)
    throw new InvalidToken('associated client not found').because(USERINFO.client_not_found)
  ctx.oidc.entity('Client', client)
}

const loadUserinfoAccount: Step = async (ctx, rt) => {
  const accessToken = ctx.oidc.loaded('AccessToken')
  const { accountId } = accessToken
  const account =
    accountId === undefined ? undefined : await rt.account.findAccount(ctx, accountId, accessToken)
  if (account === undefined)
    throw new InvalidToken('associated account not found').because(USERINFO.account_not_found)
  ctx.oidc.entity('Account', account)
}

/** The claims that the token opens. */
export function userinfoClaims(ctx: Ctx, rt: Runtime) {
  const scope = [...ctx.oidc.understood('scopes')].join(' ')
  return accountClaims(ctx, rt, 'userinfo', scope, ctx.oidc.loaded('AccessToken').claims?.userinfo)
}

const answerUserinfo: Step = async (ctx, rt) => {
  ctx.body = await userinfoClaims(ctx, rt)
}

/** What a client may know about the end-user. @see OpenID Connect Core 1.0 §5.3 */
export const userinfo = defineAction({
  name: 'userinfo',
  methods: ['GET', 'POST'],
  path: 'userinfo',
  params: ['scope'],
  cors: 'client',
  wraps: [noStore, clientCors, bearerErrors('userinfo.error')],
  steps: [
    readOptionalForm,
    loadAccessToken,
    slot('presented_token'),
    checkSenderConstraint,
    checkAccessToken,
    readUserinfoScope,
    loadTokenContext,
    checkOrigin,
    loadUserinfoAccount,
    slot('userinfo_response'),
    answerUserinfo,
  ],
})
