import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { RegistrationAccessTokenPayload } from '../../../types/features/registration.ts'
import { sha256 } from '../../helpers/jose/sha256.ts'
import { type BaseModel, type FindOptions, findModel, type StoredModel } from '../../models/base_model.ts'
import { BaseToken, type ForClient } from '../../models/base_token.ts'
import { opaqueForm } from '../../models/formats/opaque.ts'
import type { IssuedToken } from '../../models/issued_token.ts'
import type { FieldMap, Fields } from '../../models/traits/field_map.ts'
import { checkPolicyNames, policies } from './policies.ts'

/**
 * Lets a client read and manage its own registration. Whoever reads the storage cannot use it: it is stored under
 * the hash of its value.
 * @see RFC 7592 §1.2, RFC 6819 §5.1.4.1.3
 */
export class RegistrationAccessToken extends BaseToken implements RegistrationAccessTokenPayload {
  static override readonly kind = 'RegistrationAccessToken'
  static override readonly eventName: string = 'registration_access_token'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
    ...policies,
    hashed: 'boolean',
  } satisfies FieldMap<RegistrationAccessTokenPayload>

  declare kind: 'RegistrationAccessToken'
  declare policies?: string[] | undefined
  declare hashed?: boolean | undefined
  /** What the client presents; known while it is issued, and to who found it by it. */
  #value: string | undefined

  constructor(payload: Partial<RegistrationAccessTokenPayload> & ForClient = {}) {
    super(payload)
  }

  static override find<M extends StoredModel<BaseModel, never>>(
    this: M,
    value: string,
    options?: FindOptions,
  ): Promise<InstanceType<M> | undefined>
  static override async find(
    this: StoredModel<BaseModel, object>,
    value: string,
    options?: FindOptions,
  ): Promise<BaseModel | undefined> {
    const token = (await findModel(this, sha256(value), options)) ?? (await findModel(this, value, options))
    if (!(token instanceof RegistrationAccessToken)) return undefined
    // The hash itself opens nothing.
    if (token.hashed === true && token.jti === value) return undefined
    token.#value = value
    return token
  }

  override get lifetimeKind() {
    return 'RegistrationAccessToken' as const
  }

  /** @throws TypeError when it carries a policy that is not configured */
  override async issue(ctx?: KoaContextWithOIDC): Promise<IssuedToken> {
    checkPolicyNames(this.policies, this.rt.configuration.features.registration.policies)
    if (await this.prepare(ctx)) {
      this.#value = this.jti
      Object.assign(this, { jti: sha256(this.jti), hashed: true })
    }
    return { ...opaqueForm(this), value: this.value }
  }

  get value(): string {
    return this.#value ?? this.jti
  }
}
