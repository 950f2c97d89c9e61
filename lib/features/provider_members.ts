import { cibaProvider } from './ciba/members.ts'
import type { ProviderMembers } from './define_feature.ts'
import { mtlsProvider } from './mtls/members.ts'

/** What features add to providers; it is there also while the feature is off. */
export const PROVIDER_MEMBERS: readonly ProviderMembers[] = [cibaProvider, mtlsProvider]
