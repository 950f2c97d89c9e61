import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { Client, TokenPayload } from '../../types/models.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { hearRejection } from '../helpers/hear_rejection.ts'
import { opaqueValue } from '../helpers/opaque_value.ts'
import { BaseModel } from './base_model.ts'
import { opaqueForm } from './formats/opaque.ts'
import type { IssuedToken } from './issued_token.ts'
import { lifetimeOf } from './lifetime.ts'
import type { ModelRuntime } from './model_runtime.ts'
import type { FieldMap, Fields } from './traits/field_map.ts'

/** The client a token is made for, which its lifetime may depend on. */
export interface ForClient {
  client?: Client | undefined
}

type TokenKind = keyof ModelRuntime['configuration']['ttl'] & string

/** A code or token. */
export abstract class BaseToken extends BaseModel implements TokenPayload {
  static override readonly fields: Fields = {
    ...BaseModel.fields,
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
  } satisfies FieldMap<TokenPayload>

  declare clientId?: string | undefined
  declare scope?: string | undefined
  #client: Client | undefined

  constructor(payload: object & ForClient) {
    super(payload)
    this.#client = payload.client
    if (payload.client !== undefined) this.clientId = payload.client.clientId
  }

  /** Which `ttl` option applies; `undefined` for kinds that live until they are removed. */
  abstract get lifetimeKind(): TokenKind | undefined

  /** Seconds that come before the `ttl` option. */
  get ownLifetime(): number | undefined {
    return undefined
  }

  get scopes(): ReadonlySet<string> {
    return new Set(this.scope?.split(' ').filter(Boolean))
  }

  /** Makes the token ready without writing anything, so that one commit can write all of a request. */
  async issue(ctx?: KoaContextWithOIDC): Promise<IssuedToken> {
    return opaqueForm(this, await this.prepare(ctx))
  }

  async save(ctx?: KoaContextWithOIDC): Promise<string> {
    const { value, operations, announce } = await this.issue(ctx)
    if (operations.length > 0) {
      const outcome = await this.rt.store.commit(operations)
      if (!outcome.committed) throw new Error(`a ${this.kind} with this value exists`)
    }
    announce()
    return value
  }

  /** Gives a new token its end and its value. @returns how it has to be written */
  protected async prepare(ctx: KoaContextWithOIDC | undefined): Promise<'insert' | 'put'> {
    if (this.jti !== undefined) return 'put'
    await this.setLifetime(ctx)
    this.jti = opaqueValue(this.#bitsOfRandomness(ctx))
    return 'insert'
  }

  async setLifetime(ctx: KoaContextWithOIDC | undefined): Promise<void> {
    if (this.exp !== undefined || this.lifetimeKind === undefined) return
    if (this.ownLifetime !== undefined) {
      this.exp = epochTime() + this.ownLifetime
      return
    }
    const needsClient = typeof this.rt.configuration.ttl[this.lifetimeKind] === 'function'
    if (needsClient && this.#client === undefined && this.clientId !== undefined) {
      this.#client = await this.rt.findClient(this.clientId)
    }
    const lifetime = lifetimeOf(this.rt, this.lifetimeKind, ctx, this, this.#client)
    if (lifetime !== undefined) this.exp = epochTime() + lifetime
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
