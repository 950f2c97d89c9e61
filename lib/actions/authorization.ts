import { defineAction, slot } from './define_action.ts'
import { acceptRequest } from './steps/accept_request.ts'
import { answerAuthorization } from './steps/answer_authorization.ts'
import { identifyClient } from './steps/identify_client.ts'
import { interaction } from './steps/interaction.ts'
import { loadSession } from './steps/load_session.ts'
import { readQueryOrForm } from './steps/read_form.ts'
import { redirectRules } from './steps/redirect_rules.ts'
import { requestRules } from './steps/request_rules.ts'
import { authorizationErrors } from './wraps/authorization_errors.ts'
import { noStore } from './wraps/no_store.ts'

/** Parameters of an authorization request. */
export const AUTHORIZATION_PARAMETERS: readonly string[] = [
  'acr_values',
  'claims_locales',
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'display',
  'id_token_hint',
  'login_hint',
  'max_age',
  'nonce',
  'prompt',
  'redirect_uri',
  'registration',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
  'ui_locales',
]

/** Where a client's end-user arrives. @see RFC 6749 §3.1, OpenID Connect Core 1.0 §3.1.2 */
export const authorization = defineAction({
  name: 'authorization',
  methods: ['GET', 'POST'],
  path: 'authorization',
  optionalPost: true,
  params: AUTHORIZATION_PARAMETERS,
  wraps: [noStore, authorizationErrors('authorization.error')],
  steps: [
    readQueryOrForm,
    identifyClient,
    slot('pushed_request'),
    slot('request_object'),
    slot('redirect_uri'),
    ...redirectRules,
    slot('front_channel_rules'),
    slot('signed_request'),
    ...requestRules,
    acceptRequest,
    loadSession,
    ...interaction,
    slot('before_answer'),
    ...answerAuthorization,
  ],
})
