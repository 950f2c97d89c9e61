import type { JWK } from 'jose'
import QuickLRU from 'quick-lru'
import { epochTime } from '../helpers/epoch_time.ts'
import { clientJwksProblem } from '../helpers/jose/client_jwks.ts'
import { PublicKeySet } from '../helpers/jose/public_key_set.ts'
import { freshnessOf } from './freshness.ts'

import { OutgoingRequestFailed, type OutgoingRuntime, outgoingJson } from './outgoing_request.ts'

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

interface Entry {
  /** The last key set that was fetched. */
  keys: PublicKeySet | undefined
  /** Epoch seconds. */
  freshUntil: number
  /** Epoch seconds, before which a missing key is no reason to ask again. */
  coolUntil: number
  failure: { error: unknown; until: number } | undefined
  /** The fetch that is on its way; everybody who needs the keys meanwhile waits for it. */
  pending: Promise<PublicKeySet> | undefined
}

/** Key sets that clients keep at a `jwks_uri`. @see RFC 7591 §2 */
export class RemoteKeySets {
  readonly #rt: OutgoingRuntime
  readonly #entries = new QuickLRU<string, Entry>({ maxSize: KEPT })

  constructor(rt: OutgoingRuntime) {
    this.#rt = rt
  }

  /** @throws when there is no fresh key set and none can be fetched */
  async get(uri: string): Promise<PublicKeySet> {
    const entry = this.#entryOf(uri)
    if (entry.pending !== undefined) return entry.pending
    if (entry.keys !== undefined && entry.freshUntil > epochTime()) return entry.keys
    return this.#fetchOnce(uri, entry)
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

  #entryOf(uri: string): Entry {
    const known = this.#entries.get(uri)
    if (known !== undefined) return known
    const entry: Entry = {
      keys: undefined,
      freshUntil: 0,
      coolUntil: 0,
      failure: undefined,
      pending: undefined,
    }
    this.#entries.set(uri, entry)
    return entry
  }

  async #fetchOnce(uri: string, entry: Entry): Promise<PublicKeySet> {
    if (entry.failure !== undefined && entry.failure.until > epochTime()) throw entry.failure.error
    entry.pending = this.#fetch(uri, entry)
    try {
      const keys = await entry.pending
      entry.failure = undefined
      return keys
    } catch (error) {
      entry.failure = { error, until: epochTime() + FAILED_FOR }
      throw error
    } finally {
      entry.pending = undefined
    }
  }

  async #fetch(uri: string, entry: Entry): Promise<PublicKeySet> {
    const { value, headers } = await outgoingJson(this.#rt, uri, {
      accept: 'application/jwk-set+json, application/json',
      // Key sets stand on file servers that know no type for them; what is no key set does not become one by that.
      undeclared: true,
      limit: this.#rt.configuration.fetchResponseBodyLimits.jwks_uri,
    })
    if (!isClientJwks(value)) throw new OutgoingRequestFailed(uri, `its key set ${clientJwksProblem(value)}`)
    const now = epochTime()
    entry.keys = new PublicKeySet(value)
    entry.freshUntil = now + freshnessOf(headers, now, KEPT_FOR)
    return entry.keys
  }
}
