import { randomUUID } from 'node:crypto'
import { importJWK, type JWK, SignJWT } from 'jose'
import { stringIn } from '../client/check.ts'
import { assertedCredentials, clientCredentials } from '../client/requests.ts'
import { ISSUER, RESOURCES } from '../server/setup.ts'
import { type Case, makeAll, oneEach } from './case.ts'

const issued = (name: string, resource: keyof typeof RESOURCES, weight: number): Case => ({
  name,
  weight,
  async prepare() {
    const request = clientCredentials(RESOURCES[resource])
    return async (connection) => {
      const token = stringIn(await connection.request(request), 'access_token')
      if ((token.split('.').length === 3) !== (resource !== 'opaque'))
        throw new Error(`${token} is no such token`)
    }
  },
})

async function assertions(clientKey: JWK, count: number): Promise<string[]> {
  const key = await importJWK(clientKey, 'ES256')
  return makeAll(count, () =>
    new SignJWT({ iss: 'signing-machine', sub: 'signing-machine', aud: ISSUER, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'client' })
      .setIssuedAt()
      .setExpirationTime('290 s')
      .sign(key),
  )
}

const asserted: Case = {
  name: 'private-key-jwt',
  weight: 1,
  async prepare({ clientKey, count }) {
    const next = oneEach(await assertions(clientKey, count))
    return async (connection) => {
      stringIn(await connection.request(assertedCredentials(RESOURCES.opaque, next())), 'access_token')
    }
  },
}

export const CLIENT_CREDENTIALS: readonly Case[] = [
  issued('client-credentials', 'opaque', 3),
  issued('client-credentials-es256', 'es256', 2),
  issued('client-credentials-rs256', 'rs256', 1),
  asserted,
]
