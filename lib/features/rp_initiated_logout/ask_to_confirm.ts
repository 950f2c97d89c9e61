import { commitRequest } from '../../actions/authorization/interaction/commit_request.ts'
import { setSessionCookie } from '../../actions/authorization/interaction/session_cookie.ts'
import { renderHostPage } from '../../actions/pages/host_page.ts'
import { redirect } from '../../engine/redirect.ts'
import { RESPONDED, type Step } from '../../engine/runtime.ts'
import { randomId } from '../../helpers/random_id.ts'
import type { Session } from '../../models/session.ts'
import type { Writes } from '../../models/transaction.ts'
import { urlAfterLogout } from './after_logout.ts'
import { logoutForm } from './logout_page.ts'
import { type PendingLogout, rememberLogout } from './pending_logout.ts'

/** Nobody is logged in: there is nothing to confirm, and nothing to store. */
export const goOnUnlessLoggedIn: Step = (ctx, rt) => {
  if (ctx.oidc.loaded('Session').accountId !== undefined) return
  redirect(ctx, urlAfterLogout(ctx, ctx.oidc.param('state')))
  rt.emit('end_session.success', ctx)
  return RESPONDED
}

/** Puts one more logout into the session; on top of those that other tabs have put there meanwhile. */
function remembering(session: Session, pending: PendingLogout): Writes {
  const before = session.state
  rememberLogout(session, pending)
  return {
    operations: () => session.operations(),
    written: () => session.written(),
    async rebase() {
      session.state = before
      const isThere = await session.rebase()
      rememberLogout(session, pending)
      return isThere
    },
    contendedAs: session.contendedAs,
  }
}

/**
 * Asks the person. Whoever sent the browser may be anybody, so no logout happens without a confirmation; its form
 * holds a secret that only this session knows.
 * @see OpenID Connect RP-Initiated Logout 1.0 §2, §6
 */
export const askToConfirm: Step = async (ctx, rt) => {
  const session = ctx.oidc.loaded('Session')
  const pending = {
    secret: randomId(),
    clientId: ctx.oidc.client?.clientId,
    postLogoutRedirectUri: ctx.oidc.request.postLogoutRedirectUri,
    state: ctx.oidc.param('state'),
    uiLocales: ctx.oidc.param('ui_locales'),
  }
  ctx.oidc.transaction.addWrites(remembering(session, pending))
  await commitRequest(ctx)
  setSessionCookie(ctx, session)
  const form = logoutForm(ctx.oidc.pathFor('end_session_confirm'), pending.secret)
  const { logoutSource } = rt.configuration.features.rpInitiatedLogout
  await renderHostPage(ctx, 'rpInitiatedLogout.logoutSource', () => logoutSource(ctx, form))
}
