import { InvalidClientMetadata } from '../../helpers/errors.ts'
import type { CrossRule } from './descriptor.ts'

/** Nobody logs in for a client that only has credentials of its own. */
const hasEndUsers = (grantTypes: readonly string[] = []): boolean =>
  grantTypes.some((grantType) => grantType !== 'client_credentials')

/**
 * What is signed for a client needs a key of the provider. Otherwise it would fail after the login.
 * @see OpenID Connect Dynamic Client Registration 1.0 §2
 */
export const checkSigningKeys: CrossRule = (metadata, { rows, signingKeys }) => {
  for (const { name, signs } of rows) {
    const alg = metadata[name]
    if (!signs || typeof alg !== 'string' || signingKeys.serves(alg)) continue
    if (name === 'id_token_signed_response_alg' && !hasEndUsers(metadata.grant_types)) continue
    throw new InvalidClientMetadata(
      `${name} is ${alg}, which no key of the provider can serve`,
      `there are keys for ${signingKeys.algorithms.join(', ')}: set ${name} for the client, or in clientDefaults`,
    )
  }
}
