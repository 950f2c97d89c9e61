import { defineAction, slot } from '../../engine/define_action.ts'
import { readForm } from '../../engine/read_form.ts'
import { clientCors } from '../../engine/wraps/cors.ts'
import { jsonErrors } from '../../engine/wraps/json_errors.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { authenticateClient, checkOrigin } from '../client_auth/authenticate_client.ts'
import { CLIENT_AUTH_PARAMETERS } from '../client_auth/table.ts'
import { runGrant } from './run_grant.ts'

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
