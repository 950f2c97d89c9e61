import type { ClientAuthentication } from '../../engine/runtime.ts'
import { clientAssertion } from './client_assertion.ts'
import { clientSecretBasic, clientSecretPost } from './client_secret.ts'

/** The ways to authenticate with credentials. A request that uses two of them is refused. */
export const CLIENT_AUTHENTICATIONS: readonly ClientAuthentication[] = [
  clientSecretBasic,
  clientSecretPost,
  clientAssertion,
]

/** Parameters that client authentication reads, at every endpoint that has it. */
export const CLIENT_AUTH_PARAMETERS: readonly string[] = [
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
]
