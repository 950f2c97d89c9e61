import { authorizationCode } from '../actions/token/grants/authorization_code.ts'
import { refreshToken } from '../actions/token/grants/refresh_token.ts'
import { DEFAULTS } from '../configuration/defaults.ts'
import type { ResolvedConfiguration } from '../configuration/resolved_configuration.ts'
import type { GrantDefinition } from '../engine/define_grant.ts'
import type { GrantType } from '../engine/runtime.ts'
import { words } from '../helpers/words.ts'
import type { Contributions } from './collect_features.ts'
import { fillSlots } from './fill_slots.ts'

/** The grant types that follow from other options. */
function derived({ responseTypes, scopes, issueRefreshToken }: ResolvedConfiguration): GrantDefinition[] {
  const yieldsCode = responseTypes.some((type) => words(type).includes('code'))
  const yieldsRefreshToken = scopes.has('offline_access') || issueRefreshToken !== DEFAULTS.issueRefreshToken
  return [...(yieldsCode ? [authorizationCode] : []), ...(yieldsRefreshToken ? [refreshToken] : [])]
}

/** @throws TypeError when two features bring the same grant type */
export function makeGrantTypes(
  configuration: ResolvedConfiguration,
  added: Contributions,
): Map<string, GrantType> {
  const grantTypes = new Map<string, GrantType>()
  for (const { name, params, repeatable = [], steps } of [...derived(configuration), ...added.grants]) {
    if (grantTypes.has(name)) throw new TypeError(`grant type ${name} is contributed twice`)
    const more = added.params.get(name)
    grantTypes.set(name, {
      name,
      params: [...params, ...(more?.names ?? [])],
      repeatable: [...repeatable, ...(more?.repeatable ?? [])],
      steps: fillSlots(steps, added.steps),
    })
  }
  return grantTypes
}
