import type { SecurityProfileName } from '../../../types/client.ts'
import type { SecurityProfile } from '../../engine/security_profile.ts'

/** @see FAPI 1.0 Part 2: Advanced §8.6 */
const FAPI_1_ALGORITHMS: ReadonlySet<string> = new Set(['PS256', 'ES256'])
/** @see FAPI 2.0 Security Profile §5.4.1 */
const FAPI_2_ALGORITHMS: ReadonlySet<string> = new Set(['PS256', 'ES256', 'EdDSA', 'Ed25519'])
/** No profile needs assertions that live longer, in seconds. */
const ASSERTION_LIFETIME = 5 * 60

const first = {
  signingAlgorithms: FAPI_1_ALGORITHMS,
  assertionLifetime: ASSERTION_LIFETIME,
  assertionsToIssuerOnly: false,
  bindsAccessTokens: false,
  rotatesRefreshTokens: true,
} as const

const second = {
  signingAlgorithms: FAPI_2_ALGORITHMS,
  assertionLifetime: ASSERTION_LIFETIME,
  assertionsToIssuerOnly: true,
  requestObjectTimes: ['exp', 'nbf'],
  bindsAccessTokens: true,
  rotatesRefreshTokens: false,
} as const

/** What the profiles demand that the core does by itself; the rest are rules. */
const PROFILES: readonly SecurityProfile[] = [
  { ...first, name: '1.0 ID2', requestObjectTimes: ['exp'] },
  { ...first, name: '1.0 Final', requestObjectTimes: ['exp', 'nbf'] },
  { ...second, name: '2.0' },
  { ...second, name: '2.0 Message Signing' },
]

export const FAPI_1: readonly SecurityProfileName[] = ['1.0 ID2', '1.0 Final']
export const FAPI_2: readonly SecurityProfileName[] = ['2.0', '2.0 Message Signing']
export const MESSAGE_SIGNING: readonly SecurityProfileName[] = ['2.0 Message Signing']
export const ALL_PROFILES: readonly SecurityProfileName[] = [...FAPI_1, ...FAPI_2]

/** @param name from the host, so it may be anything @throws TypeError that names the profiles there are */
export function profileNamed(name: unknown): SecurityProfile {
  const profile = PROFILES.find((known) => known.name === name)
  if (profile === undefined) {
    const names = PROFILES.map((known) => `'${known.name}'`).join(', ')
    throw new TypeError(
      `features.fapi.profile must be one of ${names}, or a function that returns one of them`,
    )
  }
  return profile
}
