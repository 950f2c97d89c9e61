import { InvalidClientMetadata, InvalidRedirectUri } from '../../helpers/errors.ts'

/**
 * Refuses a property, by the error code that is meant for it.
 * @see RFC 7591 §3.2.2
 */
export function refuse(name: string, problem: string): never {
  const description = `${name} ${problem}`
  if (name === 'redirect_uris') throw new InvalidRedirectUri(description)
  throw new InvalidClientMetadata(description)
}

/** `'a', 'b'`: how a text lists what is allowed. */
export function quoted(values: Iterable<string>): string {
  return [...values].map((value) => `'${value}'`).join(', ')
}
