import type { ClientMetadata } from '../../../types/client.ts'
import { nearest } from '../../helpers/nearest.ts'
import type { ClientRules } from './descriptor.ts'

/** Whether nothing would be different if it were read. */
const asksForNothing = (value: unknown) =>
  value === undefined || value === null || value === false || (Array.isArray(value) && value.length === 0)

/**
 * Finds what configured clients say that nothing will read: each name once, with the client that has it first.
 * Hosts may carry strays, and metadata of features that are off, so it is no error. But who asks for tokens
 * that are bound to a key must not believe that they are (RFC 9449 §5.2).
 */
export function* unknownMetadata(clients: readonly ClientMetadata[], rules: ClientRules): Generator<string> {
  const known = new Set([...rules.properties.keys(), ...rules.known])
  const said = new Set<string>()
  for (const client of clients) {
    for (const [name, value] of Object.entries(client)) {
      if (said.has(name)) continue
      const option = rules.dormant.get(name)
      if (option !== undefined && !asksForNothing(value)) {
        said.add(name)
        yield `NOTICE: clients: client_id "${client.client_id}": ${name} does nothing, as ${option} is off`
      }
      if (known.has(name)) continue
      said.add(name)
      const meant = nearest(name, known)
      yield `NOTICE: clients: client_id "${client.client_id}": ${name} is not known and does nothing` +
        (meant === undefined ? '' : `, did you mean ${meant}?`)
    }
  }
}

/** Finds response modes of configured clients that are not there: the host may register them, or have mistyped them. */
export function* unknownResponseModes(
  clients: readonly ClientMetadata[],
  modes: ReadonlySet<string>,
): Generator<string> {
  for (const { client_id, response_modes = [] } of clients) {
    for (const mode of response_modes) {
      if (modes.has(mode)) continue
      yield `NOTICE: clients: client_id "${client_id}": there is no response mode ${mode}; unless it is registered with registerResponseMode(), the client is refused`
    }
  }
}
