import type { SecurityProfileName } from '../../../types/client.ts'
import type { ResolvedConfiguration } from '../../configuration/resolved_configuration.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { defineFeature } from '../define_feature.ts'
import { agreedProfile, carryAgreedProfile } from './agreed_profile.ts'
import { profileSteps } from './obey_profile.ts'
import { ALL_PROFILES, profileNamed } from './profiles.ts'
import { CONFIGURED_RULES } from './rules.ts'

/** What the operator has to know: rules of the profile that the configuration does not keep. */
function noticesFor(name: SecurityProfileName, configuration: ResolvedConfiguration): string[] {
  const broken = CONFIGURED_RULES.filter(
    ({ profiles, isKept }) => profiles.includes(name) && !isKept(configuration),
  )
  return broken.map(
    ({ option, clause, demand }) =>
      `features.fapi.profile '${name}' is not kept by ${option}: ${demand} (${clause})`,
  )
}

export const fapi = defineFeature({
  name: 'fapi',
  spec: 'FAPI 1.0, FAPI 2.0',
  defaults: { enabled: false, profile: undefined },
  check({ enabled, profile }) {
    if (profile === undefined ? enabled : typeof profile !== 'function') profileNamed(profile)
  },
  contribute({ profile }, _has, configuration) {
    const profileOf: Runtime['profileOf'] = (ctx, client) => {
      const named = typeof profile === 'function' ? profile(ctx, client) : profile
      // A function that looks at the request may not know the browser that brings what a client has pushed.
      const name = named ?? agreedProfile(ctx)
      return name === undefined ? undefined : profileNamed(name)
    }
    return {
      profileOf,
      steps: profileSteps(),
      carryOver: [carryAgreedProfile],
      freshKeySetsOnly: true,
      refusesTokensInQuery: true,
      notices: ALL_PROFILES.filter((name) => name === profile).flatMap((name) =>
        noticesFor(name, configuration),
      ),
    }
  },
})
