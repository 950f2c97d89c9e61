import type { ClaimsParameter } from '../../types/account.ts'
import type { AuthorizationCodePayload } from '../../types/models.ts'
import { BaseToken, type ForClient, type HostMembers } from './base_token.ts'
import { authenticated } from './traits/authenticated.ts'
import { consumable, consume } from './traits/consumable.ts'
import type { FieldMap, Fields } from './traits/field_map.ts'
import { grantBound } from './traits/grant_bound.ts'
import { sessionBound } from './traits/session_bound.ts'

/** What the end-user's browser carries to the client, once. @see RFC 6749 §4.1.2 */
export class AuthorizationCode extends BaseToken implements AuthorizationCodePayload {
  static override readonly kind = 'AuthorizationCode'
  static override readonly eventName: string = 'authorization_code'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
    ...consumable,
    ...grantBound,
    ...sessionBound,
    ...authenticated,
    codeChallenge: 'string',
    codeChallengeMethod: 'string',
    dpopJkt: 'string',
    redirectUri: 'string',
    gty: 'string',
    attempts: 'number',
    version: 'number',
  } satisfies FieldMap<AuthorizationCodePayload>

  declare kind: 'AuthorizationCode'
  declare accountId?: string | undefined
  declare acr?: string | undefined
  declare amr?: string[] | undefined
  declare authTime?: number | undefined
  declare claims?: ClaimsParameter | undefined
  declare nonce?: string | undefined
  declare resource?: string | string[] | undefined
  declare sid?: string | undefined
  declare consumed?: unknown
  declare attempt?: string | undefined
  declare grantId?: string | undefined
  declare sessionUid?: string | undefined
  declare expiresWithSession?: boolean | undefined
  declare codeChallenge?: string | undefined
  declare codeChallengeMethod?: string | undefined
  declare dpopJkt?: string | undefined
  declare redirectUri?: string | undefined
  declare gty?: string | undefined
  declare attempts?: number | undefined
  declare version?: number | undefined

  constructor(payload: Partial<AuthorizationCodePayload> & ForClient & HostMembers = {}) {
    super(payload)
    this.gty ??= 'authorization_code'
  }

  /** Removes all of this kind that were issued under a grant. */
  static revokeByGrantId(grantId: string): Promise<void> {
    return this.rt.store.revokeByGrantId(this.kind, grantId)
  }

  override get lifetimeKind() {
    return 'AuthorizationCode' as const
  }

  override get isValid(): boolean {
    return super.isValid && this.consumed === undefined
  }

  consume(): Promise<void> {
    return consume(this)
  }
}
