/** Metadata as it is sent or stored: nothing about its types is known yet. */
type Unchecked = Readonly<Record<string, unknown>>

/**
 * Whether anything in the metadata rests on a shared secret. Without a method of its own a client authenticates
 * with its secret; fill in the provider's defaults first where it has others.
 * @see OpenID Connect Dynamic Client Registration 1.0 §2, OpenID Connect Core 1.0 §10.1, §10.2
 */
export function needsSecret(metadata: Unchecked): boolean {
  const method = metadata['token_endpoint_auth_method'] ?? 'client_secret_basic'
  const usesSecret = typeof method === 'string' && method.startsWith('client_secret_')
  return usesSecret || algorithmsOf(metadata, EVERY_ALGORITHM).some(isSymmetric)
}

/** Whether the client authenticates with keys of its own. @see OpenID Connect Core 1.0 §9, RFC 8705 §2.2 */
export function isKnownByKeys({ token_endpoint_auth_method: method }: Unchecked): boolean {
  return method === 'private_key_jwt' || method === 'self_signed_tls_client_auth'
}

/** Whether anything in the metadata rests on the client's public keys. @see OpenID Connect Core 1.0 §10.1, §10.2 */
export function needsKeys(metadata: Unchecked): boolean {
  return (
    isKnownByKeys(metadata) ||
    algorithmsOf(metadata, CLIENT_KEY_ALGORITHMS).some((alg) => alg !== 'none' && !isSymmetric(alg))
  )
}

/** Whether the algorithm works with a shared secret. @see RFC 7518 §3.2, §4.4, §4.5, §4.7 */
export function isSymmetric(alg: string): boolean {
  return alg.startsWith('HS') || alg === 'dir' || /^A[0-9]{3}(?:GCM)?KW$/.test(alg)
}

/** Algorithms whose public key, where they have one, is the client's. */
const CLIENT_KEY_ALGORITHMS: readonly string[] = [
  'id_token_encrypted_response_alg',
  'userinfo_encrypted_response_alg',
  'introspection_encrypted_response_alg',
  'authorization_encrypted_response_alg',
  'request_object_signing_alg',
  'backchannel_authentication_request_signing_alg',
]

const EVERY_ALGORITHM: readonly string[] = [
  ...CLIENT_KEY_ALGORITHMS,
  'id_token_signed_response_alg',
  'userinfo_signed_response_alg',
  'introspection_signed_response_alg',
  'authorization_signed_response_alg',
  'request_object_encryption_alg',
]

function algorithmsOf(metadata: Unchecked, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const alg = metadata[name]
    return typeof alg === 'string' ? [alg] : []
  })
}
