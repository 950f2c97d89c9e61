import { commitRequest } from '../../actions/authorization/interaction/commit_request.ts'
import { endSession } from '../../actions/authorization/interaction/end_session.ts'
import { goOn } from '../../actions/pages/go_on.ts'
import { pageErrors } from '../../actions/pages/page_errors.ts'
import type { Ctx } from '../../engine/context.ts'
import { defineAction, slot } from '../../engine/define_action.ts'
import { readForm } from '../../engine/read_form.ts'
import { type EndedLogin, RESPONDED, type Runtime, type Step } from '../../engine/runtime.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { InvalidRequest, OIDCProviderError, SessionNotFound } from '../../helpers/errors.ts'
import { verifyRedirectUri } from '../../helpers/uri/match_redirect_uri.ts'
import { urlAfterLogout } from './after_logout.ts'
import { leaveClient } from './leave_client.ts'
import { loadSession } from './load_session.ts'
import { findPendingLogout, hasPendingLogout } from './pending_logout.ts'
import { LOGOUT } from './reasons.ts'

/**
 * Finds what the person was asked. A form that somebody else has made knows no secret of this session.
 * @see RFC 6749 §10.12
 */
const loadPendingLogout: Step = (ctx) => {
  const session = ctx.oidc.loaded('Session')
  if (!hasPendingLogout(session))
    throw new SessionNotFound('could not find logout details').because(LOGOUT.details_missing)
  const pending = findPendingLogout(session, ctx.oidc.param('xsrf') ?? '')
  if (pending === undefined) throw new InvalidRequest('xsrf token invalid').because(LOGOUT.form_expired)
  ctx.oidc.understand('pendingLogout', pending)
  if (pending.uiLocales !== undefined) ctx.oidc.understand('uiLocales', pending.uiLocales)
}

/** The session has ended meanwhile: the form was sent twice, or an earlier answer did not get through. */
const goOnIfOver: Step = (ctx) => {
  if (!ctx.oidc.loaded('Session').isNew || ctx.oidc.jar.get('session') === undefined) return
  ctx.oidc.jar.clear('session')
  goOn(ctx, ctx.oidc.pathFor('end_session_success'))
  return RESPONDED
}

/** The client may be gone since, or have another mind about where browsers go: that is no reason to stay. */
const loadAskingClient: Step = async (ctx, rt) => {
  const { clientId, postLogoutRedirectUri: wanted } = ctx.oidc.understood('pendingLogout')
  if (clientId === undefined) return
  const client = await rt.findClient(clientId).catch((thrown: unknown) => {
    if (thrown instanceof OIDCProviderError) return undefined
    throw thrown
  })
  if (client === undefined) return
  ctx.oidc.entity('Client', client)
  if (wanted === undefined) return
  const allowed = (uri: string) => client.postLogoutRedirectUriAllowed(uri)
  const redirectUri = verifyRedirectUri(wanted, { redirectUriAllowed: allowed })
  if (redirectUri !== undefined) ctx.oidc.understand('postLogoutRedirectUri', redirectUri)
}

function understandEnd(ctx: Ctx, ended: EndedLogin | undefined, url: string): void {
  if (ended !== undefined) ctx.oidc.understand('endedLogin', ended)
  ctx.oidc.understand('afterLogout', url)
}

async function leaveOne(ctx: Ctx, rt: Runtime): Promise<void> {
  const pending = ctx.oidc.understood('pendingLogout')
  const { clientId, state } = pending
  understandEnd(ctx, await leaveClient(ctx, rt, pending), urlAfterLogout(ctx, state, clientId))
}

/** The cookie goes once the session is gone: as long as it is there, a second try has to find it. */
async function leaveAll(ctx: Ctx, rt: Runtime): Promise<void> {
  const end = await endSession(ctx, rt, ctx.oidc.loaded('Session'))
  await commitRequest(ctx)
  ctx.oidc.jar.clear('session')
  await end.told
  understandEnd(ctx, end.ended, urlAfterLogout(ctx, ctx.oidc.understood('pendingLogout').state))
}

const wantsOut = (ctx: Ctx): boolean => ctx.oidc.param('logout') !== undefined

/** The person stays signed in, but not at the client that asked. */
const staySignedIn: Step = (ctx, rt) => (wantsOut(ctx) ? undefined : leaveOne(ctx, rt))

const signOut: Step = (ctx, rt) => (wantsOut(ctx) ? leaveAll(ctx, rt) : undefined)

/** At once, unless there is something to do in the browser first. */
const leave: Step = (ctx, rt) => {
  const { wayOn = goOn } = ctx.oidc.request
  wayOn(ctx, ctx.oidc.understood('afterLogout'))
  rt.emit('end_session.success', ctx)
}

/** Takes what the person decided. @see OpenID Connect RP-Initiated Logout 1.0 §2 */
export const endSessionConfirm = defineAction({
  name: 'end_session_confirm',
  methods: ['POST'],
  path: 'end_session/confirm',
  params: ['logout', 'xsrf'],
  wraps: [noStore, pageErrors('end_session_confirm.error')],
  steps: [
    readForm,
    loadSession,
    slot('leaving_session'),
    goOnIfOver,
    loadPendingLogout,
    loadAskingClient,
    staySignedIn,
    signOut,
    slot('login_ended'),
    leave,
  ],
})
