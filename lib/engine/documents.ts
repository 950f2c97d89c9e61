/** A serialized document and its validator. */
export interface SerializedDocument {
  body: string
  etag: string
}

/** A provider is mounted in a handful of places at most; more keys than this are somebody playing. */
const MAX_DOCUMENTS = 50

/** Keeps documents that cost work to serialize. */
export class Documents {
  readonly #kept = new Map<string, SerializedDocument>()

  get(key: string, make: () => SerializedDocument): SerializedDocument {
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    const made = make()
    if (this.#kept.size < MAX_DOCUMENTS) this.#kept.set(key, made)
    return made
  }

  /** Something they depend on has changed. */
  clear(): void {
    this.#kept.clear()
  }
}
