import { isSymmetric } from '../helpers/jose/client_keys.ts'
import { type JsonObject, signJwt } from '../helpers/jose/jwt.ts'
import type { Keystore } from '../helpers/jose/keystore.ts'
import type { Client } from './client.ts'
import type { ClientKeystore } from './client_keystore.ts'

/**
 * Signs a JWT for a client: with a key of the provider, or with the client's secret where it registered HMAC.
 * @throws InvalidClientMetadata when the client has no secret that can be used
 * @see OpenID Connect Core 1.0 §10.1
 */
export function signForClient(
  { keystore, clientKeys }: { readonly keystore: Keystore; readonly clientKeys: ClientKeystore },
  client: Client,
  payload: JsonObject,
  { alg, typ }: { alg: string; typ?: string | undefined },
): Promise<string> {
  if (isSymmetric(alg)) return signJwt(payload, { alg, typ, key: clientKeys.symmetricKey(client, alg) })
  const key = keystore.keyFor(alg)
  if (key === undefined) throw new Error(`jwks has no key that can sign with ${alg}`)
  return signJwt(payload, { alg, typ, kid: key.kid, key: key.privateKey })
}
