import type { Step } from '../../../engine/runtime.ts'
import { InvalidRequest } from '../../../helpers/errors.ts'
import { hearRejection } from '../../../helpers/hear_rejection.ts'
import { readCodeChallenge } from '../../../helpers/pkce.ts'
import { words } from '../../../helpers/words.ts'

/** @see RFC 7636 §4.3; RFC 9700 §2.1.1 */
export const readPkce: Step = (ctx, rt) => {
  const { methods, required } = rt.configuration.pkce
  const sent = {
    challenge: ctx.oidc.param('code_challenge'),
    method: ctx.oidc.param('code_challenge_method'),
  }
  const challenge = readCodeChallenge(sent, methods)
  if (challenge !== undefined) return ctx.oidc.understand('codeChallenge', challenge)
  const yieldsCode = words(ctx.oidc.understood('responseType')).includes('code')
  if (yieldsCode && hearRejection(required(ctx, ctx.oidc.loaded('Client')))) {
    throw new InvalidRequest('Authorization Server policy requires PKCE to be used for this request')
  }
}
