import type { Ctx } from '../../../engine/context.ts'
import { missingParameter } from '../../../engine/reasons/parameter_errors.ts'
import type { Runtime, Step } from '../../../engine/runtime.ts'
import { InvalidGrant } from '../../../helpers/errors.ts'
import { type CodeChallenge, checkCodeVerifier } from '../../../helpers/pkce.ts'
import type { AuthorizationCode } from '../../../models/authorization_code.ts'
import { revokeGrant } from '../../issuing/revoke_grant.ts'
import { CODE } from '../reasons.ts'

/** A code whose proof was missing this often is guessed at. */
const MAX_ATTEMPTS = 5

function challengeOf({
  codeChallenge: challenge,
  codeChallengeMethod: method,
}: AuthorizationCode): CodeChallenge | undefined {
  if (challenge === undefined) return undefined
  return { challenge, method: method === 'plain' ? 'plain' : 'S256' }
}

/** @see RFC 6749 §4.1.3, §5.2 (what is missing is not a matter of the grant) */
function checkRedirectUri(ctx: Ctx, rt: Runtime, code: AuthorizationCode): void {
  const { redirectUris } = ctx.oidc.loaded('Client')
  const mayOmit = rt.configuration.allowOmittingSingleRegisteredRedirectUri && redirectUris.length === 1
  const sent = ctx.oidc.param('redirect_uri') ?? (mayOmit ? redirectUris[0] : undefined)
  if (sent === undefined) throw missingParameter('redirect_uri')
  if (sent !== code.redirectUri)
    throw new InvalidGrant('authorization code redirect_uri mismatch').because(CODE.redirect_uri_mismatch)
}

/** Counts a failed exchange; the last that is allowed removes the code. Then it fails. */
export async function refuseAttempt(rt: Runtime, code: AuthorizationCode, refusal: unknown): Promise<never> {
  if (code.consumed === undefined) {
    const version = code.version ?? 0
    const unchanged = { op: 'require', model: 'AuthorizationCode', id: code.jti, version } as const
    code.attempts = (code.attempts ?? 0) + 1
    code.version = version + 1
    const dies = code.attempts >= MAX_ATTEMPTS
    await rt.store.commit([
      unchanged,
      dies ? { op: 'destroy', model: 'AuthorizationCode', id: code.jti } : code.operation('put'),
    ])
  }
  throw refusal
}

/** Checks the proofs that go with a code. @see RFC 6749 §4.1.3, RFC 7636 §4.6 */
export const checkCodeProofs: Step = (ctx, rt) => {
  const code = ctx.oidc.loaded('AuthorizationCode')
  try {
    checkCodeVerifier(ctx.oidc.param('code_verifier'), challengeOf(code))
    checkRedirectUri(ctx, rt, code)
  } catch (refusal) {
    return refuseAttempt(rt, code, refusal)
  }
  return undefined
}

/**
 * A code used twice takes everything with it that was issued for it; whoever could not have exchanged it changes
 * nothing.
 * @see RFC 6749 §4.1.2, §10.5
 */
export const refuseUsedCode: Step = (ctx, rt) => {
  const code = ctx.oidc.loaded('AuthorizationCode')
  return code.consumed === undefined ? undefined : refuseReplay(ctx, rt, code)
}

async function refuseReplay(ctx: Ctx, rt: Runtime, code: AuthorizationCode): Promise<never> {
  // A commit that landed after its deadline is no theft: nobody has what it issued.
  if (rt.store.isUnanswered(code.attempt))
    throw new InvalidGrant('authorization code was used up by a failure of ours').because(
      CODE.used_up_by_failure,
    )
  if (code.grantId !== undefined) await revokeGrant(ctx, rt, code.grantId, 'AuthorizationCode')
  throw new InvalidGrant('authorization code already consumed').because(CODE.replayed)
}
