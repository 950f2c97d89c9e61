import type { AuthenticationPayload } from '../../../types/models.ts'
import type { FieldMap } from './field_map.ts'

/** Carries what an authentication left behind for the tokens that follow from it. */
export const authenticated = {
  accountId: 'string',
  acr: 'string',
  amr: 'array',
  authTime: 'number',
  claims: 'object',
  nonce: 'string',
  resource: 'strings',
  scope: 'string',
  sid: 'string',
} satisfies FieldMap<AuthenticationPayload>
