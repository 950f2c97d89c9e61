import { backchannelLogoutClient } from './backchannel_logout/members.ts'
import { cibaClient } from './ciba/members.ts'
import type { ClientMembers } from './define_feature.ts'

/** What features add to clients; it is there also while the feature is off. */
export const CLIENT_MEMBERS: readonly ClientMembers[] = [backchannelLogoutClient, cibaClient]
