import type { ClientMetadata } from '../../../types/client.ts'
import { isSymmetric, needsKeys, needsSecret } from '../../helpers/jose/client_keys.ts'
import type { CrossRule } from './descriptor.ts'
import { refuse } from './refuse.ts'

const DEFAULT_ENC = 'A128CBC-HS256'

/**
 * What is encrypted names its content encryption, and the signature that has to be inside where there is a choice.
 * @see OpenID Connect Dynamic Client Registration 1.0 §2 (`*_encrypted_response_enc`)
 */
export function encryptionRule(
  alg: keyof ClientMetadata & string,
  enc: keyof ClientMetadata & string,
  signature?: keyof ClientMetadata & string,
): CrossRule {
  return (metadata, rules) => {
    if (metadata[alg] === undefined) {
      if (metadata[enc] !== undefined) refuse(alg, `is mandatory property when ${enc} is used`)
      return
    }
    if (metadata[enc] === undefined) {
      const isAllowed = rules.rows.find(({ name }) => name === enc)?.allowed?.has(DEFAULT_ENC)
      if (!isAllowed) refuse(enc, `is mandatory property when ${alg} is used`)
      Object.assign(metadata, { [enc]: DEFAULT_ENC })
    }
    if (signature !== undefined && metadata[signature] === undefined) {
      refuse(signature, `is mandatory property when ${alg} is used`)
    }
  }
}

/**
 * Keys that anyone on the way could replace prove nothing, so they come by https, except from hosts that the
 * configuration calls its own.
 * @see RFC 7591 §2 (`jwks_uri`), §5
 */
export const checkJwksUri: CrossRule = ({ jwks_uri: jwksUri }, { settings }) => {
  if (jwksUri === undefined) return
  const { protocol, hostname } = new URL(jwksUri)
  const { allowSpecialUseAddresses: own = false } = settings
  const isOwn = typeof own === 'boolean' ? own : own.has(hostname)
  if (protocol !== 'https:' && !isOwn) refuse('jwks_uri', 'must be a https URI')
}

/** @see RFC 7591 §2 (`jwks`, `jwks_uri`) */
export const checkClientKeys: CrossRule = (metadata) => {
  const { jwks, jwks_uri: jwksUri } = metadata
  if (jwks !== undefined && jwksUri !== undefined)
    refuse('jwks', 'and jwks_uri must not be used at the same time')
  if (!needsKeys(metadata) || jwksUri !== undefined) return
  if (jwks === undefined) refuse('jwks', 'or jwks_uri is mandatory for this client')
  if (jwks.keys.length === 0) refuse('jwks', 'must contain a key for this client')
}

/** @see OpenID Connect Core 1.0 §9, §10.1, §10.2 */
export const checkClientSecret: CrossRule = (metadata) => {
  if (metadata.client_secret !== undefined || !needsSecret(metadata)) return
  const isPublic = metadata.token_endpoint_auth_method === 'none'
  const otherwise = isPublic ? '' : ", or token_endpoint_auth_method: 'none' for a public client"
  refuse('client_secret', `is mandatory property${otherwise}`)
}

/** The kind of key belongs to the method. @see OpenID Connect Core 1.0 §9 */
export const checkAssertionAlgorithm: CrossRule = (metadata) => {
  const { token_endpoint_auth_method: method, token_endpoint_auth_signing_alg: alg } = metadata
  if (alg === undefined) return
  if (method === 'client_secret_jwt' && !isSymmetric(alg)) {
    refuse('token_endpoint_auth_signing_alg', 'must be an HMAC algorithm with client_secret_jwt')
  }
  if (method === 'private_key_jwt' && isSymmetric(alg)) {
    refuse('token_endpoint_auth_signing_alg', 'must not be an HMAC algorithm with private_key_jwt')
  }
}

/**
 * Only the token endpoint's own TLS can stand in for a signature.
 * @see OpenID Connect Dynamic Client Registration 1.0 §2 (`id_token_signed_response_alg`)
 */
export const checkUnsignedIdToken: CrossRule = (metadata) => {
  if (metadata.id_token_signed_response_alg !== 'none') return
  if (metadata.response_types?.some((responseType) => responseType.split(' ').includes('id_token'))) {
    refuse('id_token_signed_response_alg', "must not be 'none' when 'id_token' is amongst response_types")
  }
}
