import { defineClientMembers } from '../define_feature.ts'
import { deliverLogoutToken, logoutPool } from './deliver_logout_token.ts'

declare module '../../clients/client.ts' {
  interface Client {
    /**
     * Tells the client that an account is no longer logged in, once. Nothing is stored, and no event told.
     * @param accountId the account; the client is told its `sub`
     * @param sid the session as this client knows it, `sidFor()` of the session
     * @throws Error when it could not be delivered
     * @see OpenID Connect Back-Channel Logout 1.0 §2.5
     */
    backchannelLogout(accountId: string, sid?: string): Promise<void>
  }
}

/** Hosts call it when an account logs out in their own ways, or when a client could not be told before. */
export const backchannelLogoutClient = defineClientMembers((rt) => {
  const pool = logoutPool()
  return {
    backchannelLogout: {
      value(accountId: string, sid?: string) {
        return deliverLogoutToken(rt(), this, { accountId, sid, pool })
      },
    },
  }
})
