import type { BackchannelAuthenticationRequestPayload } from '../../../types/features/ciba.ts'
import type { ForClient, HostMembers } from '../../models/base_token.ts'
import type { FieldMap, Fields } from '../../models/traits/field_map.ts'
import { POLLED_FIELDS, PolledToken } from '../../models/traits/polled_token.ts'

/** What an authentication on another device left behind. */
export type Approval = Pick<
  BackchannelAuthenticationRequestPayload,
  'acr' | 'amr' | 'authTime' | 'claims' | 'expiresWithSession' | 'scope' | 'sessionUid' | 'sid'
> & { grantId: string }

/** What a client polls with while a person is asked on another device. @see OpenID Connect CIBA Core 1.0 §7.3 */
export class BackchannelAuthenticationRequest
  extends PolledToken
  implements BackchannelAuthenticationRequestPayload
{
  static override readonly kind = 'BackchannelAuthenticationRequest'
  static override readonly eventName: string = 'backchannel_authentication_request'
  static override readonly fields: Fields =
    POLLED_FIELDS satisfies FieldMap<BackchannelAuthenticationRequestPayload>

  declare kind: 'BackchannelAuthenticationRequest'

  constructor(payload: Partial<BackchannelAuthenticationRequestPayload> & ForClient & HostMembers = {}) {
    super(payload)
    this.gty ??= 'ciba'
  }

  override get lifetimeKind() {
    return 'BackchannelAuthenticationRequest' as const
  }

  approve(approval: Approval): void {
    Object.assign(this, approval)
  }
}
