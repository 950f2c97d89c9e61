import { encryptForClient } from '../../clients/encrypt_for_client.ts'
import { signForClient } from '../../clients/sign_for_client.ts'
import type { SealedMode } from '../../engine/runtime.ts'
import { epochTime } from '../../helpers/epoch_time.ts'

/** Seconds that a response may take to its client; ten minutes would be the most. @see JARM §2.1 (`exp`) */
const LIFETIME = 120

/**
 * Puts a response, or an error, into a JWT that only one client takes, and for a while only. Its members are text
 * there as in any other response (§2.1.2), and none of them can say who made it or for whom.
 * @see JWT Secured Authorization Response Mode §2.1, §2.2
 */
export const sealResponse: SealedMode['seal'] = async (ctx, rt, response) => {
  const client = ctx.oidc.loaded('Client')
  const { authorizationSignedResponseAlg: alg } = client
  if (alg === undefined || alg === 'none') throw new TypeError('authorization responses have to be signed')
  const members = Object.entries(response).map(([name, value]) => [name, String(value)] as const)
  const payload = {
    ...Object.fromEntries(members),
    iss: rt.issuer,
    aud: client.clientId,
    exp: epochTime() + LIFETIME,
  }
  const signed = await signForClient(rt, client, payload, { alg })
  const jwt = await encryptForClient(rt, client, signed, {
    alg: client.authorizationEncryptedResponseAlg,
    enc: client.authorizationEncryptedResponseEnc,
  })
  return { response: jwt }
}
