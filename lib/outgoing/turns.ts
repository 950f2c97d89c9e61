import { OutgoingRequestFailed } from './outgoing_request_failed.ts'
import { untilAborted } from './until_aborted.ts'

/** Those who wait until something is free; each looks for itself whether it is. */
export class Turns {
  readonly #waiting = new Set<() => void>()
  readonly #most: number

  /** @param most how many may wait for their turn */
  constructor(most = 256) {
    this.#most = most
  }

  /**
   * Waits until something may be free, within the deadline of the request.
   * @throws OutgoingRequestFailed when too many wait already
   */
  async next(url: URL, signal: AbortSignal, what: string): Promise<void> {
    if (this.#waiting.size >= this.#most) throw new OutgoingRequestFailed(url, what, undefined, true)
    let wake = () => {}
    const turn = new Promise<void>((resolve) => {
      wake = resolve
    })
    this.#waiting.add(wake)
    try {
      await untilAborted(signal, turn)
    } finally {
      this.#waiting.delete(wake)
    }
  }

  /** Something became free. */
  announce(): void {
    for (const wake of this.#waiting) wake()
  }
}
