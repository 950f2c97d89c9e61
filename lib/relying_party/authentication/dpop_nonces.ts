import QuickLRU from 'quick-lru'
import type { HttpResponse } from '../../../types/relying_party/http.ts'

/** The latest nonce of each server. @see RFC 9449 §8, §9 */
export class DpopNonces {
  readonly #byOrigin = new QuickLRU<string, string>({ maxSize: 100 })

  get(url: URL): string | undefined {
    return this.#byOrigin.get(url.origin)
  }

  /** @returns whether there is one that was not known */
  learn(url: URL, { headers }: HttpResponse): boolean {
    const nonce = headers['dpop-nonce']
    if (nonce === undefined || nonce === this.#byOrigin.get(url.origin)) return false
    this.#byOrigin.set(url.origin, nonce)
    return true
  }
}
