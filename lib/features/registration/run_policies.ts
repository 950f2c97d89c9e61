import type { Step } from '../../engine/runtime.ts'
import { checkPolicyNames } from './policies.ts'

/**
 * Lets the policies that a token carries check and change the metadata, one after the other. One that is not
 * configured (any more) is our failure: without it, nothing may be registered.
 */
export const runPolicies = (bearer: 'InitialAccessToken' | 'RegistrationAccessToken'): Step =>
  async function runPolicies(ctx, rt) {
    const { policies = {} } = rt.configuration.features.registration
    const { policies: names = [] } = ctx.oidc.loaded(bearer)
    checkPolicyNames(names, policies)
    const metadata = ctx.oidc.understood('registration')
    for (const name of names) {
      const policy = policies[name]
      if (policy !== undefined) await Reflect.apply(policy, undefined, [ctx, metadata])
    }
  }
