import type { ClientMetadata } from '../../types/client.ts'

/** Whether anything the client registered rests on a shared secret. @see RFC 6749 §2.3.1, OpenID Connect Core 1.0 §10.1, §10.2 */
export function needsSecret(metadata: Partial<ClientMetadata>): boolean {
  return (
    metadata.token_endpoint_auth_method?.startsWith('client_secret_') === true ||
    algorithmsOf(metadata, EVERY_ALGORITHM).some(isSymmetric)
  )
}

/** Whether anything the client registered rests on its public keys. @see OpenID Connect Core 1.0 §10.1, §10.2 */
export function needsKeys(metadata: Partial<ClientMetadata>): boolean {
  const { token_endpoint_auth_method: method } = metadata
  return (
    method === 'private_key_jwt' ||
    method === 'self_signed_tls_client_auth' ||
    algorithmsOf(metadata, CLIENT_KEY_ALGORITHMS).some((alg) => alg !== 'none' && !isSymmetric(alg))
  )
}

/** Whether the algorithm works with a shared secret. @see RFC 7518 §3.2, §4.4, §4.5, §4.7 */
export function isSymmetric(alg: string): boolean {
  return alg.startsWith('HS') || alg === 'dir' || /^A[0-9]{3}(?:GCM)?KW$/.test(alg)
}

/** Algorithms whose public key, where they have one, is the client's. */
const CLIENT_KEY_ALGORITHMS = [
  'id_token_encrypted_response_alg',
  'userinfo_encrypted_response_alg',
  'introspection_encrypted_response_alg',
  'authorization_encrypted_response_alg',
  'request_object_signing_alg',
  'backchannel_authentication_request_signing_alg',
] as const

const EVERY_ALGORITHM = [
  ...CLIENT_KEY_ALGORITHMS,
  'id_token_signed_response_alg',
  'userinfo_signed_response_alg',
  'introspection_signed_response_alg',
  'authorization_signed_response_alg',
  'request_object_encryption_alg',
] as const

function algorithmsOf(
  metadata: Partial<ClientMetadata>,
  names: readonly (typeof EVERY_ALGORITHM)[number][],
): string[] {
  return names.flatMap((name) => metadata[name] ?? [])
}
