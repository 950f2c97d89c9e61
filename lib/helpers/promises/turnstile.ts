import { endOfTurn } from './end_of_turn.ts'

/** Milliseconds. */
const PATIENCE = 10

/** Where more are under way than so many, nobody waits: to be let in one by one would hold up all of them. */
const FEW = 4

/**
 * Lets jobs through one at a time while there are few, each when the answer to the one before is on its way. No job waits
 * longer than a moment, however slow the others are.
 */
export class Turnstile {
  #inside = 0
  readonly #waiting = new Set<() => void>()

  async through<T>(job: () => Promise<T>): Promise<T> {
    if (this.#inside === 0) this.#inside = 1
    else await this.#turn()
    try {
      return await job()
    } finally {
      endOfTurn(() => {
        this.#inside -= 1
        this.#admit()
      })
    }
  }

  #turn(): Promise<void> {
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

  #admit(): void {
    for (const goIn of this.#waiting) {
      if (this.#inside > 0 && this.#inside + this.#waiting.size <= FEW) return
      goIn()
    }
  }
}
