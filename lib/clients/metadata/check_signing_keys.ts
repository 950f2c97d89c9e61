import { InvalidClientMetadata } from '../../helpers/errors.ts'
import { CLIENT_METADATA } from '../reasons.ts'
import type { CrossRule } from './descriptor.ts'

/**
 * What is signed for a client, or encrypted by it, needs a key of the provider. Otherwise it would fail after the
 * login, and the request with the client.
 * @see OpenID Connect Dynamic Client Registration 1.0 §2
 */
export const checkSigningKeys: CrossRule = (metadata, { rows, signingKeys }) => {
  for (const { name, signs, decrypts } of rows) {
    const alg = metadata[name]
    if (!(signs || decrypts) || typeof alg !== 'string' || signingKeys.serves(alg)) continue
    const there = signs ? signingKeys.algorithms : signingKeys.decrypting
    throw new InvalidClientMetadata(
      `${name} is ${alg}, which no key of the provider can serve`,
      `there are keys for ${there.join(', ')}: set ${name} for the client, or in clientDefaults`,
    ).because(CLIENT_METADATA.algorithm_unserved, { seen: [name, alg], accepted: there })
  }
}
