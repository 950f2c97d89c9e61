import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { sha256 } from '../../helpers/jose/sha256.ts'
import { randomId } from '../../helpers/random_id.ts'
import type { Session } from '../../models/session.ts'

/**
 * What tells one login in a browser from another: it changes with whoever logs in, and with each login. Nobody gets from
 * it to the session.
 * @see OpenID Connect Session Management 1.0 §3.2 (OP browser state)
 */
export const browserStateOf = ({ uid, accountId, loginTs }: Session): string =>
  sha256(JSON.stringify(['OP browser state', uid, accountId, loginTs]))

/** Beside the session's own cookie, but in reach of the script of a frame at another site. */
function setBrowserState(ctx: Ctx, rt: Runtime, state: string, expires?: Date): void {
  const { long } = rt.configuration.cookies
  ctx.oidc.jar.all.set(rt.configuration.features.sessionManagement.cookieName, state, {
    ...long,
    // Browsers take `none` over https only.
    sameSite: rt.issuer.startsWith('https:') ? 'none' : 'lax',
    httpOnly: false,
    signed: false,
    expires,
  })
}

/** Of nobody: another one, which says nothing. A cookie that is missing could as well be hidden. */
const stateOfNobody = randomId

/** Those of logins are hashes. */
const isOfLogin = (state: string | undefined): boolean => state?.length === 43

/** The login was ended without this browser, or has expired, and the browser believes otherwise. */
export const forgetStaleState: Step = (ctx, rt) => {
  if (ctx.oidc.loaded('Session').accountId !== undefined) return
  const { cookieName } = rt.configuration.features.sessionManagement
  const known = ctx.oidc.jar.all.get(cookieName, { signed: false })
  if (isOfLogin(known)) setBrowserState(ctx, rt, stateOfNobody())
}

/** Whatever a request stores of a login, the browser knows its state from then on. */
export const keepBrowserState: Step = (ctx, rt) => {
  ctx.oidc.transaction.add([], () => {
    const session = ctx.oidc.loaded('Session')
    if (session.accountId === undefined) return
    const { transient, exp } = session
    const lasts = transient !== true && exp !== undefined
    setBrowserState(ctx, rt, browserStateOf(session), lasts ? new Date(exp * 1000) : undefined)
  })
}

/** The login is over. */
export const forgetBrowserState: Step = (ctx, rt) => {
  if (ctx.oidc.request.endedLogin?.everywhere === true) setBrowserState(ctx, rt, stateOfNobody())
}
