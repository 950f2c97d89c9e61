import { setTimeout as delay } from 'node:timers/promises'
import type {
  DeviceAuthorizationExtras,
  DeviceAuthorizationParameters,
} from '../../../types/relying_party/parameters.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { OPError, RPError } from '../errors.ts'
import { expectObject } from '../http/read_answer.ts'
import type { RelyingParty } from '../relying_party.ts'
import type { TokenSet } from '../token_set.ts'
import { checkIdToken } from '../tokens/id_token.ts'
import { authenticatedPost } from './authenticated_post.ts'
import { grant, readable } from './grant.ts'

/** What a device shows, and polls with. @see RFC 8628 §3.2 */
export interface DeviceAuthorizationResponse {
  device_code: string
  user_code: string
  verification_uri: string
  verification_uri_complete?: string | undefined
  expires_in: number
  interval?: number | undefined
}

/** @see RFC 8628 §3.2, §3.5 */
const INTERVAL = { default: 5, slowDown: 5, most: 60 * 60 }

const seconds = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0

/** What a device may show as a link, or as a QR code. */
const isWebUri = (value: unknown): value is string =>
  typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)

/** @throws OPError when something is missing @see RFC 8628 §3.2 */
function readResponse(body: Record<string, unknown>): DeviceAuthorizationResponse {
  const { device_code, user_code, verification_uri, verification_uri_complete, expires_in, interval } = body
  if (
    typeof device_code !== 'string' ||
    typeof user_code !== 'string' ||
    !isWebUri(verification_uri) ||
    !seconds(expires_in)
  )
    throw new OPError('expected device_code, user_code, verification_uri and expires_in in the answer')
  return {
    device_code,
    user_code,
    verification_uri,
    verification_uri_complete: isWebUri(verification_uri_complete) ? verification_uri_complete : undefined,
    expires_in,
    interval: seconds(interval) ? Math.min(interval, INTERVAL.most) : undefined,
  }
}

/** How a device waits. */
export interface DeviceFlowPollOptions {
  /** Ends polling. */
  signal?: AbortSignal | undefined
}

/** A login that somebody approves on another device. @see RFC 8628 */
export class DeviceFlowHandle {
  readonly #party: RelyingParty
  readonly #response: DeviceAuthorizationResponse
  readonly #extras: DeviceAuthorizationExtras
  readonly #expiresAt: number
  readonly #aborted = new AbortController()
  #interval: number

  /** @internal */
  constructor(party: RelyingParty, response: DeviceAuthorizationResponse, extras: DeviceAuthorizationExtras) {
    this.#party = party
    this.#response = response
    this.#extras = extras
    this.#interval = response.interval ?? INTERVAL.default
    this.#expiresAt = epochTime() + response.expires_in
  }

  /** What the person types in. */
  get user_code(): string {
    return this.#response.user_code
  }

  /** Where the person types it in. */
  get verification_uri(): string {
    return this.#response.verification_uri
  }

  /** The same with the code in it, for instance as a QR code. */
  get verification_uri_complete(): string | undefined {
    return this.#response.verification_uri_complete
  }

  /** What is polled with. */
  get device_code(): string {
    return this.#response.device_code
  }

  /** Seconds until it is too late; 0 when it is. */
  get expires_in(): number {
    return Math.max(0, this.#expiresAt - epochTime())
  }

  expired(): boolean {
    return this.expires_in === 0
  }

  /** Ends polling. */
  abort(): void {
    this.#aborted.abort()
  }

  /**
   * Asks until there is an answer.
   * @throws RPError when it is aborted or expired, OPError when the person refuses
   * @see RFC 8628 §3.4, §3.5
   */
  async poll({ signal }: DeviceFlowPollOptions = {}): Promise<TokenSet> {
    const aborted =
      signal === undefined ? this.#aborted.signal : AbortSignal.any([signal, this.#aborted.signal])
    for (;;) {
      if (aborted.aborted) throw new RPError('polling aborted')
      if (this.expired())
        throw new RPError(
          `the device code ${this.device_code} has expired and the device authorization session has concluded`,
        )
      const tokens = await this.#ask()
      if (tokens !== undefined) return tokens
      await delay(this.#interval * 1000, undefined, { signal: aborted }).catch(() => undefined)
    }
  }

  /** @returns `undefined` while the person has not decided */
  async #ask(): Promise<TokenSet | undefined> {
    const { exchangeBody, ...extras } = this.#extras
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
    try {
      const tokens = await grant(
        this.#party,
        { ...exchangeBody, grant_type, device_code: this.device_code },
        extras,
      )
      return await this.#checked(tokens)
    } catch (error) {
      const code = error instanceof OPError ? error.error : undefined
      if (code === 'slow_down') this.#interval += INTERVAL.slowDown
      if (code !== 'slow_down' && code !== 'authorization_pending') throw error
      return undefined
    }
  }

  async #checked(tokens: TokenSet): Promise<TokenSet> {
    const { id_token: idToken, access_token: accessToken } = tokens
    if (idToken === undefined) return tokens
    await checkIdToken(this.#party, idToken, { from: 'token', accessToken })
    return readable(this.#party, tokens)
  }
}

/** @throws OPError, RPError, TypeError @see RFC 8628 §3.1 */
export async function deviceAuthorization(
  party: RelyingParty,
  parameters: DeviceAuthorizationParameters = {},
  extras: DeviceAuthorizationExtras = {},
): Promise<DeviceFlowHandle> {
  const form = { client_id: party.metadata.client_id, scope: 'openid', ...parameters }
  const post = { endpoint: 'device_authorization_endpoint', as: 'token', form } as const
  const { clientAssertionPayload } = extras
  const response = await authenticatedPost(party, post, { clientAssertionPayload })
  return new DeviceFlowHandle(party, readResponse(expectObject(response)), extras)
}
