import type { AdapterPayload, CommitOperation, ModelName } from '../../types/adapter.ts'
import type { ModelPayload } from '../../types/models.ts'
import { constantEquals } from '../helpers/constant_equals.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import type { ModelRuntime } from './model_runtime.ts'
import { type FieldMap, type Fields, isIntact } from './traits/field_map.ts'

export interface FindOptions {
  /** Return it although it expired. */
  ignoreExpiration?: boolean
}

/** A model class as `find` sees it: `P` is what its constructor takes. */
export interface StoredModel<T, P extends object> {
  new (payload: P): T
  readonly kind: ModelName
  readonly fields: Fields
  readonly rt: ModelRuntime
}

/** Something a provider stores. Subclasses are bound to one provider by overriding `rt`. */
export abstract class BaseModel implements ModelPayload {
  /** The storage key; written out, for class names do not survive every bundler. */
  static readonly kind: ModelName
  /** Start of the names of its events. */
  static readonly eventName: string
  /** Everything that is stored. */
  static readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
  } satisfies FieldMap<ModelPayload>

  /** The provider this class belongs to. */
  static get rt(): ModelRuntime {
    throw new Error('this model is not bound to a provider: use provider.<Model>')
  }

  declare jti: string
  declare kind: string
  declare iat: number
  declare exp?: number | undefined

  readonly #model: typeof BaseModel

  constructor(payload: object) {
    this.#model = new.target
    const given = new Map(Object.entries(payload))
    for (const name of Object.keys(new.target.fields)) {
      const value: unknown = given.get(name)
      if (value !== undefined && value !== null) Object.assign(this, { [name]: value })
    }
    this.kind = new.target.kind
    this.iat ??= epochTime()
  }

  get rt(): ModelRuntime {
    return this.#model.rt
  }

  get model(): typeof BaseModel {
    return this.#model
  }

  get isExpired(): boolean {
    return this.exp !== undefined && this.exp <= epochTime()
  }

  get isValid(): boolean {
    return !this.isExpired
  }

  get remainingTTL(): number {
    return this.exp === undefined ? Number.POSITIVE_INFINITY : Math.max(0, this.exp - epochTime())
  }

  ttlPercentagePassed(): number {
    if (this.exp === undefined) return 0
    const lifetime = this.exp - this.iat
    return lifetime <= 0 ? 100 : Math.floor(100 * ((epochTime() - this.iat) / lifetime))
  }

  /** The members to store. */
  toPayload(): AdapterPayload {
    const own = new Map(Object.entries(this))
    return Object.fromEntries(
      Object.keys(this.#model.fields).flatMap((name) => {
        const value: unknown = own.get(name)
        return value === undefined ? [] : [[name, value]]
      }),
    )
  }

  /** The write that stores it as it is now, for its remaining lifetime. */
  operation(op: 'insert' | 'put'): CommitOperation {
    const expiresIn = this.exp === undefined ? undefined : this.exp - epochTime()
    return { op, model: this.#model.kind, id: this.jti, payload: this.toPayload(), expiresIn }
  }

  announce(what: 'saved' | 'issued' | 'consumed' | 'destroyed'): void {
    this.rt.announce(`${this.#model.eventName}.${what}`, this)
  }

  async destroy(): Promise<void> {
    await this.rt.store.destroy(this.#model.kind, this.jti)
    this.announce('destroyed')
  }
}

/** A stored entry one of whose members has been damaged: what it was can no longer be told. */
export class MalformedEntry extends Error {
  override readonly name = 'MalformedEntry'
}

/**
 * Makes a model of what storage returned.
 * @throws MalformedEntry; any other error when storage did not return an entry at all
 */
export function restore<T extends BaseModel, P extends object>(
  Model: StoredModel<T, P>,
  stored: AdapterPayload | undefined,
  options: FindOptions = {},
): T | undefined {
  if (stored === undefined) return undefined
  if (!isIntact<P>(stored, Model.fields)) {
    const problem = `storage returned a malformed ${Model.kind}`
    throw isIntact(stored, { jti: 'string' }) ? new MalformedEntry(problem) : new Error(problem)
  }
  const model = new Model(stored)
  return model.isExpired && !options.ignoreExpiration ? undefined : model
}

/**
 * Whether storage took one value for another, as databases do that overlook the case of letters. Rows that hosts
 * write themselves may not repeat their key.
 * @see RFC 6749 §10.10
 */
export const isAnother = (stored: unknown, value: string): boolean =>
  typeof stored === 'string' && !constantEquals(stored, value)

/** Finds one by its value; `undefined` when there is none or it expired. */
export async function findModel<T extends BaseModel, P extends object>(
  Model: StoredModel<T, P>,
  value: string,
  options?: FindOptions,
): Promise<T | undefined> {
  const stored = await Model.rt.store.find(Model.kind, value)
  return isAnother(stored?.jti, value) ? undefined : restore(Model, stored, options)
}
