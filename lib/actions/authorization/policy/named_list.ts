/** A list whose members are found, added and removed by name. */
export abstract class NamedList<T> extends Array<T> {
  /** `map`, `filter` and their like return plain arrays. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  protected abstract nameOf(item: T): string

  get(name: string): T | undefined {
    return this.find((item) => this.nameOf(item) === name)
  }

  remove(name: string): void {
    const at = this.findIndex((item) => this.nameOf(item) === name)
    if (at !== -1) this.splice(at, 1)
  }

  clear(): void {
    this.length = 0
  }

  /** @param index where; the end when absent */
  add(item: T, index = this.length): void {
    this.splice(index, 0, item)
  }
}
