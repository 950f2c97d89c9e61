import { AUTHORIZATION } from './authorization.ts'
import type { Case } from './case.ts'
import { CLIENT_CREDENTIALS } from './client_credentials.ts'
import { DOCUMENTS } from './documents.ts'
import { LOGINS } from './logins.ts'
import { PRESENTED_TOKENS } from './presented_tokens.ts'

/**
 * Everything that is measured. A case for a feature that is new: an entry here, the feature's switch in
 * server/configuration.ts, its route in server/floor/floor_listener.ts.
 */
export const CASES: readonly Case[] = [
  ...DOCUMENTS,
  ...CLIENT_CREDENTIALS,
  ...PRESENTED_TOKENS,
  ...AUTHORIZATION,
  ...LOGINS,
]
