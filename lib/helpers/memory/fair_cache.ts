/**
 * Keeps the values that were used last. When there are too many, the group that has the most loses its oldest: whoever
 * makes up entries pushes out its own.
 */
export class FairCache<Value> {
  readonly #maxSize: number
  readonly #groupOf: (key: string) => string
  readonly #entries = new Map<string, Value>()
  readonly #sizes = new Map<string, number>()

  constructor(maxSize: number, groupOf: (key: string) => string) {
    this.#maxSize = maxSize
    this.#groupOf = groupOf
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }

  set(key: string, value: Value): void {
    if (!this.#entries.delete(key)) this.#count(key, 1)
    this.#entries.set(key, value)
    if (this.#entries.size > this.#maxSize) this.delete(this.#oldestOfLargest())
  }

  delete(key: string): void {
    if (this.#entries.delete(key)) this.#count(key, -1)
  }

  #count(key: string, change: number): void {
    const group = this.#groupOf(key)
    const size = (this.#sizes.get(group) ?? 0) + change
    if (size === 0) this.#sizes.delete(group)
    else this.#sizes.set(group, size)
  }

  #oldestOfLargest(): string {
    const most = Math.max(...this.#sizes.values())
    for (const key of this.#entries.keys()) if (this.#sizes.get(this.#groupOf(key)) === most) return key
    return ''
  }
}
