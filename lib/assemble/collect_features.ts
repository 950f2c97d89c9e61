import type { FeatureName } from '../../types/features/index.ts'
import type { ResolvedConfiguration } from '../configuration/resolved_configuration.ts'
import type { CarryOver } from '../engine/carry_over.ts'
import type { Action } from '../engine/define_action.ts'
import type { GrantDefinition } from '../engine/define_grant.ts'
import type {
  ClientAuthentication,
  LoginEnded,
  ResponseMode,
  SealedMode,
  Step,
  TokenScheme,
} from '../engine/runtime.ts'
import type { Contribution, Feature } from '../features/define_feature.ts'

export interface ExtraParameters {
  names: Set<string>
  repeatable: Set<string>
}

/** What all enabled features add, merged. */
export interface Contributions {
  readonly actions: Action[]
  readonly grants: GrantDefinition[]
  readonly params: Map<string, ExtraParameters>
  readonly steps: Map<string, Step[]>
  readonly clientAuthentications: ClientAuthentication[]
  readonly tokenSchemes: TokenScheme[]
  readonly aliasOrigins: string[]
  readonly responseModes: Map<string, ResponseMode | SealedMode>
  readonly carryOver: CarryOver[]
  readonly loginEnded: LoginEnded[]
  readonly amendable: Set<string>
  tellsClaimsByToken: boolean
  freshKeySetsOnly: boolean
  refusesTokensInQuery: boolean
  profileOf: Contribution['profileOf']
  readonly notices: string[]
  readonly metadata: NonNullable<Contribution['metadata']>[]
  interactionUrl: Contribution['interactionUrl']
}

const nothing = (): Contributions => ({
  actions: [],
  grants: [],
  params: new Map(),
  steps: new Map(),
  clientAuthentications: [],
  tokenSchemes: [],
  aliasOrigins: [],
  responseModes: new Map(),
  carryOver: [],
  loginEnded: [],
  amendable: new Set(),
  tellsClaimsByToken: false,
  freshKeySetsOnly: false,
  refusesTokensInQuery: false,
  profileOf: undefined,
  notices: [],
  metadata: [],
  interactionUrl: undefined,
})

/** Parameters that endpoints or grant types recognise in addition. */
export function addParameters(
  all: Contributions['params'],
  added: NonNullable<Contribution['params']>,
): void {
  for (const [name, { names, repeatable = [] }] of Object.entries(added)) {
    const known = all.get(name) ?? { names: new Set(), repeatable: new Set() }
    for (const parameter of names) known.names.add(parameter)
    for (const parameter of repeatable) known.repeatable.add(parameter)
    all.set(name, known)
  }
}

function add(all: Contributions, feature: string, added: Contribution): void {
  all.actions.push(...(added.actions ?? []))
  all.grants.push(...(added.grants ?? []))
  addParameters(all.params, added.params ?? {})
  for (const [slot, steps] of Object.entries(added.steps ?? {})) {
    all.steps.set(slot, [...(all.steps.get(slot) ?? []), ...steps])
  }
  all.clientAuthentications.push(...(added.clientAuthentications ?? []))
  all.aliasOrigins.push(...(added.aliasOrigins ?? []))
  if (added.tokenScheme !== undefined) all.tokenSchemes.push(added.tokenScheme)
  for (const [mode, handler] of Object.entries(added.responseModes ?? {})) {
    if (all.responseModes.has(mode))
      throw new TypeError(`features.${feature}: response mode ${mode} is contributed twice`)
    all.responseModes.set(mode, handler)
  }
  all.carryOver.push(...(added.carryOver ?? []))
  if (added.loginEnded !== undefined) all.loginEnded.push(added.loginEnded)
  for (const name of added.amendable ?? []) all.amendable.add(name)
  all.tellsClaimsByToken ||= added.tellsClaimsByToken === true
  all.freshKeySetsOnly ||= added.freshKeySetsOnly === true
  all.refusesTokensInQuery ||= added.refusesTokensInQuery === true
  all.profileOf = added.profileOf ?? all.profileOf
  all.notices.push(...(added.notices ?? []))
  if (added.metadata !== undefined) all.metadata.push(added.metadata)
  all.interactionUrl = added.interactionUrl ?? all.interactionUrl
}

/** Merges what the enabled features add; a feature that is off adds nothing. */
export function collectFeatures(
  features: readonly Feature[],
  configuration: ResolvedConfiguration,
): Contributions {
  const { features: options } = configuration
  const has = (name: FeatureName) => options[name].enabled === true
  const all = nothing()
  for (const feature of features) {
    if (has(feature.name))
      add(all, feature.name, feature.contribute(options[feature.name], has, configuration))
  }
  return all
}
