import type { Step } from '../../../engine/runtime.ts'
import { yieldsCode } from '../../../helpers/response_type.ts'
import { authenticationOf, storedResources } from './authentication_of.ts'
import { bindToSession } from './bind_to_session.ts'

/** Makes the code the client exchanges; it is written with everything else. @see RFC 6749 §4.1.2 */
export const issueCode: Step = async (ctx, rt) => {
  if (!yieldsCode(ctx.oidc.understood('responseType'))) return
  const { codeChallenge, keptWithCode } = ctx.oidc.request
  const code = new rt.models.AuthorizationCode({
    client: ctx.oidc.loaded('Client'),
    ...authenticationOf(ctx),
    ...keptWithCode,
    codeChallenge: codeChallenge?.challenge,
    codeChallengeMethod: codeChallenge?.method,
    redirectUri: ctx.oidc.understood('redirectUri'),
    resource: storedResources(ctx),
  })
  await bindToSession(ctx, rt, code)
  const issued = await code.issue(ctx)
  ctx.oidc.entity('AuthorizationCode', code)
  ctx.oidc.transaction.add(issued.operations, issued.announce)
  ctx.oidc.answer['code'] = issued.value
}
