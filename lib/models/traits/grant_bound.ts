import type { GrantBoundPayload } from '../../../types/models.ts'
import type { FieldMap } from './field_map.ts'

/** Issued under a grant: it is worth nothing once that grant is gone. */
export const grantBound = { grantId: 'string' } satisfies FieldMap<GrantBoundPayload>
