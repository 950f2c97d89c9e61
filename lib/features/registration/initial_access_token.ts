import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { InitialAccessTokenPayload } from '../../../types/features/registration.ts'
import { BaseToken, type ForClient, type HostMembers } from '../../models/base_token.ts'
import type { IssuedToken } from '../../models/issued_token.ts'
import { consumable } from '../../models/traits/consumable.ts'
import type { FieldMap, Fields } from '../../models/traits/field_map.ts'
import { checkPolicyNames, policies } from './policies.ts'

/** Lets its holder register clients; it stays valid until it is destroyed or expires. @see RFC 7591 §1.2 */
export class InitialAccessToken extends BaseToken implements InitialAccessTokenPayload {
  static override readonly kind = 'InitialAccessToken'
  static override readonly eventName: string = 'initial_access_token'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
    ...consumable,
    ...policies,
  } satisfies FieldMap<InitialAccessTokenPayload>

  declare kind: 'InitialAccessToken'
  declare policies?: string[] | undefined
  declare consumed?: unknown
  declare attempt?: string | undefined

  constructor(payload: Partial<InitialAccessTokenPayload> & ForClient & HostMembers = {}) {
    super(payload)
  }

  override get lifetimeKind() {
    return 'InitialAccessToken' as const
  }

  override get isValid(): boolean {
    return super.isValid && this.consumed === undefined
  }

  /** @throws TypeError when it carries a policy that is not configured */
  override async issue(ctx?: KoaContextWithOIDC): Promise<IssuedToken> {
    checkPolicyNames(this.policies, this.rt.configuration.features.registration.policies)
    return super.issue(ctx)
  }
}
