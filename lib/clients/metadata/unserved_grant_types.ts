import type { ClientMetadata } from '../../../types/client.ts'
import { nearest } from '../../helpers/nearest.ts'
import type { ClientRules } from './descriptor.ts'

/** Most letters that a misspelling gets wrong: names of grant types have much in common. */
const MISSPELT = 3

/** What makes a grant type of the core served. @see RFC 6749 §4.1, §6 */
const CORE: ReadonlyMap<string, string> = new Map([
  ['authorization_code', 'no entry of responseTypes has code'],
  ['refresh_token', 'scopes lacks offline_access'],
])

/**
 * Finds configured clients that are refused wherever they come, because nothing serves one of their grant types. The
 * host may register it once there is a provider, so construction cannot refuse them.
 * @param served grant types that clients may have
 * @param features which feature serves a grant type, by its name
 * @see RFC 7591 §2 (`grant_types`)
 */
export function* unservedGrantTypes(
  clients: readonly ClientMetadata[],
  { settings: { clientDefaults } }: ClientRules,
  served: ReadonlySet<string>,
  features: ReadonlyMap<string, string>,
): Generator<string> {
  const known = new Set([...served, ...features.keys(), ...CORE.keys()])
  const why = (grantType: string): string => {
    const feature = features.get(grantType)
    if (feature !== undefined) return `${grantType}, and features.${feature} is off`
    const core = CORE.get(grantType)
    if (core !== undefined) return `${grantType}, and ${core}`
    const meant = nearest(grantType, known, MISSPELT)
    const remedy =
      meant === undefined ? 'register it with provider.registerGrantType()' : `did you mean ${meant}?`
    return `${grantType}, which nothing serves: ${remedy}`
  }
  for (const { client_id, grant_types: own } of clients) {
    const grantTypes = own ?? clientDefaults.grant_types ?? []
    const reasons = grantTypes.filter((grantType) => !served.has(grantType)).map(why)
    if (reasons.length === 0) continue
    yield `NOTICE: clients: client_id "${client_id}" cannot be used: grant_types has ${reasons.join('; and ')}`
  }
}
