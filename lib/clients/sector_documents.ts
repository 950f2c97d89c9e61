import QuickLRU from 'quick-lru'
import { InvalidClientMetadata } from '../helpers/errors.ts'
import { FetchPool } from '../outgoing/fetch_pool.ts'
import { OutgoingRequestFailed, type OutgoingRuntime, outgoingJson } from '../outgoing/outgoing_request.ts'
import { CLIENT_METADATA } from './reasons.ts'

/** How many documents that could not be had are remembered. */
const REMEMBERED = 1000
/** Milliseconds for which a failure is remembered. */
const FAILED_FOR = 10_000

/** Fetches what clients say about their sector, one fetch at a time per URL. @see OpenID Connect Core 1.0 §8.1 */
export class SectorDocuments {
  readonly #rt: OutgoingRuntime
  readonly #pool = new FetchPool()
  /** Fetches under way, and those that failed a moment ago. */
  readonly #fetches = new QuickLRU<string, Promise<unknown>>({ maxSize: REMEMBERED, maxAge: FAILED_FOR })

  constructor(rt: OutgoingRuntime) {
    this.#rt = rt
  }

  /** @throws InvalidClientMetadata */
  get(uri: string): Promise<unknown> {
    const known = this.#fetches.get(uri)
    if (known !== undefined) return known
    const fetching = this.#fetch(uri)
    this.#fetches.set(uri, fetching)
    fetching.then(
      () => this.#fetches.delete(uri),
      () => this.#fetches.set(uri, fetching),
    )
    return fetching
  }

  /** Only declared JSON counts: whoever can upload a text to a host could join its sector otherwise. */
  async #fetch(uri: string): Promise<unknown> {
    const { sector_identifier_uri: limit } = this.#rt.configuration.fetchResponseBodyLimits
    try {
      const { value } = await outgoingJson(this.#rt, uri, { limit, pool: this.#pool })
      return value
    } catch (thrown) {
      if (!(thrown instanceof OutgoingRequestFailed)) throw thrown
      throw new InvalidClientMetadata(
        'sector_identifier_uri could not be fetched',
        thrown.message,
        thrown,
      ).because(CLIENT_METADATA.sector_unreachable, { seen: ['sector_identifier_uri'] })
    }
  }
}
