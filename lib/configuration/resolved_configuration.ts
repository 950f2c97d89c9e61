import type { AdapterConstructor, AdapterFactory } from '../../types/adapter.ts'
import type { ClientAuthMethod, ClientMetadata, JWKS, ResponseType, SubjectType } from '../../types/client.ts'
import type {
  ClientSecretThrottle,
  Configuration,
  CookieNames,
  CookieOptions,
  CookieSigner,
  ExtraParamValidator,
  FormatCustomizers,
  FormatsConfiguration,
  InteractionsConfiguration,
  Logger,
  PKCEConfiguration,
} from '../../types/configuration.ts'
import type { EnabledJWA } from '../../types/enabled_jwa.ts'
import type { FeatureName, Features } from '../../types/features/index.ts'
import type { FetchResponseBodyLimits } from '../../types/fetch_limits.ts'
import type { GivenFindAccount } from '../../types/find_account.ts'
import type { RoutesConfiguration } from '../../types/routes.ts'
import type { TTLConfiguration } from '../../types/ttl.ts'

/** What a host may write into is only read here. */
type ReadOnly<Value> = Value extends (infer Element)[] ? readonly Element[] : Value

/** Every member is present; those named in `MayBeUndefined` have no default. */
export type Resolved<Options, MayBeUndefined extends keyof Options = never> = {
  readonly [Name in keyof Options]-?: Name extends MayBeUndefined
    ? ReadOnly<Options[Name]> | undefined
    : ReadOnly<Exclude<Options[Name], undefined>>
}

/** Names of features that are planned only. */
type ReservedFeatureName = {
  [Name in FeatureName]: string extends keyof Features[Name] ? Name : never
}[FeatureName]

/** Features whose resolved options differ from "every option present": their rooms say how. */
export interface SpecialFeatures extends Record<ReservedFeatureName, { readonly enabled: boolean }> {}

/** Options of one feature with its defaults applied; of a feature that is not built only `enabled: false` is there. */
export type ResolvedFeature<Name extends FeatureName> = Name extends keyof SpecialFeatures
  ? SpecialFeatures[Name]
  : Resolved<Omit<Features[Name], 'ack'>>

export type ResolvedFeatures = { readonly [Name in FeatureName]: ResolvedFeature<Name> }

/** Lifetimes: seconds, a function that computes them, `undefined` for "never expires". */
export type ResolvedTTL = {
  readonly [Name in keyof TTLConfiguration]-?: Exclude<TTLConfiguration[Name], null> | undefined
}

/** The provider's cookies. `keys` is an array or a Keygrip instance; an empty array means nothing is signed. */
export interface ResolvedCookies {
  readonly keys: readonly (string | Uint8Array)[] | CookieSigner
  readonly long: Readonly<Omit<CookieOptions, 'maxAge' | 'expires'>>
  readonly names: Resolved<Omit<CookieNames, 'state'>>
  readonly short: Readonly<Omit<CookieOptions, 'maxAge' | 'expires'>>
}

type Fn<Name extends keyof Configuration> = Exclude<Configuration[Name], undefined>

/** The configuration as the provider uses it: checked, copied, every default applied. */
export interface ResolvedConfiguration {
  /** `undefined`: in memory. */
  readonly adapter: AdapterConstructor | AdapterFactory | undefined
  readonly clients: readonly ClientMetadata[]
  readonly findAccount: GivenFindAccount
  /** `undefined`: keys for development. */
  readonly jwks: JWKS | undefined
  readonly features: ResolvedFeatures
  readonly acceptQueryParamAccessTokens: boolean
  readonly acrValues: ReadonlySet<string>
  readonly allowOmittingSingleRegisteredRedirectUri: boolean
  /** `true`, `false`, or the host names that may resolve to special-use addresses. */
  readonly allowSpecialUseAddresses: boolean | ReadonlySet<string>
  readonly assertJwtClientAuthClaimsAndHeader: Fn<'assertJwtClientAuthClaimsAndHeader'>
  /** Scope to the names of its claims. */
  readonly claims: ReadonlyMap<string, readonly string[]>
  /** Every claim that can be supplied, whether a scope holds it or not. */
  readonly claimNames: ReadonlySet<string>
  readonly clientAuthMethods: ReadonlySet<ClientAuthMethod>
  readonly clientBasedCORS: Fn<'clientBasedCORS'>
  readonly clientAssertionLifetime: number
  readonly clientDefaults: Readonly<Partial<ClientMetadata>>
  readonly clientSecretThrottle: Resolved<ClientSecretThrottle>
  readonly clockTolerance: number
  readonly conformIdTokenClaims: boolean
  readonly cookies: ResolvedCookies
  readonly discovery: Readonly<Record<string, unknown>>
  readonly enabledJWA: Resolved<EnabledJWA>
  readonly enableHttpPostMethods: boolean
  readonly expiresWithSession: Fn<'expiresWithSession'>
  readonly extraClientMetadata: Resolved<Exclude<Configuration['extraClientMetadata'], undefined>>
  /** Name to validator; `undefined` where there is none. */
  readonly extraParams: ReadonlyMap<string, ExtraParamValidator | undefined>
  readonly extraTokenClaims: Fn<'extraTokenClaims'>
  /** `undefined`: the provider's own way to make requests. */
  readonly fetch: Configuration['fetch'] | undefined
  readonly fetchResponseBodyLimits: Resolved<FetchResponseBodyLimits>
  readonly formats: {
    readonly bitsOfOpaqueRandomness: Exclude<FormatsConfiguration['bitsOfOpaqueRandomness'], undefined>
    readonly customizers: Resolved<FormatCustomizers, 'jwt'>
  }
  readonly httpOptions: Fn<'httpOptions'>
  /** `policy` is `undefined` where the default one is to be used. */
  readonly interactions: Resolved<InteractionsConfiguration, 'policy'>
  readonly issueRefreshToken: Fn<'issueRefreshToken'>
  readonly loadExistingGrant: Fn<'loadExistingGrant'>
  readonly logger: Logger
  readonly pairwiseIdentifier: Fn<'pairwiseIdentifier'>
  readonly pkce: Resolved<PKCEConfiguration>
  readonly refreshTokenReuseWindow: number
  /** `undefined`: the provider's own page. */
  readonly renderError: Configuration['renderError'] | undefined
  readonly responseTypes: readonly ResponseType[]
  readonly revokeGrantPolicy: Fn<'revokeGrantPolicy'>
  readonly rotateRefreshToken: Fn<'rotateRefreshToken'>
  readonly routes: Resolved<RoutesConfiguration>
  readonly scopes: ReadonlySet<string>
  /** As given: whoever makes the pages reads it. `undefined`: all defaults. */
  readonly screens: Configuration['screens'] | undefined
  readonly sectorIdentifierUriValidate: Fn<'sectorIdentifierUriValidate'>
  readonly storageTimeout: number
  readonly subjectTypes: ReadonlySet<SubjectType>
  readonly ttl: ResolvedTTL
}
