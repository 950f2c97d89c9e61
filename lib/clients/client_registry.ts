import QuickLRU from 'quick-lru'
import type { AdapterPayload } from '../../types/adapter.ts'
import type { ClientMetadata } from '../../types/client.ts'
import type { Store } from '../adapters/store.ts'
import { InvalidClient, OIDCProviderError } from '../helpers/errors.ts'
import type { Client } from './client.ts'
import type { ClientRules } from './metadata/descriptor.ts'
import { earlyCheck, validateClientMetadata } from './metadata/validate_client_metadata.ts'
import { CLIENT } from './reasons.ts'

/** How many clients from the adapter are kept validated. */
const CACHED_CLIENTS = 1000
/** Milliseconds for which a failed check is not repeated, whoever asks for the client. */
const FAILURE_KEPT = 10_000

export interface ClientRegistryOptions {
  readonly store: Store
  readonly rules: ClientRules
  /** The clients of the configuration; no two share a client_id. */
  readonly clients: readonly ClientMetadata[]
  /** This provider's own class. */
  readonly Client: typeof Client
  /**
   * Asks others whether the client is what it says, where it says something about others.
   * @throws InvalidClientMetadata
   */
  vouch(client: Client): Promise<void>
}

/** A client with the stored version it was made of. */
interface Validated {
  readonly version: string
  readonly client: Client
  /** Whether `vouch` has found nothing, or has nothing to look for. */
  vouched: boolean
}

/** Finds clients: those of the configuration without storage, all others through the adapter. */
export class ClientRegistry {
  readonly #options: ClientRegistryOptions
  readonly #static = new Map<string, { metadata: ClientMetadata; validated?: Validated }>()
  readonly #stored = new QuickLRU<string, Validated>({ maxSize: CACHED_CLIENTS })
  /** Checks that run, or failed a moment ago. */
  readonly #checks = new QuickLRU<string, { of: Validated; outcome: Promise<void> }>({
    maxSize: CACHED_CLIENTS,
    maxAge: FAILURE_KEPT,
  })

  /** @throws TypeError naming the client of the configuration that cannot work, and its property */
  constructor(options: ClientRegistryOptions) {
    this.#options = options
    const check = earlyCheck(options.rules)
    for (const metadata of options.clients) {
      checkStatic(metadata, check)
      this.#static.set(metadata.client_id, { metadata })
    }
  }

  /** Whether the client stands in the configuration. */
  isStatic(clientId: string): boolean {
    return this.#static.has(clientId)
  }

  /**
   * A client of the configuration that was found valid before.
   * @returns `undefined` when only `find` can tell
   */
  known(clientId: string): Client | undefined {
    const validated = this.#static.get(clientId)?.validated
    return validated?.vouched === true ? validated.client.forRequest() : undefined
  }

  /**
   * @returns `undefined` when there is no such client
   * @throws InvalidClient when there is one that is not valid; `error_detail` says why
   */
  async find(clientId: string): Promise<Client | undefined> {
    const found = await this.#load(clientId)
    if (found?.vouched === false) await this.#vouch(found)
    return found?.client.forRequest()
  }

  /**
   * Finds a client without asking others about it: what they say may be what it is about to correct.
   * @throws InvalidClient
   */
  async load(clientId: string): Promise<Client | undefined> {
    return (await this.#load(clientId))?.client.forRequest()
  }

  async #load(clientId: string): Promise<Validated | undefined> {
    const entry = this.#static.get(clientId)
    if (entry !== undefined) {
      entry.validated ??= this.#make(clientId, '', entry.metadata)
      return entry.validated
    }
    const stored = await this.#options.store.find('Client', clientId)
    return stored === undefined ? undefined : this.#restore(clientId, stored)
  }

  #restore(clientId: string, stored: AdapterPayload): Validated {
    const version = JSON.stringify(stored)
    const cached = this.#stored.get(clientId)
    if (cached?.version === version) return cached
    const validated = this.#make(clientId, version, { ...stored, client_id: clientId })
    this.#stored.set(clientId, validated)
    return validated
  }

  #make(clientId: string, version: string, metadata: ClientMetadata): Validated {
    const { Client, rules } = this.#options
    try {
      const client = new Client(validateClientMetadata(metadata, rules), rules)
      return { version, client, vouched: client.sectorIdentifierUri === undefined }
    } catch (thrown) {
      throw notValid(clientId, thrown)
    }
  }

  /** Whoever asks while a check runs, or shortly after it failed, gets its outcome. */
  #vouch(validated: Validated): Promise<void> {
    const { clientId } = validated.client
    const check = this.#checks.get(clientId)
    if (check?.of === validated) return check.outcome
    const outcome = this.#check(validated)
    this.#checks.set(clientId, { of: validated, outcome })
    return outcome
  }

  async #check(validated: Validated): Promise<void> {
    try {
      await this.#options.vouch(validated.client)
      validated.vouched = true
    } catch (thrown) {
      throw notValid(validated.client.clientId, thrown)
    }
  }
}

/** To whoever asks, a client that is not valid is none; only the listeners are told more. */
function notValid(clientId: string, thrown: unknown): unknown {
  if (!(thrown instanceof OIDCProviderError)) return thrown
  const { error, error_description: reason = error, error_detail: more } = thrown
  const detail = [`client "${clientId}" is not valid: ${reason}`, more].filter(Boolean).join('; ')
  return new InvalidClient('client is invalid', detail, thrown).because(CLIENT.invalid, {
    seen: thrown.seen ?? [],
    accepted: thrown.accepted,
  })
}

/** A typo in the configuration is to be seen when the process starts, not when the first end-user arrives. */
function checkStatic(metadata: ClientMetadata, check: (metadata: ClientMetadata) => void): void {
  try {
    check(metadata)
  } catch (thrown) {
    if (!(thrown instanceof OIDCProviderError)) throw thrown
    const { error, error_description: reason = error, error_detail: more } = thrown
    throw new TypeError(
      `clients: client_id "${metadata.client_id}": ${[reason, more].filter(Boolean).join('; ')}`,
      { cause: thrown },
    )
  }
}
