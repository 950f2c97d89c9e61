import type { PushedAuthorizationRequestPayload } from '../../../types/features/pushed_authorization_requests.ts'
import { BaseToken, type ForClient } from '../../models/base_token.ts'
import { consumable, consume } from '../../models/traits/consumable.ts'
import type { FieldMap, Fields } from '../../models/traits/field_map.ts'

/** An authorization request that a client sent from server to server, for a browser to refer to. @see RFC 9126 §2.2 */
export class PushedAuthorizationRequest extends BaseToken implements PushedAuthorizationRequestPayload {
  static override readonly kind = 'PushedAuthorizationRequest'
  static override readonly eventName: string = 'pushed_authorization_request'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
    ...consumable,
    request: 'string',
    dpopJkt: 'string',
    trusted: 'boolean',
    profile: 'string',
  } satisfies FieldMap<PushedAuthorizationRequestPayload>

  declare kind: 'PushedAuthorizationRequest'
  declare consumed?: unknown
  declare attempt?: string | undefined
  /** The request object that was pushed, or an unsecured one made from the parameters. */
  declare request: string
  declare dpopJkt?: string | undefined
  /** The client had authenticated. */
  declare trusted?: boolean | undefined
  /** What it was accepted under. */
  declare profile?: string | undefined

  constructor(payload: Partial<PushedAuthorizationRequestPayload> & ForClient = {}) {
    super(payload)
  }

  override get lifetimeKind() {
    return 'PushedAuthorizationRequest' as const
  }

  override get isValid(): boolean {
    return super.isValid && this.consumed === undefined
  }

  consume(): Promise<void> {
    return consume(this)
  }
}
