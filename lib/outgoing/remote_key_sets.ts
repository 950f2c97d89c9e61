import type { JWK } from '../../types/client.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { clientJwksProblem } from '../helpers/jose/client_jwks.ts'
import { PublicKeySet } from '../helpers/jose/public_key_set.ts'
import { FairCache } from '../helpers/memory/fair_cache.ts'
import { FetchPool } from './fetch_pool.ts'
import { freshnessOf } from './freshness.ts'
import { OutgoingRequestFailed } from './outgoing_request_failed.ts'

/** Whether a value is a key set as clients may have one. @see RFC 7517 §5 */
const isClientJwks = (value: unknown): value is { keys: JWK[] } => clientJwksProblem(value) === undefined

/** How many key sets are kept. */
const KEPT = 1000
/** How long a key set is kept, in seconds, whatever its headers say. */
const KEPT_FOR = { least: 60, most: 24 * 60 * 60 }
/** Seconds between two fetches because of a key that is not there: anybody can name one. */
const COOL_DOWN = 60
/** Seconds that a failure is remembered: a hiccup of the client's server is over sooner than its keys change. */
const FAILED_FOR = 30
/** Seconds beyond its freshness that a key set is used while its server is out of reach. */
const STALE_FOR = 60 * 60

/** Whoever has a name has all below it. */
const siteOf = (uri: string): string => new URL(uri).hostname.split('.').slice(-2).join('.')

interface Entry {
  /** The last key set that was fetched. */
  keys: PublicKeySet | undefined
  /** Epoch seconds. */
  freshUntil: number
  /** Epoch seconds, before which a missing key is no reason to ask again. */
  coolUntil: number
  failure: { error: unknown; until: number } | undefined
  /** Its server said that it is no more: what is kept lasts until it is not fresh, and no longer. */
  isGone: boolean
  /** The fetch that is on its way; everybody who needs the keys meanwhile waits for it. */
  pending: Promise<PublicKeySet> | undefined
}

const mayPass = (error: unknown) => error instanceof OutgoingRequestFailed && error.isTemporary

/** Asks for a key set, with a limit to its size. @throws OutgoingRequestFailed */
export type LoadKeySet = (
  uri: string,
  /** Key sets stand on file servers that know no type for them; what is no key set does not become one by that. */
  request: { accept: string; pool: FetchPool; undeclared: true },
) => Promise<{ value: unknown; headers: ReadonlyMap<string, string> }>

/** Key sets that others keep at a `jwks_uri`. @see RFC 7591 §2, RFC 8414 §2 */
export class RemoteKeySets {
  readonly #load: LoadKeySet
  readonly #pool = new FetchPool()
  /** For key sets that were never had: strangers who register clients make up as many as they want. */
  readonly #unprovenPool = new FetchPool()
  readonly #staleFor: number
  /** Those that were had once; the others cannot push them out. */
  readonly #proven = new FairCache<Entry>(KEPT, siteOf)
  readonly #unproven = new FairCache<Entry>(KEPT, siteOf)

  /** @param staleFor seconds for which a key set is used beyond its freshness while it cannot be fetched */
  constructor(load: LoadKeySet, staleFor = STALE_FOR) {
    this.#load = load
    this.#staleFor = staleFor
  }

  /** @throws when there is no fresh key set and none can be fetched */
  async get(uri: string): Promise<PublicKeySet> {
    const entry = this.#entryOf(uri)
    // A fetch that is on its way may look for a key that a stranger made up: what is fresh does not wait for it.
    if (entry.keys !== undefined && entry.freshUntil > epochTime()) return entry.keys
    try {
      return await (entry.pending ?? this.#fetchOnce(uri, entry))
    } catch (error) {
      const stale = this.#staleKeys(entry, error)
      if (stale === undefined) throw error
      return stale
    }
  }

  /** The last key set while its server is out of reach; anything else the server says ends it. */
  #staleKeys(entry: Entry, error: unknown): PublicKeySet | undefined {
    if (entry.isGone || !mayPass(error)) entry.keys = undefined
    return entry.freshUntil + this.#staleFor > epochTime() ? entry.keys : undefined
  }

  /**
   * The key set once more, because a key was not in this one.
   * @returns a newer key set; `undefined` while asking again would be too early
   */
  async getNewer(uri: string, known: PublicKeySet): Promise<PublicKeySet | undefined> {
    const entry = this.#entryOf(uri)
    if (entry.pending !== undefined) return entry.pending
    if (entry.keys !== undefined && entry.keys !== known) return entry.keys
    const now = epochTime()
    if (entry.coolUntil > now) return undefined
    entry.coolUntil = now + COOL_DOWN
    return this.#fetchOnce(uri, entry)
  }

  /** The key set as it is now, because somebody whose decision that is wants it. @throws when it cannot be fetched */
  reload(uri: string): Promise<PublicKeySet> {
    const entry = this.#entryOf(uri)
    entry.failure = undefined
    return entry.pending ?? this.#fetchOnce(uri, entry)
  }

  #entryOf(uri: string): Entry {
    const known = this.#proven.get(uri) ?? this.#unproven.get(uri)
    if (known !== undefined) return known
    const entry: Entry = {
      keys: undefined,
      freshUntil: 0,
      coolUntil: 0,
      failure: undefined,
      isGone: false,
      pending: undefined,
    }
    this.#unproven.set(uri, entry)
    return entry
  }

  async #fetchOnce(uri: string, entry: Entry): Promise<PublicKeySet> {
    if (entry.failure !== undefined && entry.failure.until > epochTime()) throw entry.failure.error
    entry.pending = this.#fetch(uri, entry)
    try {
      const keys = await entry.pending
      entry.failure = undefined
      entry.isGone = false
      this.#unproven.delete(uri)
      this.#proven.set(uri, entry)
      return keys
    } catch (error) {
      entry.failure = { error, until: epochTime() + FAILED_FOR }
      entry.isGone ||= !mayPass(error)
      throw error
    } finally {
      entry.pending = undefined
    }
  }

  async #fetch(uri: string, entry: Entry): Promise<PublicKeySet> {
    const { value, headers } = await this.#load(uri, {
      accept: 'application/jwk-set+json, application/json',
      pool: entry.keys === undefined ? this.#unprovenPool : this.#pool,
      undeclared: true,
    })
    if (!isClientJwks(value)) throw new OutgoingRequestFailed(uri, `its key set ${clientJwksProblem(value)}`)
    const now = epochTime()
    entry.keys = new PublicKeySet(value)
    entry.freshUntil = now + freshnessOf(headers, now, KEPT_FOR)
    return entry.keys
  }
}
