import { DIRECT_REQUEST_PARAMETERS } from '../../actions/authorization/direct_request.ts'
import { directRequestRules } from '../../actions/authorization/rules/request_rules.ts'
import { authenticateClient, checkOrigin } from '../../actions/client_auth/authenticate_client.ts'
import { requireGrantType } from '../../actions/client_auth/require_grant_type.ts'
import { CLIENT_AUTH_PARAMETERS } from '../../actions/client_auth/table.ts'
import { type Action, defineAction, slot } from '../../engine/define_action.ts'
import { readForm } from '../../engine/read_form.ts'
import { clientCors } from '../../engine/wraps/cors.ts'
import { jsonErrors } from '../../engine/wraps/json_errors.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { backchannelErrors } from './backchannel_errors.ts'
import { CIBA } from './ciba_grant_name.ts'
import { findHintedAccount } from './find_hinted_account.ts'
import {
  backchannelRules,
  expectRequestObject,
  requireConfidentialClient,
  requireRegisteredSignature,
} from './request_rules.ts'
import { startBackchannel } from './start_backchannel.ts'
import { type UserCodeGuard, verifyUserCode } from './user_code_guard.ts'

/** @see OpenID Connect CIBA Core 1.0 §7.1, Financial-grade API: CIBA Profile §5.2.2 (request_context) */
const PARAMETERS = [
  'binding_message',
  'client_notification_token',
  'login_hint_token',
  'request_context',
  'requested_expiry',
  'user_code',
]

/** Where a client asks that a person logs in on another device. @see OpenID Connect CIBA Core 1.0 §7 */
export const backchannelAuthentication = (guard: UserCodeGuard): Action =>
  defineAction({
    name: 'backchannel_authentication',
    methods: ['POST'],
    path: 'backchannel_authentication',
    params: [...new Set([...DIRECT_REQUEST_PARAMETERS, ...PARAMETERS, ...CLIENT_AUTH_PARAMETERS])],
    cors: 'client',
    wraps: [noStore, clientCors, jsonErrors('backchannel_authentication.error'), backchannelErrors],
    steps: [
      readForm,
      authenticateClient,
      checkOrigin,
      slot('client_authenticated'),
      requireGrantType(CIBA),
      requireConfidentialClient,
      expectRequestObject,
      slot('strict_request_object'),
      slot('signed_request'),
      requireRegisteredSignature,
      ...directRequestRules,
      ...backchannelRules,
      findHintedAccount,
      verifyUserCode(guard),
      startBackchannel,
    ],
  })
