import { InvalidClientMetadata } from '../../helpers/errors.ts'
import { CLIENT_METADATA } from '../reasons.ts'
import type { CrossRule } from './descriptor.ts'

/**
 * What is signed for a client needs a key of the provider. Otherwise it would fail after the login.
 * @see OpenID Connect Dynamic Client Registration 1.0 §2
 */
export const checkSigningKeys: CrossRule = (metadata, { rows, signingKeys }) => {
  for (const { name, signs } of rows) {
    const alg = metadata[name]
    if (!signs || typeof alg !== 'string' || signingKeys.serves(alg)) continue
    throw new InvalidClientMetadata(
      `${name} is ${alg}, which no key of the provider can serve`,
      `there are keys for ${signingKeys.algorithms.join(', ')}: set ${name} for the client, or in clientDefaults`,
    ).because(CLIENT_METADATA.algorithm_unserved, { seen: [name, alg], accepted: signingKeys.algorithms })
  }
}
