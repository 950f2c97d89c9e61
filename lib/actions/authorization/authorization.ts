import { defineAction, slot } from '../../engine/define_action.ts'
import { readQueryOrForm } from '../../engine/read_form.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { authorizationErrors } from './authorization_errors.ts'
import { interaction } from './interaction/interaction.ts'
import { loadSession } from './interaction/load_session.ts'
import { answerAuthorization } from './issuing/answer_authorization.ts'
import { identifyClient } from './rules/identify_client.ts'
import { redirectRules } from './rules/redirect_rules.ts'
import { requestRules } from './rules/request_rules.ts'

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
    loadSession,
    ...interaction,
    slot('before_answer'),
    ...answerAuthorization,
  ],
})
