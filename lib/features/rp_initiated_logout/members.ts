import type { EndedLogin } from '../../engine/runtime.ts'
import type { VerifiedRedirectUri } from '../../helpers/uri/match_redirect_uri.ts'
import type { PendingLogout } from './pending_logout.ts'

declare module '../../engine/define_action.ts' {
  interface Slots {
    /** Somebody wants to leave the session of this browser, whoever is logged in, if anybody still is. */
    leaving_session: true
    /** What is left to do in the browser once a login is over, by `wayOn`. */
    login_ended: true
  }
}

declare module '../../engine/context.ts' {
  interface UnderstoodRequest {
    /** Where the browser goes after logout. */
    postLogoutRedirectUri?: VerifiedRedirectUri
    /** The logout that was asked for, and is now confirmed or refused. */
    pendingLogout?: PendingLogout
    /** The login that is over now, where there was one. */
    endedLogin?: EndedLogin
    /** Where the browser goes when everything is done. */
    afterLogout?: string
    /** What takes it there, where it is not to go at once. */
    wayOn?: (ctx: Ctx, url: string) => void
  }
}
