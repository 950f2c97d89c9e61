import { generateKeyPairSync } from 'node:crypto'
import type { JWK, JWKS } from '../../types/client.ts'

type Pair = { privateKey: { export(options: { format: 'jwk' }): JWK } }

const named = ({ privateKey }: Pair, kid: string, use: 'sig' | 'enc'): JWK => ({
  ...privateKey.export({ format: 'jwk' }),
  kid,
  use,
})

/** Private keys of a client: for signatures and for what is encrypted for it. */
export const CLIENT_JWKS: JWKS = {
  keys: [
    named(generateKeyPairSync('rsa', { modulusLength: 2048 }), 'rsa-sig', 'sig'),
    named(generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ec-sig', 'sig'),
    named(generateKeyPairSync('rsa', { modulusLength: 2048 }), 'rsa-enc', 'enc'),
    named(generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ec-enc', 'enc'),
  ],
}

/** What is registered of them. */
export const PUBLIC_JWKS: JWKS = {
  keys: CLIENT_JWKS.keys.map(({ kty, crv, x, y, n, e, kid, use }) =>
    Object.fromEntries(
      Object.entries({ kty, crv, x, y, n, e, kid, use }).filter(([, value]) => value !== undefined),
    ),
  ),
}
