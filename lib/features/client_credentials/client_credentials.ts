import type { ClientCredentialsPayload } from '../../../types/features/client_credentials.ts'
import type { ForClient, HostMembers } from '../../models/base_token.ts'
import { BearerToken, type ForResource } from '../../models/bearer_token.ts'
import type { FieldMap, Fields } from '../../models/traits/field_map.ts'
import { senderConstrained } from '../../models/traits/sender_constrained.ts'

/** Opens a resource for a client on its own behalf. @see RFC 6749 §4.4 */
export class ClientCredentials extends BearerToken implements ClientCredentialsPayload {
  static override readonly kind = 'ClientCredentials'
  static override readonly eventName: string = 'client_credentials'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
    ...senderConstrained,
    aud: 'strings',
    extra: 'object',
    scope: 'string',
  } satisfies FieldMap<ClientCredentialsPayload>

  declare kind: 'ClientCredentials'

  constructor(payload: Partial<ClientCredentialsPayload> & ForClient & ForResource & HostMembers = {}) {
    super(payload)
  }

  override get lifetimeKind() {
    return 'ClientCredentials' as const
  }
}
