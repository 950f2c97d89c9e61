import { InvalidClientMetadata } from '../../helpers/errors.ts'
import { CLIENT_METADATA } from '../reasons.ts'
import type { CrossRule, ReadyRow, SigningKeys } from './descriptor.ts'

/** What may be said in a row, and can be served. */
export const servableIn = ({ signs, allowed }: ReadyRow, keys: SigningKeys): readonly string[] =>
  (signs ? keys.algorithms : keys.decrypting).filter((alg) => allowed?.has(alg) !== false)

/**
 * What is signed for a client, or encrypted by it, needs a key of the provider. Otherwise it would fail after the
 * login, and the request with the client.
 * @see OpenID Connect Dynamic Client Registration 1.0 §2
 */
export const checkSigningKeys: CrossRule = (metadata, { rows, signingKeys }) => {
  for (const row of rows) {
    const { name, signs, decrypts } = row
    const alg = metadata[name]
    if (!(signs || decrypts) || typeof alg !== 'string' || signingKeys.serves(alg)) continue
    const there = servableIn(row, signingKeys)
    throw new InvalidClientMetadata(
      `${name} is ${alg}, which no key of the provider can serve`,
      there.length === 0
        ? 'no key of the provider serves what enabledJWA allows of it: add one to jwks'
        : `there are keys for ${there.join(', ')}: set ${name} for the client, or in clientDefaults`,
    ).because(CLIENT_METADATA.algorithm_unserved, { seen: [name, alg], accepted: there })
  }
}
