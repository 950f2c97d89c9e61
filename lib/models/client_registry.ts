import QuickLRU from 'quick-lru'
import type { AdapterPayload } from '../../types/adapter.ts'
import type { ClientMetadata } from '../../types/client.ts'
import type { Store } from '../adapters/store.ts'
import { InvalidClient, OIDCProviderError } from '../helpers/errors.ts'
import type { Client } from './client.ts'
import type { ClientRules } from './client_metadata/descriptor.ts'
import { earlyCheck, validateClientMetadata } from './client_metadata/validate_client_metadata.ts'

/** How many clients from the adapter are kept validated. */
const CACHED_CLIENTS = 1000

export interface ClientRegistryOptions {
  readonly store: Store
  readonly rules: ClientRules
  /** The clients of the configuration. */
  readonly clients: readonly ClientMetadata[]
  /** This provider's own class. */
  readonly Client: typeof Client
}

/** Finds clients: those of the configuration without storage, all others through the adapter. */
export class ClientRegistry {
  readonly #store: Store
  readonly #rules: ClientRules
  readonly #Client: typeof Client
  readonly #static = new Map<string, { metadata: ClientMetadata; client?: Client }>()
  /** Validated clients with the stored version they were made of. */
  readonly #cache = new QuickLRU<string, { version: string; client: Client }>({ maxSize: CACHED_CLIENTS })

  /** @throws TypeError when a configured client has no client_id, shares it with another, or cannot work */
  constructor({ store, rules, clients, Client }: ClientRegistryOptions) {
    this.#store = store
    this.#rules = rules
    this.#Client = Client
    const check = earlyCheck(rules)
    for (const [position, metadata] of clients.entries()) {
      const { client_id: id } = metadata
      if (typeof id !== 'string' || id === '')
        throw new TypeError(`clients[${position}].client_id is missing`)
      if (this.#static.has(id)) throw new TypeError(`clients: client_id "${id}" is used twice`)
      checkStatic(metadata, check)
      this.#static.set(id, { metadata })
    }
  }

  /** Whether the client stands in the configuration. */
  isStatic(clientId: string): boolean {
    return this.#static.has(clientId)
  }

  /**
   * @returns `undefined` when there is no such client
   * @throws InvalidClient when there is one that is not valid; `error_detail` says why
   */
  async find(clientId: string): Promise<Client | undefined> {
    const entry = this.#static.get(clientId)
    if (entry !== undefined) {
      entry.client ??= this.#make(clientId, entry.metadata)
      return entry.client
    }
    const stored = await this.#store.find('Client', clientId)
    return stored === undefined ? undefined : this.#restore(clientId, stored)
  }

  #restore(clientId: string, stored: AdapterPayload): Client {
    const version = JSON.stringify(stored)
    const cached = this.#cache.get(clientId)
    if (cached?.version === version) return cached.client
    const client = this.#make(clientId, { ...stored, client_id: clientId })
    this.#cache.set(clientId, { version, client })
    return client
  }

  /** To whoever asks, a client that is not valid is none; only the listeners are told more. */
  #make(clientId: string, metadata: ClientMetadata): Client {
    try {
      return new this.#Client(validateClientMetadata(metadata, this.#rules), this.#rules)
    } catch (thrown) {
      if (!(thrown instanceof OIDCProviderError)) throw thrown
      const detail = `client "${clientId}" is not valid: ${thrown.error_description ?? thrown.error}`
      throw new InvalidClient('client is invalid', detail, thrown)
    }
  }
}

/** A typo in the configuration is to be seen when the process starts, not when the first end-user arrives. */
function checkStatic(metadata: ClientMetadata, check: (metadata: ClientMetadata) => void): void {
  try {
    check(metadata)
  } catch (thrown) {
    if (!(thrown instanceof OIDCProviderError)) throw thrown
    const reason = thrown.error_description ?? thrown.error
    throw new TypeError(`clients: client_id "${metadata.client_id}": ${reason}`, { cause: thrown })
  }
}
