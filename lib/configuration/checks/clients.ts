import type { ClientMetadata } from '../../../types/client.ts'
import { isOptionObject } from './shapes.ts'

/** Members of a `Client` have other names than the metadata it is made of. @see RFC 7591 §2 */
const meant = (client: unknown) =>
  isOptionObject(client) && 'clientId' in client ? ': write client_id, redirect_uris and so on' : ''

/**
 * Reads `clients`. Their other metadata are checked when a client is first used.
 * @throws TypeError
 */
export function readClients(given: unknown): readonly ClientMetadata[] {
  if (!Array.isArray(given)) throw new TypeError('clients must be an Array')
  const clients: ClientMetadata[] = []
  const ids = new Set<string>()
  for (const [index, client] of given.entries()) {
    const id: unknown = isOptionObject(client) ? client['client_id'] : undefined
    if (typeof id !== 'string' || id === '')
      throw new TypeError(`clients must all have a client_id, and clients[${index}] has none${meant(client)}`)
    if (ids.has(id)) throw new TypeError(`clients must not have the client_id '${id}' twice`)
    ids.add(id)
    clients.push({ ...client, client_id: id })
  }
  return Object.freeze(clients)
}
