import { authenticateClient, checkOrigin } from '../../actions/client_auth/authenticate_client.ts'
import { CLIENT_AUTH_PARAMETERS } from '../../actions/client_auth/table.ts'
import { refuseStructuredToken, TOKEN_PARAMETERS } from '../../actions/presented_token/token_parameter.ts'
import { defineAction, slot } from '../../engine/define_action.ts'
import { readForm } from '../../engine/read_form.ts'
import { clientCors } from '../../engine/wraps/cors.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { revocationErrors } from './revocation_errors.ts'
import { answerRevocation, checkRevocationPolicy, loadRevokedToken, revokeToken } from './revoke_token.ts'

/** Lets clients give tokens back that they do not need any more. @see RFC 7009 §2 */
export const revocationEndpoint = defineAction({
  name: 'revocation',
  methods: ['POST'],
  path: 'revocation',
  params: [...CLIENT_AUTH_PARAMETERS, ...TOKEN_PARAMETERS],
  cors: 'client',
  wraps: [noStore, clientCors, revocationErrors],
  steps: [
    readForm,
    authenticateClient,
    checkOrigin,
    slot('client_authenticated'),
    refuseStructuredToken,
    loadRevokedToken,
    checkRevocationPolicy,
    revokeToken,
    answerRevocation,
  ],
})
