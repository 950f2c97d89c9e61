import { checkRegisteredScope, parseScope } from '../../actions/authorization/rules/read_scope.ts'
import { answerWithToken } from '../../actions/issuing/answer_with_token.ts'
import { slot } from '../../engine/define_action.ts'
import { defineGrant } from '../../engine/define_grant.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidScope, UnauthorizedClient } from '../../helpers/errors.ts'

/** Anybody can call themselves a public client. @see RFC 6749 §4.4 */
const requireConfidentialClient: Step = (ctx) => {
  if (ctx.oidc.loaded('Client').clientAuthMethod === 'none') {
    throw new UnauthorizedClient('the client credentials grant must only be used by confidential clients')
  }
}

/** @see RFC 6749 §4.4.2; there is no end-user, so scopes about one are refused */
const readClientScope: Step = (ctx, rt) => {
  const { scopes: known } = rt.configuration
  const offered = ctx.oidc.request.resourceServer?.scopes
  const scopes = parseScope(ctx.oidc.param('scope'))
  const isOwn = (scope: string) => known.has(scope) && scope !== 'openid' && scope !== 'offline_access'
  const unknown = [...scopes].filter((scope) => !isOwn(scope) && offered?.has(scope) !== true)
  if (unknown.length > 0) throw new InvalidScope('requested scope is not allowed', unknown.join(' '))
  checkRegisteredScope(ctx, scopes, known)
  // A resource server's token holds its scopes only (RFC 8707 §2.2).
  const held = [...scopes].filter((scope) => offered === undefined || offered.has(scope))
  ctx.oidc.understand('scopes', new Set(held))
}

/** @see RFC 6749 §4.4.3 – no refresh token */
const issueClientCredentials: Step = async (ctx, rt) => {
  const scope = [...ctx.oidc.understood('scopes')].join(' ') || undefined
  const { resourceServer } = ctx.oidc.request
  const token = new rt.models.ClientCredentials({ client: ctx.oidc.loaded('Client'), resourceServer, scope })
  await answerWithToken(ctx, token)
  ctx.oidc.entity('ClientCredentials', token)
}

const commitClientCredentials: Step = async (ctx) => {
  await ctx.oidc.transaction.commit()
  ctx.body = ctx.oidc.answer
}

/** A client acts on its own behalf. @see RFC 6749 §4.4 */
export const clientCredentials = defineGrant({
  name: 'client_credentials',
  params: ['scope'],
  steps: [
    requireConfidentialClient,
    slot('client_resource'),
    readClientScope,
    slot('token_binding'),
    issueClientCredentials,
    slot('token_response'),
    commitClientCredentials,
  ],
})
