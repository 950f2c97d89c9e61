import type { Step } from '../../../engine/runtime.ts'
import { InvalidRequest } from '../../../helpers/errors.ts'
import { hearRejection } from '../../../helpers/hear_rejection.ts'
import { readCodeChallenge } from '../../../helpers/pkce.ts'
import { PKCE } from '../../../helpers/reasons/pkce_reasons.ts'
import { yieldsCode } from '../../../helpers/response_type.ts'
import { isBareScheme } from '../../../helpers/uri/redirect_uris.ts'

/** Another app may catch the answer: whatever the policy says, it must not be able to use it. @see RFC 8252 §8.1 */
const mayBeCaught = (redirectUri: string): boolean => isBareScheme(new URL(redirectUri).protocol.slice(0, -1))

/** @see RFC 7636 §4.3; RFC 9700 §2.1.1 */
export const readPkce: Step = (ctx, rt) => {
  const { methods, required } = rt.configuration.pkce
  const sent = {
    challenge: ctx.oidc.param('code_challenge'),
    method: ctx.oidc.param('code_challenge_method'),
  }
  const challenge = readCodeChallenge(sent, methods)
  if (challenge !== undefined) return ctx.oidc.understand('codeChallenge', challenge)
  if (!yieldsCode(ctx.oidc.understood('responseType'))) return
  const isRequired = hearRejection(required(ctx, ctx.oidc.loaded('Client')))
  if (isRequired || mayBeCaught(ctx.oidc.understood('redirectUri'))) {
    throw new InvalidRequest('Authorization Server policy requires PKCE to be used for this request').because(
      PKCE.required,
    )
  }
}
