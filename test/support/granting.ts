import { randomUUID } from 'node:crypto'
import { epochTime } from '../../lib/helpers/epoch_time.ts'
import { signJwt } from '../../lib/helpers/jose/jwt.ts'
import type { GrantHandler } from '../../lib/index.ts'
import type { Configuration } from '../../types/configuration.ts'
import { CIBA } from './ciba.ts'
import { DEVICE_CODE } from './device.ts'
import { ecPair } from './key_pair.ts'
import { ACCOUNT, type RunningProvider } from './start_provider.ts'

export const CUSTOM = 'urn:example:flow'
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
/** All grants there are. */
export const OUR_GRANTS = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  DEVICE_CODE,
  CIBA,
  TOKEN_EXCHANGE,
  JWT_BEARER,
]
/** The same, and one of the host. */
export const EVERY_GRANT = [...OUR_GRANTS, CUSTOM]
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

const ELSEWHERE = 'https://idp.example.com'
const { publicKey, privateKey } = ecPair()

/** Grants that stand on the toolkit: everything is allowed by them. */
export const GRANTING = {
  tokenExchange: { enabled: true, policy: () => ({ scope: 'openid' }) },
  jwtBearer: {
    enabled: true,
    policy: () => ({ accountId: ACCOUNT, scope: 'openid' }),
    trustedIssuers: [{ issuer: ELSEWHERE, jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }) }] } }],
  },
} satisfies Configuration['features']

/** A grant of the host that uses something up and issues everything. */
export const customGrant: GrantHandler = async (ctx, _next, toolkit) => {
  const jti = String(ctx.oidc.params?.['once'])
  toolkit.useOnce({ iss: 'host', jti, exp: epochTime() + 60 })
  await toolkit.findAccount(ACCOUNT)
  toolkit.newGrant().addOIDCScope('openid')
  await toolkit.issueAccessToken({ scope: 'openid' })
  await toolkit.issueRefreshToken('openid')
  await toolkit.issueIdToken()
}

export const customForm = () => ({ grant_type: CUSTOM, once: randomUUID() })

/** The form of an exchange. */
export const exchangeForm = (subject: string, actor?: string): Record<string, string> => ({
  grant_type: TOKEN_EXCHANGE,
  subject_token: subject,
  subject_token_type: ACCESS_TOKEN,
  ...(actor === undefined ? {} : { actor_token: actor, actor_token_type: ACCESS_TOKEN }),
})

/** The form of an assertion that counts once. */
export async function bearerForm(op: RunningProvider): Promise<Record<string, string>> {
  const claims = { iss: ELSEWHERE, sub: 'x', aud: op.issuer, exp: epochTime() + 60, jti: randomUUID() }
  const assertion = await signJwt(claims, { alg: 'ES256', key: privateKey })
  return { grant_type: JWT_BEARER, assertion }
}
