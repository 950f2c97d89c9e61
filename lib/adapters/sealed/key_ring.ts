import type { ModelName } from '../../../types/adapter.ts'
import { SealFailure } from './seal_failure.ts'
import { SealingKey } from './sealing_key.ts'

/** The keys of the host: the first is what is written with, each is read with. */
export class KeyRing {
  readonly keys: readonly SealingKey[]
  readonly first: SealingKey
  readonly #byFingerprint: ReadonlyMap<string, SealingKey>

  /** @throws TypeError for what cannot be keys */
  constructor(given: readonly (string | Uint8Array)[]) {
    this.keys = Array.isArray(given) ? given.map((key) => new SealingKey(key)) : []
    const [first] = this.keys
    if (first === undefined) throw new TypeError('sealedAdapter: keys must be a list of at least one key')
    this.first = first
    this.#byFingerprint = new Map(this.keys.map((key) => [key.fingerprint, key]))
    if (this.#byFingerprint.size < this.keys.length)
      throw new TypeError('sealedAdapter: keys must differ from each other')
  }

  /** @throws SealFailure when what was sealed with it cannot be opened */
  assertKnown(fingerprint: string, what: string): SealingKey {
    const key = this.#byFingerprint.get(fingerprint)
    if (key !== undefined) return key
    const known = [...this.#byFingerprint.keys()].join(', ')
    throw new SealFailure(
      `sealedAdapter: ${what} was sealed with the key ${fingerprint}, and keys has ${known} only: ` +
        'the key is a wrong one, or was taken away before all it sealed was gone or sealed again',
    )
  }

  /** @returns text that names the key */
  seal(key: SealingKey, model: ModelName, storedId: string, content: unknown): string {
    return `1.${key.fingerprint}.${key.seal(JSON.stringify(content), `${model}:${storedId}`)}`
  }

  /** @throws SealFailure */
  open(model: ModelName, storedId: string, sealed: string): unknown {
    const [version, fingerprint = '', text = ''] = sealed.split('.')
    if (version !== '1')
      throw new SealFailure(`sealedAdapter: an entry of ${model} is sealed in an unknown way`)
    const key = this.assertKnown(fingerprint, `an entry of ${model}`)
    try {
      return JSON.parse(key.open(text, `${model}:${storedId}`))
    } catch (error) {
      throw new SealFailure(
        `sealedAdapter: an entry of ${model} was changed, or moved to another id, outside of the provider`,
        { cause: error },
      )
    }
  }
}
