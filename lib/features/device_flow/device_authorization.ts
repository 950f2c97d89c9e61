import { DIRECT_REQUEST_PARAMETERS } from '../../actions/authorization/direct_request.ts'
import { directRequestRules } from '../../actions/authorization/rules/request_rules.ts'
import { authenticateClient, checkOrigin } from '../../actions/client_auth/authenticate_client.ts'
import { requireGrantType } from '../../actions/client_auth/require_grant_type.ts'
import { CLIENT_AUTH_PARAMETERS } from '../../actions/client_auth/table.ts'
import { defineAction, slot } from '../../engine/define_action.ts'
import { readForm } from '../../engine/read_form.ts'
import { clientCors } from '../../engine/wraps/cors.ts'
import { jsonErrors } from '../../engine/wraps/json_errors.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { DEVICE_CODE } from './device_code_grant_name.ts'
import { issueDeviceCode } from './issue_device_code.ts'

/** Hands a device its pair of codes; nobody is logged in yet. @see RFC 8628 §3.1, §3.2 */
export const deviceAuthorization = defineAction({
  name: 'device_authorization',
  methods: ['POST'],
  path: 'device_authorization',
  params: [...new Set([...DIRECT_REQUEST_PARAMETERS, ...CLIENT_AUTH_PARAMETERS])],
  cors: 'client',
  wraps: [noStore, clientCors, jsonErrors('device_authorization.error')],
  steps: [
    readForm,
    authenticateClient,
    checkOrigin,
    slot('client_authenticated'),
    requireGrantType(DEVICE_CODE),
    slot('strict_request_object'),
    slot('signed_request'),
    ...directRequestRules,
    issueDeviceCode,
  ],
})
