import { encryptForClient } from '../../clients/encrypt_for_client.ts'
import { signForClient } from '../../clients/sign_for_client.ts'
import { RESPONDED, type Step } from '../../engine/runtime.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { userinfoClaims } from './userinfo.ts'

/**
 * Answers with a JWT where the client registered to get one; its issuer and audience cannot be overridden by
 * claims of the account.
 * @see OpenID Connect Core 1.0 §5.3.2
 */
export const answerUserinfoJwt: Step = async (ctx, rt) => {
  const client = ctx.oidc.loaded('Client')
  const { userinfoSignedResponseAlg: alg } = client
  if (alg === undefined) return undefined
  const claims = await userinfoClaims(ctx, rt)
  const payload = { ...claims, iss: rt.issuer, aud: client.clientId, iat: epochTime() }
  const signed = await signForClient(rt, client, payload, { alg })
  const jwt = await encryptForClient(rt, client, signed, {
    alg: client.userinfoEncryptedResponseAlg,
    enc: client.userinfoEncryptedResponseEnc,
  })
  ctx.type = 'application/jwt'
  ctx.body = jwt
  return RESPONDED
}
