import { Turns } from './turns.ts'
import { untilAborted } from './until_aborted.ts'

/** How many names are looked up at once for one purpose. */
const AT_ONCE = 2
/** Milliseconds after which a place is free again whatever the resolver does. */
const LONGEST = 30_000

/**
 * Bounds the look-ups of names. The system's resolver takes one of the few threads that files and cryptography of the
 * process need, too, and cannot be interrupted: who gives up leaves the thread taken, and so its place here.
 */
export class NameLookups {
  readonly #turns = new Turns()
  readonly #running = new Set<string>()

  /**
   * Looks a name up in its turn, within the deadline of the request.
   * @throws OutgoingRequestFailed when too many wait already
   */
  async run<T>(url: URL, signal: AbortSignal, look: () => Promise<T>): Promise<T> {
    const { hostname } = url
    while (this.#running.size >= AT_ONCE || this.#running.has(hostname))
      await this.#turns.next(url, signal, 'too many names are looked up')
    this.#running.add(hostname)
    const pending = look()
    this.#keepPlace(hostname, pending)
    return untilAborted(signal, pending)
  }

  #keepPlace(hostname: string, pending: Promise<unknown>): void {
    const release = () => {
      clearTimeout(timer)
      if (this.#running.delete(hostname)) this.#turns.announce()
    }
    const timer = setTimeout(release, LONGEST).unref()
    pending.then(release, release)
  }
}
