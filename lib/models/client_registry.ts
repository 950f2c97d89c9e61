import QuickLRU from 'quick-lru'
import type { AdapterPayload } from '../../types/adapter.ts'
import type { ClientMetadata } from '../../types/client.ts'
import type { Store } from '../adapters/store.ts'
import { Client } from './client.ts'
import type { ClientRules } from './client_metadata/descriptor.ts'
import { validateClientMetadata } from './client_metadata/validate_client_metadata.ts'

/** How many clients from the adapter are kept validated. */
const CACHED_CLIENTS = 1000

/** Finds clients: those of the configuration without storage, all others through the adapter. */
export class ClientRegistry {
  readonly #store: Store
  readonly #rules: ClientRules
  readonly #static = new Map<string, { metadata: ClientMetadata; client?: Client }>()
  /** Validated clients with the stored version they were made of. */
  readonly #cache = new QuickLRU<string, { version: string; client: Client }>({ maxSize: CACHED_CLIENTS })

  /** @throws TypeError when a configured client has no client_id, or shares it with another */
  constructor(store: Store, rules: ClientRules, clients: readonly ClientMetadata[]) {
    this.#store = store
    this.#rules = rules
    for (const [position, metadata] of clients.entries()) {
      const { client_id: id } = metadata
      if (typeof id !== 'string' || id === '')
        throw new TypeError(`clients[${position}].client_id is missing`)
      if (this.#static.has(id)) throw new TypeError(`clients: client_id "${id}" is used twice`)
      this.#static.set(id, { metadata })
    }
  }

  /** Whether the client stands in the configuration. */
  isStatic(clientId: string): boolean {
    return this.#static.has(clientId)
  }

  /** @returns `undefined` when there is no such client */
  async find(clientId: string): Promise<Client | undefined> {
    const entry = this.#static.get(clientId)
    if (entry !== undefined) {
      entry.client ??= this.#make(entry.metadata)
      return entry.client
    }
    const stored = await this.#store.find('Client', clientId)
    return stored === undefined ? undefined : this.#restore(clientId, stored)
  }

  #restore(clientId: string, stored: AdapterPayload): Client {
    const version = JSON.stringify(stored)
    const cached = this.#cache.get(clientId)
    if (cached?.version === version) return cached.client
    const client = this.#make({ ...stored, client_id: clientId })
    this.#cache.set(clientId, { version, client })
    return client
  }

  #make(metadata: ClientMetadata): Client {
    return new Client(validateClientMetadata(metadata, this.#rules), this.#rules)
  }
}
