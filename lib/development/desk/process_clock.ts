/** The clock of this process, which may be ahead of the others or behind. */
export class ProcessClock {
  readonly #now = Date.now
  #offset = 0

  /** @param offset seconds that it is ahead */
  constructor(offset: number) {
    if (offset !== 0) this.set(offset)
  }

  get offset(): number {
    return this.#offset
  }

  /** @param offset seconds that it is ahead of the others from now on */
  set(offset: number): void {
    this.#offset = offset
    Date.now = offset === 0 ? this.#now : () => this.#now() + offset * 1000
  }
}
