import type { IncomingMessage, ServerResponse } from 'node:http'
import Cookies from 'cookies'
import type { ModelRuntime } from './model_runtime.ts'

/** The Koa parts that cookies need. */
export interface CookieCarrier {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly secure: boolean
}

export type CookieName = 'session' | 'interaction' | 'resume'

/** Reads and writes the provider's cookies with its own keys, whichever application it is mounted in. */
export class CookieJar {
  readonly #rt: ModelRuntime
  readonly #cookies: Cookies

  constructor(rt: ModelRuntime, carrier: CookieCarrier) {
    this.#rt = rt
    this.#cookies = new Cookies(carrier.req, carrier.res, { secure: carrier.secure, keys: rt.cookieKeys })
  }

  /** Cookies of any name, signed with the provider's keys. */
  get all(): Cookies {
    return this.#cookies
  }

  /** @returns `undefined` when it is missing, or its signature does not hold */
  get(name: CookieName): string | undefined {
    const { names } = this.#rt.configuration.cookies
    return this.#cookies.get(names[name], { signed: this.#options(name).signed ?? false })
  }

  /** @param expires absent keeps it until the browser is closed */
  set(
    name: CookieName,
    value: string,
    { path, expires }: { path?: string; expires?: Date | undefined } = {},
  ): void {
    const { names } = this.#rt.configuration.cookies
    this.#cookies.set(names[name], value, { ...this.#options(name), ...this.#at(path), expires })
  }

  clear(name: CookieName, { path }: { path?: string } = {}): void {
    const { names } = this.#rt.configuration.cookies
    this.#cookies.set(names[name], null, { ...this.#options(name), ...this.#at(path) })
  }

  /** Cookies of one name with paths of their own stand side by side: what clears one must not be overwritten. */
  #at(path: string | undefined) {
    return path === undefined ? {} : { path, overwrite: false }
  }

  #options(name: CookieName) {
    const { long, short } = this.#rt.configuration.cookies
    return name === 'session' ? long : short
  }
}
