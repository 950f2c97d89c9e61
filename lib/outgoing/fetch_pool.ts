import { addressBlock } from '../helpers/http/address_block.ts'
import { NameLookups } from './name_lookups.ts'
import { Turns } from './turns.ts'

export interface PoolLimits {
  /** How many requests are under way, in all. @default 64 */
  readonly total?: number
  /** How many of them to one address. @default 4 */
  readonly perAddress?: number
  /** How many may wait for their turn. @default 256 */
  readonly waiting?: number
}

/**
 * Bounds the requests that are under way, so that strangers neither make the provider flood somebody nor use up its
 * connections. What is for different purposes has different pools, and never waits for one another.
 */
export class FetchPool {
  /** Look-ups of the names that its requests go to. */
  readonly lookups = new NameLookups()
  readonly #running = new Map<string, number>()
  readonly #turns: Turns
  readonly #limits: Required<Omit<PoolLimits, 'waiting'>>
  #total = 0

  constructor({ total = 64, perAddress = 4, waiting }: PoolLimits = {}) {
    this.#limits = { total, perAddress }
    this.#turns = new Turns(waiting)
  }

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
    const { total, perAddress } = this.#limits
    return this.#total < total && (this.#running.get(address) ?? 0) < perAddress
  }

  #leave(address: string): void {
    const left = (this.#running.get(address) ?? 1) - 1
    if (left === 0) this.#running.delete(address)
    else this.#running.set(address, left)
    this.#total -= 1
    this.#turns.announce()
  }
}
