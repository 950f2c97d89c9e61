import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { PolicyTokenPayload } from '../../types/models.ts'
import { type FindOptions, findModel } from './base_model.ts'
import { BaseToken, type ForClient } from './base_token.ts'
import type { FieldMap, Fields } from './field_map.ts'
import type { IssuedToken } from './issued_token.ts'
import { checkPolicyNames, policies } from './traits/policies.ts'

/** Lets a client read and manage its own registration. @see RFC 7592 §1.2 */
export class RegistrationAccessToken extends BaseToken implements PolicyTokenPayload {
  static override readonly kind = 'RegistrationAccessToken'
  static override readonly eventName: string = 'registration_access_token'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
    ...policies,
  } satisfies FieldMap<PolicyTokenPayload>

  declare policies?: string[] | undefined

  constructor(payload: Partial<PolicyTokenPayload> & ForClient = {}) {
    super(payload)
  }

  /** Finds one by its value; `undefined` when there is none or it expired. */
  static find(value: string, options?: FindOptions): Promise<RegistrationAccessToken | undefined> {
    return findModel(this, value, options)
  }

  override get lifetimeKind() {
    return 'RegistrationAccessToken' as const
  }

  /** @throws TypeError when it carries a policy that is not configured */
  override async issue(ctx?: KoaContextWithOIDC): Promise<IssuedToken> {
    checkPolicyNames(this.policies, this.rt.configuration.features.registration.policies)
    return super.issue(ctx)
  }
}
