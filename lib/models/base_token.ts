import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { Client, TokenPayload } from '../../types/models.ts'
import type { TokenFormat } from '../../types/resource_server.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { hearRejection } from '../helpers/hear_rejection.ts'
import { opaqueValue } from '../helpers/opaque_value.ts'
import { whenKnown } from '../helpers/promises/when_known.ts'
import { words } from '../helpers/words.ts'
import { BaseModel } from './base_model.ts'
import { opaqueForm } from './formats/opaque.ts'
import type { IssuedToken } from './issued_token.ts'
import { endAfter, lifetimeOf, readSeconds } from './lifetime.ts'
import type { ModelRuntime } from './model_runtime.ts'
import type { FieldMap, Fields } from './traits/field_map.ts'

/** What a token is made with besides what is stored of it. */
export interface ForClient {
  /** The client it is made for, which its lifetime may depend on. */
  client?: Client | undefined
  /** Seconds it lives, counted from when it is issued; comes before `ttl`. */
  expiresIn?: number | undefined
}

/** What subclasses of the host's store besides; dropped unless `IN_PAYLOAD` names it. */
export interface HostMembers {
  [member: string]: unknown
}

type TokenKind = keyof ModelRuntime['configuration']['ttl'] & string

const readExpiresIn = (given: unknown): number | undefined =>
  given === undefined || given === null ? undefined : readSeconds('expiresIn', given)

/** A code or token. */
export abstract class BaseToken extends BaseModel implements TokenPayload {
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
  } satisfies FieldMap<TokenPayload>

  declare clientId?: string | undefined
  declare scope?: string | undefined
  #client: Client | undefined
  /** Seconds from being issued to its end, once that is known. */
  #expiresIn: number | undefined
  #ctx: KoaContextWithOIDC | undefined

  /** @throws TypeError when `expiresIn` is no time to live */
  constructor(payload: object & ForClient) {
    super(payload)
    this.#client = payload.client
    this.#expiresIn = readExpiresIn(payload.expiresIn)
    if (payload.client !== undefined) this.clientId = payload.client.clientId
  }

  /** Which `ttl` option applies; `undefined` for kinds that live until they are removed. */
  abstract get lifetimeKind(): TokenKind | undefined

  /** The client it is made for, as far as it is known without a look-up: given, or that of its request. */
  get client(): Client | undefined {
    const { client } = this.#ctx?.oidc ?? {}
    return this.#client ?? (client?.clientId === this.clientId ? client : undefined)
  }

  set client(client: Client | undefined) {
    this.#client = client
    if (client !== undefined) this.clientId = client.clientId
  }

  /** Seconds a new token lives, counted from when it is issued; comes before `ttl`. */
  get expiresIn(): number | undefined {
    return this.#expiresIn
  }

  /** @throws TypeError when it is no time to live */
  set expiresIn(given: number | undefined) {
    if (!this.isStored) this.#expiresIn = readExpiresIn(given)
  }

  /** Whether it is looked up or says everything itself. */
  get format(): TokenFormat {
    return 'opaque'
  }

  /** Tells it the request it belongs to, which functions of the configuration want to be given. */
  attachTo(ctx: KoaContextWithOIDC): void {
    this.#ctx = ctx
  }

  /** Seconds from being issued to its end: `expires_in` of an answer. `Infinity` when it never ends. */
  get expiration(): number {
    if (this.exp !== undefined) return this.#expiresIn ?? this.exp - this.iat
    if (!this.isStored) this.#expiresIn ??= this.#configuredLifetime(this.#ctx)
    return this.#expiresIn ?? Number.POSITIVE_INFINITY
  }

  get scopes(): Set<string> {
    return new Set(words(this.scope))
  }

  /** Makes the token ready without writing anything, so that one commit can write all of a request. */
  issue(ctx?: KoaContextWithOIDC): IssuedToken | Promise<IssuedToken> {
    return whenKnown(this.prepare(ctx), () => opaqueForm(this))
  }

  /**
   * Stores it, or signs it when its format is structured.
   * @param given the request it is issued in, or seconds it lives from now on
   * @throws Error when it is new and its value is taken, or when it was removed meanwhile
   */
  override async save(given?: KoaContextWithOIDC | number): Promise<string> {
    if (typeof given === 'number') {
      this.exp = endAfter(given)
      this.#expiresIn = readExpiresIn(given)
    }
    const { value, operations, announce } = await this.issue(typeof given === 'object' ? given : this.#ctx)
    if (operations.length > 0) {
      const { committed } = await this.rt.store.commit(operations)
      if (!committed)
        throw new Error(this.isStored ? `this ${this.kind} is over` : `a ${this.kind} with this value exists`)
    }
    announce()
    return value
  }

  /** Gives a new token its end and its value; a promise only where its client has to be looked up. @returns whether it is new */
  protected prepare(ctx: KoaContextWithOIDC | undefined): boolean | Promise<boolean> {
    if (this.isStored) return false
    const pending = this.setLifetime(ctx)
    return pending === undefined ? this.#setValue(ctx) : pending.then(() => this.#setValue(ctx))
  }

  #setValue(ctx: KoaContextWithOIDC | undefined): boolean {
    this.jti ??= opaqueValue(this.#bitsOfRandomness(ctx))
    return true
  }

  /** Gives it its end; a promise only where its client has to be looked up. */
  setLifetime(ctx: KoaContextWithOIDC | undefined): Promise<void> | undefined {
    if (this.exp !== undefined) return undefined
    const clientId = this.#neededClient()
    if (clientId !== undefined) return this.#findClient(clientId).then(() => this.#setEnd(ctx))
    this.#setEnd(ctx)
    return undefined
  }

  #setEnd(ctx: KoaContextWithOIDC | undefined): void {
    this.#expiresIn ??= this.#configuredLifetime(ctx)
    if (this.#expiresIn !== Number.POSITIVE_INFINITY) this.exp = epochTime() + this.#expiresIn
  }

  /** Functions that say how long it lives are given the client. */
  #neededClient(): string | undefined {
    const { lifetimeKind } = this
    if (this.#expiresIn !== undefined || lifetimeKind === undefined || this.client !== undefined)
      return undefined
    return typeof this.rt.configuration.ttl[lifetimeKind] === 'function' ? this.clientId : undefined
  }

  async #findClient(clientId: string): Promise<void> {
    this.#client = await this.rt.findClient(clientId)
  }

  #configuredLifetime(ctx: KoaContextWithOIDC | undefined): number {
    const { lifetimeKind } = this
    if (lifetimeKind === undefined) return Number.POSITIVE_INFINITY
    return lifetimeOf(this.rt, lifetimeKind, ctx, this, this.client) ?? Number.POSITIVE_INFINITY
  }

  #bitsOfRandomness(ctx: KoaContextWithOIDC | undefined): number {
    const bits = this.rt.configuration.formats.bitsOfOpaqueRandomness
    const chosen: unknown =
      typeof bits === 'function' ? hearRejection(Reflect.apply(bits, undefined, [ctx, this])) : bits
    if (typeof chosen === 'number' && Number.isSafeInteger(chosen) && chosen >= 128) return chosen
    throw new TypeError(
      'formats.bitsOfOpaqueRandomness must be (or return) a whole number of bits, 128 or more',
    )
  }
}
