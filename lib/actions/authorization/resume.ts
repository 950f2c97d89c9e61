import { defineAction, slot } from '../../engine/define_action.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { AUTHORIZATION_PARAMETERS } from './authorization.ts'
import { authorizationErrors } from './authorization_errors.ts'
import { applyResult } from './interaction/apply_result.ts'
import { interaction } from './interaction/interaction.ts'
import { loadInteraction } from './interaction/load_interaction.ts'
import { restoreRequest } from './interaction/restore_request.ts'
import { answerAuthorization } from './issuing/answer_authorization.ts'
import { identifyClient } from './rules/identify_client.ts'
import { redirectRules } from './rules/redirect_rules.ts'
import { requestRules } from './rules/request_rules.ts'

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
    applyResult,
    ...interaction,
    slot('before_answer'),
    ...answerAuthorization,
  ],
})
