import type { AdapterPayload, CommitOperation, GivenAdapter, ModelName } from '../../types/adapter.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { ModelPayload } from '../../types/models.ts'
import { isSameId } from '../helpers/constant_equals.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { isRecord } from '../helpers/is_record.ts'
import { randomId } from '../helpers/random_id.ts'
import { endAfter } from './lifetime.ts'
import type { ModelRuntime } from './model_runtime.ts'
import { type FieldMap, type Fields, isIntact } from './traits/field_map.ts'

/** A write that carries all of an entry. */
export type StoringOperation = Extract<CommitOperation, { payload: AdapterPayload }>

export interface FindOptions {
  /** Return it although it expired. */
  ignoreExpiration?: boolean
  /** The request it is looked up for; `server_error` tells of a damaged entry with it. */
  ctx?: KoaContextWithOIDC | undefined
}

/** A model class as `find` sees it: `P` is what its constructor takes. */
export interface StoredModel<T, P extends object> {
  new (payload: P & Readonly<Record<string, unknown>>): T
  readonly kind: ModelName
  readonly fields: Fields
  readonly storedNames: ReadonlySet<string>
  readonly rt: ModelRuntime
}

const NO_KIND = 'this class is not stored by itself: call find() of the kind, like provider.AccessToken'

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

  /**
   * The host's own adapter of this kind.
   * @example await provider.Session.adapter.destroy('a session id')
   */
  static get adapter(): GivenAdapter {
    return this.rt.store.adapterOf(this.kind)
  }

  /**
   * Finds one by its value; `undefined` when there is none, when it expired, or when what is stored is damaged.
   * @throws TypeError when the class is none that is stored: what a value stands for is not to be seen in it
   * @example const grant = await provider.Grant.find(grantId)
   */
  static find<M extends StoredModel<BaseModel, never>>(
    this: M,
    value: string,
    options?: FindOptions,
  ): Promise<InstanceType<M> | undefined>
  static find(
    this: StoredModel<BaseModel, object>,
    value: string,
    options?: FindOptions,
  ): Promise<BaseModel | undefined> {
    return this.kind === undefined ? Promise.reject(new TypeError(NO_KIND)) : findModel(this, value, options)
  }

  /** Names of everything that is stored. A subclass of the host's may name more. */
  static get IN_PAYLOAD(): string[] {
    const known = BaseModel.#names.get(this)
    if (known !== undefined) return known
    const names = Object.keys(this.fields)
    BaseModel.#names.set(this, names)
    return names
  }

  /** Worked out once for each class, and kept where its subclasses do not inherit it. */
  static readonly #names = new WeakMap<typeof BaseModel, string[]>()
  static readonly #nameSets = new WeakMap<readonly string[], ReadonlySet<string>>()

  /** The names of `IN_PAYLOAD`, to look one up. */
  static get storedNames(): ReadonlySet<string> {
    const names = this.IN_PAYLOAD
    const known = BaseModel.#nameSets.get(names)
    if (known?.size === names.length) return known
    const set = new Set(names)
    BaseModel.#nameSets.set(names, set)
    return set
  }

  declare jti: string
  declare kind: string
  declare iat: number
  declare exp?: number | undefined

  readonly #model: typeof BaseModel
  #isStored = false

  constructor(payload: object) {
    this.#model = new.target
    take(this, payload, new.target.storedNames)
    this.kind = new.target.kind
    this.iat ??= epochTime()
  }

  get rt(): ModelRuntime {
    return this.#model.rt
  }

  get model(): typeof BaseModel {
    return this.#model
  }

  /** The host's own adapter of this kind. */
  get adapter(): GivenAdapter {
    return this.#model.adapter
  }

  /** Storage has it, as far as this request knows: it is written again only while it is there. */
  get isStored(): boolean {
    return this.#isStored
  }

  markStored(): void {
    this.#isStored = true
  }

  /** When it ends, epoch seconds; `undefined` is never. */
  endsAt(exp: number | undefined): void {
    this.exp = exp
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
    return pick(this, this.#model.storedNames)
  }

  /** The write that stores it as it is now, for its remaining lifetime. */
  operation(op: 'insert' | 'put'): StoringOperation {
    const expiresIn = this.exp === undefined ? undefined : this.exp - epochTime()
    return { op, model: this.#model.kind, id: this.jti, payload: this.toPayload(), expiresIn }
  }

  /** The writes that store it as it is now: what is new must not be there yet, anything else must still be. */
  writes(): CommitOperation[] {
    if (!this.isStored) return [this.operation('insert')]
    return [{ op: 'require', model: this.#model.kind, id: this.jti }, this.operation('put')]
  }

  /**
   * Stores it as it is now.
   * @param ttl seconds it lives from now on
   * @returns its id
   * @throws Error when it is new and its id is taken, or when it was removed meanwhile: saving does not bring it back
   */
  async save(ttl?: number): Promise<string> {
    this.jti ??= randomId()
    if (ttl !== undefined) this.exp = endAfter(ttl)
    const { committed } = await this.rt.store.commit(this.writes())
    if (!committed)
      throw new Error(`this ${this.kind} ${this.isStored ? this.ending : 'has an id that is taken'}`)
    this.markStored()
    this.announce('saved')
    return this.jti
  }

  /** What became of one that is gone, in words. */
  get ending(): string {
    return 'is over'
  }

  /** Tells listeners of `<name of the model>.<what>`. */
  emit(what: string): void {
    this.rt.announce(`${this.#model.eventName}.${what}`, this)
  }

  announce(what: 'saved' | 'issued' | 'consumed' | 'destroyed'): void {
    this.emit(what)
  }

  async destroy(): Promise<void> {
    await this.rt.store.destroy(this.#model.kind, this.jti)
    this.announce('destroyed')
  }
}

/** Gives a model the members that it stores: nothing that a prototype, or a polluted one, may bring. */
function take(model: object, payload: object, names: ReadonlySet<string>): void {
  if (!isRecord(model) || !isRecord(payload)) return
  for (const name of Object.keys(payload)) {
    if (!names.has(name)) continue
    const value = payload[name]
    if (value !== undefined && value !== null) model[name] = value
  }
}

/** The members that are stored, and nothing else that an object may have or a constructor takes. */
function pick(object: object, names: ReadonlySet<string>): AdapterPayload {
  const picked: AdapterPayload = {}
  if (!isRecord(object)) return picked
  for (const name of Object.keys(object)) {
    if (!names.has(name)) continue
    const value = object[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}

/** A stored entry one of whose members has been damaged: what it was can no longer be told. */
class MalformedEntry extends Error {
  override readonly name = 'MalformedEntry'
}

/**
 * Makes a model of what storage returned. What is damaged is worth nothing to whoever presents or looks it up, as if
 * it were not there; the host hears of it.
 * @throws Error when storage did not return an entry at all
 */
export function restore<T extends BaseModel, P extends object>(
  Model: StoredModel<T, P>,
  stored: AdapterPayload | undefined,
  options: FindOptions = {},
): T | undefined {
  if (stored === undefined) return undefined
  const known = pick(stored, Model.storedNames)
  if (!isIntact<P>(known, Model.fields)) {
    const problem = `storage returned a malformed ${Model.kind}`
    if (!isIntact(known, { jti: 'string' })) throw new Error(problem)
    Model.rt.reportDamage(new MalformedEntry(problem), options.ctx)
    return undefined
  }
  const model = new Model(known)
  model.markStored()
  return model.isExpired && !options.ignoreExpiration ? undefined : model
}

/**
 * Whether storage took one value for another, as databases do that overlook the case of letters. Rows that hosts
 * write themselves may not repeat their key.
 * @see RFC 6749 §10.10
 */
export const isAnother = (stored: unknown, value: string): boolean =>
  typeof stored === 'string' && !isSameId(stored, value)

/** Makes a model of what storage found under a value; `undefined` when that is something else, expired, or damaged. */
export const restoreFound = <T extends BaseModel, P extends object>(
  Model: StoredModel<T, P>,
  value: string,
  stored: AdapterPayload | undefined,
  options?: FindOptions,
): T | undefined => (isAnother(stored?.jti, value) ? undefined : restore(Model, stored, options))

/** Finds one by its value; `undefined` when there is none, it expired, or it is damaged. */
export function findModel<T extends BaseModel, P extends object>(
  Model: StoredModel<T, P>,
  value: string,
  options?: FindOptions,
): Promise<T | undefined> {
  return Model.rt.store.find(Model.kind, value).then((stored) => restoreFound(Model, value, stored, options))
}
