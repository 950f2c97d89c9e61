import { encryptJwt } from '../helpers/jose/jwe.ts'
import type { Client } from './client.ts'
import type { ClientKeystore } from './client_keystore.ts'

/**
 * Encrypts a JWT for a client that registered to get it encrypted; signed first, so that the signature is inside.
 * @param alg what the client registered; absent, the JWT stays as it is
 * @throws InvalidClientMetadata when the client has no usable key
 * @see RFC 7519 §11.2, OpenID Connect Core 1.0 §10.2
 */
export async function encryptForClient(
  { clientKeys }: { readonly clientKeys: ClientKeystore },
  client: Client,
  jwt: string,
  { alg, enc = 'A128CBC-HS256' }: { alg: string | undefined; enc: string | undefined },
): Promise<string> {
  if (alg === undefined) return jwt
  const key = await clientKeys.encryptionKey(client, alg, enc)
  return encryptJwt(jwt, { alg, enc, ...key })
}
