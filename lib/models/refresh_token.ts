import type { ClaimsParameter } from '../../types/account.ts'
import type { RefreshTokenPayload } from '../../types/models.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { BaseToken, type ForClient, type HostMembers } from './base_token.ts'
import { authenticated } from './traits/authenticated.ts'
import { consumable, consume } from './traits/consumable.ts'
import type { FieldMap, Fields } from './traits/field_map.ts'
import { grantBound } from './traits/grant_bound.ts'
import {
  bindToSender,
  isSenderConstrained,
  type SenderProof,
  senderConstrained,
} from './traits/sender_constrained.ts'
import { sessionBound } from './traits/session_bound.ts'

/** Gets new access tokens without the end-user. @see RFC 6749 §1.5 */
export class RefreshToken extends BaseToken implements RefreshTokenPayload {
  static override readonly kind = 'RefreshToken'
  static override readonly eventName: string = 'refresh_token'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
    ...consumable,
    ...grantBound,
    ...sessionBound,
    ...senderConstrained,
    ...authenticated,
    gty: 'string',
    iiat: 'number',
    rotations: 'number',
    successor: 'string',
  } satisfies FieldMap<RefreshTokenPayload>

  declare kind: 'RefreshToken'
  /** Absent at run time in tokens of custom grants that have no account. */
  declare accountId: string
  declare acr?: string | undefined
  declare amr?: string[] | undefined
  declare authTime?: number | undefined
  declare claims?: ClaimsParameter | undefined
  declare nonce?: string | undefined
  declare resource?: string | string[] | undefined
  declare sid?: string | undefined
  declare consumed: unknown
  declare attempt?: string | undefined
  declare grantId?: string | undefined
  declare sessionUid?: string | undefined
  declare expiresWithSession?: boolean | undefined
  declare 'x5t#S256'?: string | undefined
  declare jkt?: string | undefined
  declare gty?: string | undefined
  declare iiat?: number | undefined
  declare rotations?: number | undefined
  declare successor?: string | undefined

  constructor(payload: Partial<RefreshTokenPayload> & ForClient & HostMembers = {}) {
    super(payload)
    this.iiat ??= this.iat
  }

  /** Removes all of this kind that were issued under a grant. */
  static revokeByGrantId(grantId: string): Promise<void> {
    return this.rt.store.revokeByGrantId(this.kind, grantId)
  }

  override get lifetimeKind() {
    return 'RefreshToken' as const
  }

  override get isValid(): boolean {
    return super.isValid && this.consumed === undefined
  }

  /** Binds it to its sender. @throws TypeError @see RFC 8705 §3.1, RFC 9449 §6 */
  setThumbprint(...[kind, value]: SenderProof): void {
    bindToSender(this, kind, value)
  }

  isSenderConstrained(): boolean {
    return isSenderConstrained(this)
  }

  totalLifetime(): number {
    return epochTime() - (this.iiat ?? this.iat)
  }

  consume(): Promise<void> {
    return consume(this)
  }
}
