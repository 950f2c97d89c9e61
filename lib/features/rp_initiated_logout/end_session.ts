import { readIdTokenHint } from '../../actions/authorization/rules/read_id_token_hint.ts'
import { refuseMalformed } from '../../actions/authorization/rules/request_rules.ts'
import { pageErrors } from '../../actions/pages/page_errors.ts'
import { defineAction, slot } from '../../engine/define_action.ts'
import { readQueryOrForm } from '../../engine/read_form.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { askToConfirm, goOnUnlessLoggedIn } from './ask_to_confirm.ts'
import { checkPostLogoutRedirectUri, identifyAskingClient } from './identify_asking_client.ts'
import { loadSession } from './load_session.ts'
import { FROM_HERE, sendAgainFromHere } from './send_again_from_here.ts'

/** Where clients send the browser to log out. @see OpenID Connect RP-Initiated Logout 1.0 §2 */
export const endSession = defineAction({
  name: 'end_session',
  methods: ['GET', 'POST'],
  path: 'end_session',
  optionalPost: true,
  params: [
    'client_id',
    'id_token_hint',
    'logout_hint',
    'post_logout_redirect_uri',
    'state',
    'ui_locales',
    FROM_HERE,
  ],
  wraps: [noStore, pageErrors('end_session.error')],
  steps: [
    readQueryOrForm,
    refuseMalformed,
    sendAgainFromHere,
    identifyAskingClient,
    readIdTokenHint,
    checkPostLogoutRedirectUri,
    loadSession,
    slot('leaving_session'),
    goOnUnlessLoggedIn,
    askToConfirm,
  ],
})
