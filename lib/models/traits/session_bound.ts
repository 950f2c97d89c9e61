import type { SessionBoundPayload } from '../../../types/models.ts'
import type { FieldMap } from './field_map.ts'

/** May end with the session it came from. */
export const sessionBound = {
  sessionUid: 'string',
  expiresWithSession: 'boolean',
} satisfies FieldMap<SessionBoundPayload>
