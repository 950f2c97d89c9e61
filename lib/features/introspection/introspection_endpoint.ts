import { authenticateClient, checkOrigin } from '../../actions/client_auth/authenticate_client.ts'
import { CLIENT_AUTH_PARAMETERS } from '../../actions/client_auth/table.ts'
import { refuseStructuredToken, TOKEN_PARAMETERS } from '../../actions/presented_token/token_parameter.ts'
import { defineAction, slot } from '../../engine/define_action.ts'
import { readForm } from '../../engine/read_form.ts'
import type { Step } from '../../engine/runtime.ts'
import { clientCors } from '../../engine/wraps/cors.ts'
import { jsonErrors } from '../../engine/wraps/json_errors.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { describeToken, loadIntrospectedToken } from './describe_token.ts'

declare module '../../engine/define_action.ts' {
  interface Slots {
    introspection_request: true
    introspection_response: true
  }
}

/** @see RFC 7662 §2.2 */
const answerIntrospection: Step = (ctx) => {
  ctx.body = ctx.oidc.understood('introspection')
}

/** Tells resource servers, and clients, what a token is worth. @see RFC 7662 §2 */
export const introspectionEndpoint = defineAction({
  name: 'introspection',
  methods: ['POST'],
  path: 'introspection',
  params: [...CLIENT_AUTH_PARAMETERS, ...TOKEN_PARAMETERS],
  cors: 'client',
  wraps: [noStore, clientCors, jsonErrors('introspection.error')],
  steps: [
    readForm,
    authenticateClient,
    checkOrigin,
    slot('client_authenticated'),
    slot('introspection_request'),
    refuseStructuredToken,
    loadIntrospectedToken,
    describeToken,
    slot('introspection_response'),
    answerIntrospection,
  ],
})
