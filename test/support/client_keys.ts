import type { JWKS } from '../../types/client.ts'
import { ecPair, jwkOf, rsaPair } from './key_pair.ts'

/** Private keys of a client: for signatures and for what is encrypted for it. */
export const CLIENT_JWKS: JWKS = {
  keys: [
    jwkOf(rsaPair().privateKey, { kid: 'rsa-sig', use: 'sig' }),
    jwkOf(ecPair().privateKey, { kid: 'ec-sig', use: 'sig' }),
    jwkOf(rsaPair().privateKey, { kid: 'rsa-enc', use: 'enc' }),
    jwkOf(ecPair().privateKey, { kid: 'ec-enc', use: 'enc' }),
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
