import type { AdapterFactory, AdapterPayload, GivenAdapter } from '../../types/adapter.ts'
import { isLoopbackHost } from '../helpers/uri/loopback_uri.ts'
import type { Provider } from '../index.ts'

/** Whether it leads to this very device, over plain http. @see RFC 8252 §7.3 */
export function isOnThisDevice(uri: string): boolean {
  if (!URL.canParse(uri)) return false
  const { protocol, hostname, hash } = new URL(uri)
  return protocol === 'http:' && isLoopbackHost(hostname) && hash === ''
}

/** A public client, as nobody registered it. @see RFC 6749 §2.1 */
const UNLISTED: AdapterPayload = {
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['http://localhost/'],
  response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token'],
}

/** An adapter in which every client that was not stored is a public one. */
export function withOpenClients(storage: AdapterFactory): AdapterFactory {
  const open: AdapterFactory = (name) => {
    const adapter = storage(name)
    if (name !== 'Client') return adapter
    const clients: GivenAdapter = {
      upsert: (id, payload, expiresIn) => adapter.upsert(id, payload, expiresIn),
      find: async (id) => (await adapter.find(id)) ?? UNLISTED,
      consume: (id) => adapter.consume(id),
      destroy: (id) => adapter.destroy(id),
      revokeByGrantId: (grantId) => adapter.revokeByGrantId(grantId),
    }
    return clients
  }
  return storage.commit === undefined ? open : Object.assign(open, { commit: storage.commit })
}

/** Lets answers of every client of this provider go to programs on this device, wherever they listen. */
export function acceptLoopbackUris({ Client: { prototype } }: Provider): void {
  const { redirectUriAllowed, postLogoutRedirectUriAllowed } = prototype
  Object.assign(prototype, {
    redirectUriAllowed(uri: string) {
      return isOnThisDevice(uri) || Reflect.apply(redirectUriAllowed, this, [uri])
    },
    postLogoutRedirectUriAllowed(uri: string) {
      return isOnThisDevice(uri) || Reflect.apply(postLogoutRedirectUriAllowed, this, [uri])
    },
  })
}
