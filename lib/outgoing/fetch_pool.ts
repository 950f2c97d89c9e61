import { addressBlock } from '../helpers/http/address_block.ts'
import { NameLookups } from './name_lookups.ts'
import { Turns } from './turns.ts'

/** How many requests of one kind are under way, in all and to one address. */
const UNDER_WAY = { total: 64, perAddress: 4 }

/**
 * Bounds the requests that are under way, so that strangers neither make the provider flood somebody nor use up its
 * connections. What is for different purposes has different pools, and never waits for one another.
 */
export class FetchPool {
  /** Look-ups of the names that its requests go to. */
  readonly lookups = new NameLookups()
  readonly #running = new Map<string, number>()
  readonly #turns = new Turns()
  #total = 0

  /**
   * Waits for its turn, within the deadline of the request.
   * @param host address, or name, of the other side
   * @throws OutgoingRequestFailed when too many wait already
   */
  async run<T>(url: URL, host: string, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
    const address = addressBlock(host)
    while (!this.#isFree(address)) await this.#turns.next(url, signal, 'too many requests are under way')
    this.#total += 1
    this.#running.set(address, (this.#running.get(address) ?? 0) + 1)
    try {
      return await send()
    } finally {
      this.#leave(address)
    }
  }

  #isFree(address: string): boolean {
    return this.#total < UNDER_WAY.total && (this.#running.get(address) ?? 0) < UNDER_WAY.perAddress
  }

  #leave(address: string): void {
    const left = (this.#running.get(address) ?? 1) - 1
    if (left === 0) this.#running.delete(address)
    else this.#running.set(address, left)
    this.#total -= 1
    this.#turns.announce()
  }
}
