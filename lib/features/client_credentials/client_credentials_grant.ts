import { checkRegisteredScope, parseScope } from '../../actions/authorization/rules/read_scope.ts'
import { answerWithToken } from '../../actions/issuing/answer_with_token.ts'
import { TOKEN_REQUEST } from '../../actions/token/reasons.ts'
import { slot } from '../../engine/define_action.ts'
import { defineGrant } from '../../engine/define_grant.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidScope, UnauthorizedClient } from '../../helpers/errors.ts'
import { whenKnown } from '../../helpers/promises/when_known.ts'
import { CLIENT_CREDENTIALS } from './reasons.ts'

/** Anybody can call themselves a public client. @see RFC 6749 §4.4 */
const requireConfidentialClient: Step = (ctx) => {
  if (ctx.oidc.loaded('Client').clientAuthMethod === 'none') {
    throw new UnauthorizedClient(
      'the client credentials grant must only be used by confidential clients',
    ).because(TOKEN_REQUEST.client_is_public)
  }
}

/** There is no end-user whom these could be about. */
const ABOUT_END_USERS: ReadonlySet<string> = new Set(['openid', 'offline_access'])

/**
 * Scopes nobody knows are dropped, and the answer says what is left; those that the client may not have are refused,
 * and so is a request of which nobody knows any.
 * @see RFC 6749 §3.3, §4.4.2, §5.2
 */
const readClientScope: Step = (ctx, rt) => {
  const { scopes: own } = rt.configuration
  const offered = ctx.oidc.request.resourceServer?.scopes
  const sent = parseScope(ctx.oidc.param('scope'))
  const refused = [...sent].filter((scope) => ABOUT_END_USERS.has(scope) && offered?.has(scope) !== true)
  if (refused.length > 0)
    throw new InvalidScope('requested scope is not allowed', refused.join(' ')).because(
      CLIENT_CREDENTIALS.scope_about_people,
      { seen: refused },
    )
  checkRegisteredScope(ctx, sent, own)
  // A resource server's token holds its scopes only (RFC 8707 §2.2).
  const known = offered ?? own
  const held = [...sent].filter((scope) => known.has(scope))
  if (held.length === 0 && sent.size > 0 && ![...sent].some((scope) => own.has(scope))) {
    throw new InvalidScope('requested scope is not known', [...sent].join(' ')).because(
      TOKEN_REQUEST.scope_unknown,
      { seen: [...sent], accepted: [...known] },
    )
  }
  ctx.oidc.understand('scopes', new Set(held))
}

/** @see RFC 6749 §4.4.3 – no refresh token */
const issueClientCredentials: Step = (ctx, rt) => {
  const scopes = [...ctx.oidc.understood('scopes')]
  const scope = ctx.oidc.param('scope') === undefined ? undefined : scopes.join(' ')
  const { resourceServer } = ctx.oidc.request
  const token = new rt.models.ClientCredentials({ client: ctx.oidc.loaded('Client'), resourceServer, scope })
  return whenKnown(answerWithToken(ctx, token), () => ctx.oidc.entity('ClientCredentials', token))
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
