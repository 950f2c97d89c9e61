import { AUTHORIZATION_PARAMETERS } from '../../actions/authorization/authorization.ts'
import { redirectRules } from '../../actions/authorization/rules/redirect_rules.ts'
import { requestRules } from '../../actions/authorization/rules/request_rules.ts'
import { authenticateClient, checkOrigin } from '../../actions/client_auth/authenticate_client.ts'
import { CLIENT_AUTH_PARAMETERS } from '../../actions/client_auth/table.ts'
import { defineAction, slot } from '../../engine/define_action.ts'
import { readForm } from '../../engine/read_form.ts'
import type { Wrap } from '../../engine/runtime.ts'
import { clientCors } from '../../engine/wraps/cors.ts'
import { jsonErrors } from '../../engine/wraps/json_errors.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { InvalidRedirectUri } from '../../helpers/errors.ts'
import { acceptPushedRedirectUri, refuseRequestUri, storePushedRequest } from './store_pushed_request.ts'

declare module '../../engine/define_action.ts' {
  interface Slots {
    /** What is settled when a request is pushed: what the client proves, for the code that comes of it, and what it obeys. */
    pushed_proof: true
  }
}

/** A redirect URI that is not allowed has no error code of its own here. @see RFC 9126 §2.3, RFC 6749 §5.2 */
const redirectUriErrors: Wrap = async (_ctx, _rt, next) => {
  try {
    await next()
  } catch (thrown) {
    throw thrown instanceof InvalidRedirectUri ? thrown.as('invalid_request') : thrown
  }
}

/** Where clients leave authorization requests before they send a browser. @see RFC 9126 §2 */
export const pushedAuthorizationRequest = defineAction({
  name: 'pushed_authorization_request',
  methods: ['POST'],
  path: 'pushed_authorization_request',
  params: [...new Set([...AUTHORIZATION_PARAMETERS, ...CLIENT_AUTH_PARAMETERS])],
  cors: 'client',
  wraps: [noStore, clientCors, jsonErrors('pushed_authorization_request.error'), redirectUriErrors],
  steps: [
    readForm,
    authenticateClient,
    checkOrigin,
    slot('client_authenticated'),
    slot('pushed_proof'),
    refuseRequestUri,
    slot('strict_request_object'),
    acceptPushedRedirectUri,
    ...redirectRules,
    slot('signed_request'),
    ...requestRules,
    storePushedRequest,
  ],
})
