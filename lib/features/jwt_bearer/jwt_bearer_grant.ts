import { commitOrRefuse } from '../../actions/token/issuance/commit_or_refuse.ts'
import { issueGrantedAccessToken } from '../../actions/token/issuance/granted_access_token.ts'
import { newGrant } from '../../actions/token/issuance/new_grant.ts'
import { requestedScope } from '../../actions/token/issuance/requested_scope.ts'
import { slot } from '../../engine/define_action.ts'
import { defineGrant } from '../../engine/define_grant.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidGrant } from '../../helpers/errors.ts'
import { listed } from '../../helpers/words.ts'
import { checkBearerTarget, decideAssertion, loadAssertedAccount } from './decide_assertion.ts'
import { loadAssertion } from './load_assertion.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** @see RFC 7521 §4.1 – no refresh token */
const issueBearerToken: Step = async (ctx, rt) => {
  const { accountId, scope: limit = '', expiresIn, extra } = ctx.oidc.understood('bearerDecision')
  const scope = requestedScope(ctx, rt, listed(limit))
  const grant = newGrant(ctx, rt, accountId)
  const { resourceServer } = ctx.oidc.request
  if (resourceServer === undefined) grant.addOIDCScope(scope)
  else grant.addResourceScope(resourceServer.identifier(), scope)
  await issueGrantedAccessToken(ctx, rt, { scope, extra, expiresIn }, { gty: JWT_BEARER })
}

const commitBearerToken: Step = async (ctx) => {
  await commitOrRefuse(ctx, (detail) => new InvalidGrant(detail))
  ctx.body = ctx.oidc.answer
}

/** The word of a trusted issuer stands in for the end-user. @see RFC 7523 §2.1 */
export const jwtBearerGrant = defineGrant({
  name: JWT_BEARER,
  params: ['assertion', 'resource', 'scope'],
  repeatable: ['resource'],
  steps: [
    // Before the assertion, which counts once: a client that has to send another proof sends it again.
    slot('token_binding'),
    loadAssertion,
    slot('client_resource'),
    checkBearerTarget,
    decideAssertion,
    loadAssertedAccount,
    issueBearerToken,
    slot('token_response'),
    commitBearerToken,
  ],
})
