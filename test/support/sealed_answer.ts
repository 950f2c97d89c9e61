import { expect } from 'chai'
import { createRemoteJWKSet, type JWTVerifyResult, jwtVerify } from 'jose'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { type Answer, EVERYTHING, HYBRID_CLIENT } from './authorization_answer.ts'
import { type RunningProvider, startProvider } from './start_provider.ts'

/** A provider with every response type and JWT response mode, for one client. */
export const startForSealed = (
  client: Partial<ClientMetadata> = {},
  { features, ...configuration }: Configuration = {},
): Promise<RunningProvider> =>
  startProvider({
    ...EVERYTHING,
    clients: [{ ...HYBRID_CLIENT, ...client }],
    ...configuration,
    features: {
      encryption: { enabled: true },
      jwtResponseModes: { enabled: true },
      webMessageResponseMode: { enabled: true, ack: 'individual-draft-01' },
      ...features,
    },
  })

/** Opens the JWT of a response as a client does, which takes nothing beside it. @see JARM §2.4 */
export async function opened(op: RunningProvider, answer: Answer): Promise<JWTVerifyResult> {
  expect(Object.keys(answer.members)).to.deep.equal(['response'])
  return verifySealed(op, answer.members['response'])
}

export function verifySealed(op: RunningProvider, jwt: unknown): Promise<JWTVerifyResult> {
  const keys = createRemoteJWKSet(new URL(op.provider.urlFor('jwks')))
  return jwtVerify(String(jwt), keys, { issuer: op.issuer, audience: op.client.client_id })
}
