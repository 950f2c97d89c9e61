import type { IncomingMessage, ServerResponse } from 'node:http'
import Cookies from 'cookies'
import type { CookieOptions } from '../../types/configuration.ts'
import type { ResolvedCookies } from '../configuration/resolved_configuration.ts'
import { setCookie } from '../helpers/http/set_cookie.ts'
import type { ModelRuntime } from './model_runtime.ts'

/** The Koa parts that cookies need. */
export interface CookieCarrier {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly secure: boolean
}

export type CookieName = 'session' | 'interaction' | 'resume'

const COOKIE_HEADER = 'Set-Cookie'
const LONG_AGO = new Date(0)

/** Reads and writes the provider's cookies with its own keys, whichever application it is mounted in. */
export class CookieJar {
  readonly #rt: ModelRuntime
  readonly #carrier: CookieCarrier
  #cookies: Cookies | undefined
  #signedBefore: Set<CookieName> | undefined

  constructor(rt: ModelRuntime, carrier: CookieCarrier) {
    this.#rt = rt
    this.#carrier = carrier
  }

  /** Cookies of any name, signed with the provider's keys. */
  get all(): Cookies {
    const { req, res, secure } = this.#carrier
    this.#cookies ??= new Cookies(req, res, { secure, keys: this.#rt.cookieKeys })
    return this.#cookies
  }

  /** @returns `undefined` when it is missing, or its signature does not hold */
  get(name: CookieName): string | undefined {
    if (this.#carrier.req.headers.cookie === undefined) return undefined
    const { configuration, cookieKeys } = this.#rt
    const written = configuration.cookies.names[name]
    const value = this.all.get(written, { signed: false })
    if (value === undefined || !this.#options(name).signed) return value
    // Not by `cookies`: it signs anew what an older key has signed, without what else the cookie was set with.
    const signature = this.all.get(`${written}.sig`, { signed: false })
    if (signature === undefined) return undefined
    const key = cookieKeys?.index(`${written}=${value}`, signature) ?? -1
    if (key > 0) {
      this.#signedBefore ??= new Set()
      this.#signedBefore.add(name)
    }
    return key < 0 ? undefined : value
  }

  /** What was read was signed by a key that signs no more: it lasts only as long as that key if it is not set again. */
  isSignedByOlderKey(name: CookieName): boolean {
    return this.#signedBefore?.has(name) === true
  }

  /** @param expires absent keeps it until the browser is closed */
  set(
    name: CookieName,
    value: string,
    { path, expires }: { path?: string; expires?: Date | undefined } = {},
  ): void {
    const { configuration, cookieKeys } = this.#rt
    const options = this.#options(name)
    const attributes = { ...options, path: path ?? options.path, expires, secure: this.#secure(options) }
    const sign = options.signed ? (pair: string) => cookieKeys?.sign(pair) ?? '' : undefined
    const written = setCookie(configuration.cookies.names[name], value, attributes, sign)
    // Cookies of one name with paths of their own stand side by side: what clears one must not be overwritten.
    this.#append(written, path === undefined && options.overwrite === true)
  }

  clear(name: CookieName, { path }: { path?: string } = {}): void {
    this.set(name, '', path === undefined ? { expires: LONG_AGO } : { path, expires: LONG_AGO })
  }

  #append(written: readonly string[], overwrite: boolean): void {
    const { res } = this.#carrier
    const header = res.getHeader(COOKIE_HEADER) ?? []
    const before = Array.isArray(header) ? header : [String(header)]
    const namesOf = written.map((cookie) => cookie.slice(0, cookie.indexOf('=') + 1))
    const kept = overwrite
      ? before.filter((cookie) => !namesOf.some((name) => cookie.startsWith(name)))
      : before
    res.setHeader(COOKIE_HEADER, [...kept, ...written])
  }

  /** @throws TypeError where browsers would not take it (RFC 6265bis §5.7) */
  #secure({ secure = this.#carrier.secure }: CookieOptions): boolean {
    if (secure && !this.#carrier.secure) {
      throw new TypeError(
        'a cookie that is secure (cookies.long.secure, cookies.short.secure) cannot be set over plain http: serve https, or behind a proxy that ends TLS set provider.proxy = true and forward X-Forwarded-Proto',
      )
    }
    return secure
  }

  #options(name: CookieName): ResolvedCookies['long'] {
    const { long, short } = this.#rt.configuration.cookies
    return name === 'session' ? long : short
  }
}
