import { CLIENT_AUTH_PARAMETERS } from './client_auth/table.ts'
import { defineAction, slot } from './define_action.ts'
import { authenticateClient, checkOrigin } from './steps/authenticate_client.ts'
import { readForm } from './steps/read_form.ts'
import { runGrant } from './steps/run_grant.ts'
import { clientCors } from './wraps/cors.ts'
import { jsonErrors } from './wraps/json_errors.ts'
import { noStore } from './wraps/no_store.ts'

/** Where clients turn grants into tokens. @see RFC 6749 §3.2 */
export const token = defineAction({
  name: 'token',
  methods: ['POST'],
  path: 'token',
  params: [...CLIENT_AUTH_PARAMETERS, 'grant_type'],
  cors: 'client',
  wraps: [noStore, clientCors, jsonErrors('grant.error')],
  steps: [readForm, authenticateClient, checkOrigin, slot('client_authenticated'), runGrant],
})
