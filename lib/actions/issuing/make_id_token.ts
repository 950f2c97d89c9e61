import type { AuthenticationPayload } from '../../../types/models.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import type { JsonObject } from '../../helpers/jose/jwt.ts'
import { tokenHash } from '../../helpers/jose/token_hash.ts'
import { accountClaims } from './account_claims.ts'

export interface IdTokenContent {
  /** What the authentication left behind. */
  authentication: AuthenticationPayload
  /** Scope whose claims belong in here, space-delimited. */
  scope: string
  nonce?: string | undefined
  /** Values it vouches for, by the name of the claim that holds their hash. */
  hashed?: { at_hash?: string | undefined; c_hash?: string | undefined; s_hash?: string | undefined }
}

/** What is said about the authentication itself. @see OpenID Connect Core 1.0 §2 */
function authenticationClaims(ctx: Ctx, rt: Runtime, { authentication, nonce }: IdTokenContent): JsonObject {
  const { acr, amr, authTime, claims, sid } = authentication
  const wantsSid = claims?.id_token !== undefined && 'sid' in claims.id_token
  return {
    ...(acr === undefined || !rt.configuration.claimNames.has('acr') ? {} : { acr }),
    ...(amr === undefined ? {} : { amr }),
    ...(authTime === undefined ? {} : { auth_time: authTime }),
    ...(sid !== undefined && (wantsSid || ctx.oidc.loaded('Client').includeSid()) ? { sid } : {}),
    ...(nonce === undefined ? {} : { nonce }),
  }
}

/** What binds an ID Token to its request; an account has nothing to say about it. @see OpenID Connect Core 1.0 §2 */
const PROTOCOL_CLAIMS: ReadonlySet<string> = new Set([
  'iss',
  'aud',
  'azp',
  'exp',
  'iat',
  'nbf',
  'nonce',
  'at_hash',
  'c_hash',
  's_hash',
])

/** Only an `azp` that names the client may be said by the account. */
const mayState = (name: string, value: unknown, clientId: string): boolean =>
  !PROTOCOL_CLAIMS.has(name) || (name === 'azp' && value === clientId)

/** Makes the statement about the end-user's authentication. Its own claims cannot be overridden by the account's. */
export async function makeIdToken(ctx: Ctx, rt: Runtime, content: IdTokenContent): Promise<string> {
  const client = ctx.oidc.loaded('Client')
  const requested = content.authentication.claims?.id_token
  const claims = await accountClaims(ctx, rt, 'id_token', content.scope, requested)
  const idToken = new rt.models.IdToken({}, { ctx, client })
  for (const [name, value] of Object.entries(claims)) {
    if (mayState(name, value, client.clientId)) idToken.set(name, value)
  }
  for (const [name, value] of Object.entries(content.hashed ?? {})) {
    if (value !== undefined) idToken.set(name, tokenHash(value, client.idTokenSignedResponseAlg))
  }
  Object.assign(idToken.extra, authenticationClaims(ctx, rt, content))
  return idToken.issue({ use: 'idtoken' })
}
