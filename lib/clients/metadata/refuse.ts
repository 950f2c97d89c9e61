import { InvalidClientMetadata, InvalidRedirectUri } from '../../helpers/errors.ts'
import { CLIENT_METADATA } from '../reasons.ts'

/**
 * Refuses a property, by the error code that is meant for it.
 * @see RFC 7591 §3.2.2
 */
export function refuse(name: string, problem: string): never {
  const description = `${name} ${problem}`
  if (name === 'redirect_uris')
    throw new InvalidRedirectUri(description).because(CLIENT_METADATA.redirect_uris_invalid, { seen: [name] })
  throw new InvalidClientMetadata(description).because(CLIENT_METADATA.value_invalid, { seen: [name] })
}

/** `'a', 'b'`: how a text lists what is allowed. */
export function quoted(values: Iterable<string>): string {
  return [...values].map((value) => `'${value}'`).join(', ')
}
