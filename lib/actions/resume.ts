import { AUTHORIZATION_PARAMETERS } from './authorization.ts'
import { defineAction, slot } from './define_action.ts'
import { acceptRequest } from './steps/accept_request.ts'
import { answerAuthorization } from './steps/answer_authorization.ts'
import { applyResult } from './steps/apply_result.ts'
import { identifyClient } from './steps/identify_client.ts'
import { interaction } from './steps/interaction.ts'
import { loadInteraction } from './steps/load_interaction.ts'
import { redirectRules } from './steps/redirect_rules.ts'
import { requestRules } from './steps/request_rules.ts'
import { restoreRequest } from './steps/restore_request.ts'
import { authorizationErrors } from './wraps/authorization_errors.ts'
import { noStore } from './wraps/no_store.ts'

/** Where the end-user returns from an interaction, to go on where the request was interrupted. */
export const resume = defineAction({
  name: 'resume',
  methods: ['GET'],
  path: 'resume',
  params: AUTHORIZATION_PARAMETERS,
  wraps: [noStore, authorizationErrors('authorization.error')],
  steps: [
    loadInteraction,
    restoreRequest,
    identifyClient,
    slot('pushed_request'),
    slot('redirect_uri'),
    ...redirectRules,
    slot('front_channel_rules'),
    ...requestRules,
    acceptRequest,
    applyResult,
    ...interaction,
    slot('before_answer'),
    ...answerAuthorization,
  ],
})
