import { refuseMalformed } from '../../actions/authorization/rules/request_rules.ts'
import { renderHostPage } from '../../actions/pages/host_page.ts'
import { pageErrors } from '../../actions/pages/page_errors.ts'
import { defineAction } from '../../engine/define_action.ts'
import { readQueryOrForm } from '../../engine/read_form.ts'
import type { Step } from '../../engine/runtime.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { identifyAskingClient } from './identify_asking_client.ts'
import { loadSession } from './load_session.ts'

const tellHowItWent: Step = async (ctx, rt) => {
  const { postLogoutSuccessSource } = rt.configuration.features.rpInitiatedLogout
  await renderHostPage(ctx, 'rpInitiatedLogout.postLogoutSuccessSource', () => postLogoutSuccessSource(ctx))
}

/** What a person sees who is not sent back to a client. @see OpenID Connect RP-Initiated Logout 1.0 §3 */
export const endSessionSuccess = defineAction({
  name: 'end_session_success',
  methods: ['GET'],
  path: 'end_session/success',
  params: ['client_id', 'ui_locales'],
  safe: true,
  wraps: [noStore, pageErrors('end_session_success.error')],
  steps: [readQueryOrForm, refuseMalformed, identifyAskingClient, loadSession, tellHowItWent],
})
