import { endOfTurn } from './end_of_turn.ts'

/** Milliseconds. */
const PATIENCE = 10

/** One more is let in for each so many that wait: where many are under way, to be let in one by one would hold up all of them. */
const WAITING = 4

/**
 * Lets in one at a time while there are few, each when the answer to the one before is on its way. Nobody waits longer than a
 * moment, however slow those inside are.
 */
export class Turnstile {
  #inside = 0
  readonly #waiting = new Set<() => void>()

  /** Whoever has entered has to leave. @returns nothing when nobody is inside */
  enter(): Promise<void> | undefined {
    if (this.#inside === 0) {
      this.#inside = 1
      return undefined
    }
    return new Promise((resolve) => {
      const goIn = () => {
        clearTimeout(timer)
        this.#waiting.delete(goIn)
        this.#inside += 1
        resolve()
      }
      const timer = setTimeout(goIn, PATIENCE)
      this.#waiting.add(goIn)
      this.#admit()
    })
  }

  leave(): void {
    endOfTurn(() => {
      this.#inside -= 1
      this.#admit()
    })
  }

  #admit(): void {
    for (const goIn of this.#waiting) {
      if (this.#inside > Math.floor(this.#waiting.size / WAITING)) return
      goIn()
    }
  }
}
