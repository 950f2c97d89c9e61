import type { VerifiedRedirectUri } from '../../helpers/uri/match_redirect_uri.ts'
import type { PendingLogout } from './pending_logout.ts'

declare module '../../engine/context.ts' {
  interface UnderstoodRequest {
    /** Where the browser goes after logout. */
    postLogoutRedirectUri?: VerifiedRedirectUri
    /** The logout that was asked for, and is now confirmed or refused. */
    pendingLogout?: PendingLogout
  }
}
