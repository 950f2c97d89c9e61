import { epochTime } from '../../helpers/epoch_time.ts'
import { sha256 } from '../../helpers/jose/sha256.ts'
import { FairCache } from '../../helpers/memory/fair_cache.ts'
import { FetchPool } from '../../outgoing/fetch_pool.ts'
import { freshnessOf } from '../../outgoing/freshness.ts'
import {
  expectOk,
  OutgoingRequestFailed,
  type OutgoingRuntime,
  outgoingRequest,
} from '../../outgoing/outgoing_request.ts'

/** How many request objects are kept. */
const KEPT = 100
/** How long one is kept, in seconds, whatever its headers say. Another fragment names another version. */
const KEPT_FOR = { least: 60, most: 60 * 60 }
/** Seconds that a failure is remembered. */
const FAILED_FOR = 30
/** Seconds between two fetches because of a new fragment: anybody can name one. */
const COOL_DOWN = 30
/** What a request object may be declared as. @see RFC 9101 §5.2.3 */
const TYPE = /^(?:application\/(?:oauth-authz-req\+jwt|jwt|jose)|text\/plain) *(?:;|$)/i

interface Entry {
  /** The last copy, with the fragments it has answered for. */
  copy: { text: string; freshUntil: number; fragments: Set<string> } | undefined
  /** Epoch seconds, before which another fragment is no reason to ask again. */
  coolUntil: number
  failure: { error: unknown; until: number } | undefined
  /** Whoever asks meanwhile waits for the same answer. */
  pending: Promise<string> | undefined
}

const siteOf = (uri: string): string => new URL(uri).host

/** A fragment may be the hash of what it names. @see OpenID Connect Core 1.0 §6.2 */
const HASH = /^[A-Za-z0-9_-]{43}$/

/** Request objects that clients keep at a `request_uri`. @see OpenID Connect Core 1.0 §6.2, RFC 9101 §5.2 */
export class RemoteRequestObjects {
  readonly #rt: OutgoingRuntime
  readonly #pool: FetchPool
  readonly #entries = new FairCache<Entry>(KEPT, siteOf)

  constructor(rt: OutgoingRuntime, pool = new FetchPool()) {
    this.#rt = rt
    this.#pool = pool
  }

  /**
   * @param uri with its fragment, which tells versions apart
   * @throws OutgoingRequestFailed, also for a while after the document could not be fetched, under any fragment
   */
  async get(uri: string): Promise<string> {
    const [document = '', fragment = ''] = uri.split(/#(.*)/s)
    const entry = this.#entryOf(document)
    const now = epochTime()
    const isKnown = entry.copy?.fragments.has(fragment) === true
    const kept = isKnown || entry.pending === undefined ? this.#kept(entry, uri, fragment, now) : undefined
    if (kept !== undefined) return kept
    if (entry.failure !== undefined && entry.failure.until > now) throw entry.failure.error
    if (entry.copy !== undefined && entry.copy.freshUntil > now) entry.coolUntil = now + COOL_DOWN
    entry.pending ??= this.#fetchOnce(document, entry)
    const text = await entry.pending
    entry.copy?.fragments.add(fragment)
    return text
  }

  #entryOf(document: string): Entry {
    const known = this.#entries.get(document)
    if (known !== undefined) return known
    const entry: Entry = { copy: undefined, coolUntil: 0, failure: undefined, pending: undefined }
    this.#entries.set(document, entry)
    return entry
  }

  /** The copy, if it is the version that is asked for, or it is too early to look for another. */
  #kept({ copy, coolUntil }: Entry, uri: string, fragment: string, now: number): string | undefined {
    if (copy === undefined || copy.freshUntil <= now) return undefined
    if (copy.fragments.has(fragment)) return copy.text
    if (coolUntil <= now) return undefined
    if (HASH.test(fragment) && sha256(copy.text) !== fragment)
      throw new OutgoingRequestFailed(
        uri,
        'its fragment names another version, which is not asked for so soon',
      )
    return copy.text
  }

  async #fetchOnce(document: string, entry: Entry): Promise<string> {
    try {
      const fetched = await this.#fetch(document)
      entry.copy = { ...fetched, fragments: new Set() }
      entry.failure = undefined
      return fetched.text
    } catch (error) {
      // Whoever asks for a version that is fresh does not suffer from a stranger who asked for another.
      const isTemporary = error instanceof OutgoingRequestFailed && error.isTemporary
      if (!isTemporary) entry.copy = undefined
      entry.failure = { error, until: epochTime() + FAILED_FOR }
      throw error
    } finally {
      entry.pending = undefined
    }
  }

  async #fetch(document: string): Promise<{ text: string; freshUntil: number }> {
    const { status, headers, body } = await outgoingRequest(this.#rt, document, {
      accept: 'application/oauth-authz-req+jwt, application/jwt',
      pool: this.#pool,
      limit: this.#rt.configuration.fetchResponseBodyLimits.request_uri,
    })
    expectOk(document, status)
    if (!TYPE.test(headers.get('content-type') ?? ''))
      throw new OutgoingRequestFailed(document, 'the answer is not declared as a JWT')
    const now = epochTime()
    return { text: body.trim(), freshUntil: now + freshnessOf(headers, now, KEPT_FOR) }
  }
}
