import QuickLRU from 'quick-lru'
import type { HttpResponse } from '../../../types/relying_party/http.ts'

/** The latest nonce of each server. @see RFC 9449 §8, §9 */
export class DpopNonces {
  readonly #byOrigin = new QuickLRU<string, string>({ maxSize: 100 })

  get(url: URL): string | undefined {
    return this.#byOrigin.get(url.origin)
  }

  /** Keeps what an answer says, if it says one. @returns it */
  learn(url: URL, { headers }: HttpResponse): string | undefined {
    const nonce = headers['dpop-nonce']
    if (nonce !== undefined) this.#byOrigin.set(url.origin, nonce)
    return nonce
  }
}
