import type { ModelName } from '../../../types/adapter.ts'
import type { GrantBoundPayload } from '../../../types/models.ts'
import type { FieldMap } from './field_map.ts'

/** Issued under a grant: it is worth nothing once that grant is gone. */
export const grantBound = { grantId: 'string' } satisfies FieldMap<GrantBoundPayload>

/** The kinds that are swept when a grant is revoked. */
export const GRANT_BOUND_KINDS: readonly ModelName[] = [
  'AuthorizationCode',
  'RefreshToken',
  'AccessToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
]
