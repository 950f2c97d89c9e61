import QuickLRU from 'quick-lru'
import { epochTime } from '../../helpers/epoch_time.ts'
import { freshnessOf } from '../../outgoing/freshness.ts'
import {
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
/** What a request object may be declared as. @see RFC 9101 §5.2.3 */
const TYPE = /^(?:application\/(?:oauth-authz-req\+jwt|jwt|jose)|text\/plain) *(?:;|$)/i

interface Entry {
  readonly pending: Promise<string>
  /** Epoch seconds. */
  freshUntil: number
}

/** Request objects that clients keep at a `request_uri`. @see OpenID Connect Core 1.0 §6.2, RFC 9101 §5.2 */
export class RemoteRequestObjects {
  readonly #rt: OutgoingRuntime
  readonly #entries = new QuickLRU<string, Entry>({ maxSize: KEPT })

  constructor(rt: OutgoingRuntime) {
    this.#rt = rt
  }

  /**
   * @param uri with its fragment, which tells versions apart
   * @throws OutgoingRequestFailed, also for a while after it could not be fetched
   */
  get(uri: string): Promise<string> {
    const known = this.#entries.get(uri)
    if (known !== undefined && known.freshUntil > epochTime()) return known.pending
    // Whoever asks meanwhile waits for the same answer.
    const entry: Entry = { pending: this.#fetch(uri), freshUntil: Number.POSITIVE_INFINITY }
    this.#entries.set(uri, entry)
    entry.pending.catch(() => {
      entry.freshUntil = epochTime() + FAILED_FOR
    })
    return entry.pending
  }

  async #fetch(uri: string): Promise<string> {
    const { status, headers, body } = await outgoingRequest(this.#rt, uri.replace(/#.*$/s, ''), {
      accept: 'application/oauth-authz-req+jwt, application/jwt',
      limit: this.#rt.configuration.fetchResponseBodyLimits.request_uri,
    })
    if (status !== 200) throw new OutgoingRequestFailed(uri, `the answer has the status ${status}, not 200`)
    if (!TYPE.test(headers.get('content-type') ?? ''))
      throw new OutgoingRequestFailed(uri, 'the answer is not declared as a JWT')
    const entry = this.#entries.peek(uri)
    const now = epochTime()
    if (entry !== undefined) entry.freshUntil = now + freshnessOf(headers, now, KEPT_FOR)
    return body.trim()
  }
}
