import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { FeatureName } from '../../types/features/index.ts'
import type { Interaction } from '../../types/models.ts'
import type { Client } from '../clients/client.ts'
import type { FeatureDeclaration } from '../configuration/feature_declaration.ts'
import type { ResolvedConfiguration, ResolvedFeature } from '../configuration/resolved_configuration.ts'
import type { CarryOver } from '../engine/carry_over.ts'
import type { Action, SlotName } from '../engine/define_action.ts'
import type { GrantDefinition } from '../engine/define_grant.ts'
import type {
  ClientAuthentication,
  LoginEnded,
  ResponseMode,
  Runtime,
  SealedMode,
  Step,
  TokenScheme,
} from '../engine/runtime.ts'
import type { Texts } from '../engine/screens/texts.ts'

/** What an enabled feature adds to a provider. Two that add the same thing stop it from being constructed. */
export interface Contribution {
  readonly actions?: readonly Action[]
  readonly grants?: readonly GrantDefinition[]
  /** Whether key sets of clients must not be used beyond their freshness, also while they cannot be fetched. */
  readonly freshKeySetsOnly?: boolean
  /** Whether access tokens are not taken from queries, whatever the options say. */
  readonly refusesTokensInQuery?: boolean
  /** The security profile that requests of a client have to obey. */
  readonly profileOf?: Runtime['profileOf']
  /** Parameters that endpoints or grant types recognise in addition, by their name. */
  readonly params?: Readonly<Record<string, { names: readonly string[]; repeatable?: readonly string[] }>>
  /** Those of its parameters that hosts may change while an authorization request is looked at. */
  readonly amendable?: readonly string[]
  /** Steps for a slot, wherever a list has it. */
  readonly steps?: Readonly<Partial<Record<SlotName, readonly Step[]>>>
  readonly clientAuthentications?: readonly ClientAuthentication[]
  /** Origins that the endpoints are found at, besides that of the issuer. */
  readonly aliasOrigins?: readonly string[]
  /** A scheme that access tokens may be presented by, for the challenges of protected resources. */
  readonly tokenScheme?: TokenScheme
  readonly responseModes?: Readonly<Record<string, ResponseMode | SealedMode>>
  readonly carryOver?: readonly CarryOver[]
  /** Hears of logins that are over, by whatever ended them. */
  readonly loginEnded?: LoginEnded
  /** It has an endpoint that tells claims to whoever holds an access token. */
  readonly tellsClaimsByToken?: boolean
  /** What the host's operator should know about this configuration. */
  readonly notices?: readonly string[]
  /** Members of the discovery document. */
  readonly metadata?: (urlFor: (route: string) => string, rt: Runtime) => Readonly<Record<string, unknown>>
  /** Where end-users are sent, in place of `interactions.url`. */
  readonly interactionUrl?: (ctx: KoaContextWithOIDC, interaction: Interaction) => string
}

/** An optional feature: everything about it stands in its own files. */
export interface Feature<Name extends FeatureName = FeatureName> extends FeatureDeclaration<Name> {
  /** Texts of its pages, which hosts can replace also while it is off. */
  readonly texts?: readonly Texts<object>[]
  /** Called once per provider, while it is enabled. @param has whether another feature is enabled */
  contribute(
    options: ResolvedFeature<Name>,
    has: (feature: FeatureName) => boolean,
    configuration: ResolvedConfiguration,
  ): Contribution
}

/** What a feature adds to clients: property descriptors for the prototype of each provider's own class. */
export type ClientMembers = (rt: () => Runtime) => PropertyDescriptorMap & ThisType<Client>

export const defineClientMembers = (members: ClientMembers): ClientMembers => members

/** What a feature adds to the class of providers: property descriptors for its prototype, and how they reach the state of one. */
export type ProviderMembers = (rtOf: (provider: object) => Runtime) => PropertyDescriptorMap

export const defineProviderMembers = (members: ProviderMembers): ProviderMembers => members

export const defineFeature = <Name extends FeatureName>(feature: Feature<Name>): Feature<Name> => feature
