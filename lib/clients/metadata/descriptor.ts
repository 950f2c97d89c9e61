import type { ClientMetadata } from '../../../types/client.ts'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { FeatureName } from '../../../types/features/index.ts'

/** How a value is read; `read_value.ts` has one reader for each. */
export type MetadataType =
  | 'string'
  /** Printable ASCII: VSCHAR. @see RFC 6749 Appendix A */
  | 'vschar'
  /** Scope values, separated by single spaces. */
  | 'scope'
  /** An http or https URI. */
  | 'webUri'
  | 'httpsUri'
  | 'boolean'
  /** A whole number, 0 or above. */
  | 'number'
  | 'strings'
  | 'emails'
  | 'webUris'
  | 'httpsUris'
  /** Response types, whose words may come in any order. */
  | 'responseTypes'
  /** Public keys. */
  | 'jwks'

/** Names of the algorithm lists that rows refer to. */
export type JwaList =
  | `${'authorization' | 'idToken' | 'introspection' | 'requestObject' | 'userinfo'}${
      | 'SigningAlg'
      | 'EncryptionAlg'
      | 'EncryptionEnc'}Values`
  | 'clientAuthSigningAlgValues'

/** The few settings of a provider that decide about client metadata. */
export interface ClientSettings {
  readonly acrValues: Iterable<string>
  /** Hosts whose `jwks_uri` may be http, because the host said that they are its own. @default false */
  readonly allowSpecialUseAddresses?: boolean | ReadonlySet<string>
  readonly clientAuthMethods: Iterable<string>
  readonly clientDefaults: Readonly<Partial<ClientMetadata>>
  readonly enabledJWA: Readonly<Record<JwaList, Iterable<string>>>
  readonly extraClientMetadata: {
    readonly properties: Iterable<string>
    /** Called once per declared property, synchronously; may change `metadata`. */
    validator?(
      ctx: KoaContextWithOIDC | undefined,
      key: string,
      value: unknown,
      metadata: ClientMetadata,
    ): unknown
  }
  /** Options of every feature, by its name. */
  readonly features: Readonly<Partial<Record<FeatureName, object>>>
  readonly responseTypes: Iterable<string>
  readonly scopes: Iterable<string>
  readonly subjectTypes: Iterable<string>
}

/** What rows are made ready from. */
export interface RowSource extends ClientSettings {
  /** Live: a grant type that is added later counts from then on. */
  readonly grantTypes: ReadonlySet<string>
  /** Live as well. */
  readonly responseModes: ReadonlySet<string>
}

export type DefaultValue = string | boolean | number | readonly string[]

/** One property of client metadata. */
export interface MetadataRow {
  readonly name: string
  readonly type: MetadataType
  /** Must be there, be it empty. */
  readonly mandatory?: boolean
  /** Shown to end-users; a text without anything in it is none. */
  readonly display?: boolean
  /** Longest value, or longest entry of a list. */
  readonly maxLength?: number
  /** Features that must all be on, or the property is not recognised: a name, or `name.option`. */
  readonly needs?: readonly string[]
  /** Another condition for being recognised. */
  readonly when?: (source: RowSource) => boolean
  readonly default?: DefaultValue | ((source: RowSource) => DefaultValue)
  /** It names an algorithm that the provider signs with. */
  readonly signs?: boolean
  /** It names an algorithm that the provider decrypts with. */
  readonly decrypts?: boolean
  /** The values it may have; of a list, each of its entries. */
  readonly allowed?: (source: RowSource) => Iterable<string>
}

/** A row whose conditions hold in this provider. */
export interface ReadyRow {
  readonly name: string
  readonly type: MetadataType
  readonly mandatory: boolean
  readonly display: boolean
  readonly maxLength: number | undefined
  /** From `clientDefaults`, else from the row. */
  readonly default: unknown
  /** What a registration gets instead of the default, which nobody chose and no key can serve. */
  readonly servable: string | undefined
  readonly signs: boolean
  readonly decrypts: boolean
  readonly allowed: ReadonlySet<string> | undefined
}

/**
 * A rule about several properties; each property is known to be well-formed on its own. It may fill in or remove
 * properties.
 * @param registers whether the client says this of itself at the registration endpoint
 * @throws InvalidClientMetadata, InvalidRedirectUri
 */
export type CrossRule = (metadata: ClientMetadata, rules: ClientRules, registers: boolean) => void

/** Everything that decides about client metadata, made once per provider. */
export interface ClientRules {
  readonly rows: readonly ReadyRow[]
  readonly crossRules: readonly CrossRule[]
  readonly settings: ClientSettings
  /** What is on: names of features, and `<feature>.<option>` for their options that are true. */
  readonly flags: ReadonlySet<string>
  readonly signingKeys: SigningKeys
  /** Every name a feature or the core knows, recognised here or not. */
  readonly known: ReadonlySet<string>
  /** Names that are not recognised because a feature is off, with the first option that would have to be on. */
  readonly dormant: ReadonlyMap<string, string>
  /** Every recognised metadata name, with the name of the property on `Client`. */
  readonly properties: ReadonlyMap<string, string>
  /** Names that `extraClientMetadata` adds, without those of rows. */
  readonly extra: ReadonlySet<string>
  /** Names of rows that `extraClientMetadata` declares too, because the host extends their validation. */
  readonly extended: ReadonlySet<string>
}

/** What the provider's own keys can sign and decrypt with. */
export interface SigningKeys {
  /** Whether a key of the provider can sign or decrypt with it, or it needs none. */
  serves(alg: string): boolean
  /** Algorithms there are keys to sign with. */
  readonly algorithms: readonly string[]
  /** Algorithms there are keys to decrypt with. */
  readonly decrypting: readonly string[]
}

/** What an optional feature lets clients say; rows name the features they need themselves. */
export interface FeatureMetadata {
  readonly rows?: readonly MetadataRow[]
  /** Rules that fill in or remove properties: they run before those that only refuse. */
  readonly completions?: readonly CrossRule[]
  readonly crossRules?: readonly CrossRule[]
}

/** What a provider has beyond its settings. */
export interface ContributedRules {
  readonly features?: readonly FeatureMetadata[]
  readonly signingKeys?: SigningKeys
  /** Names of the `clientDefaults` that the host gave, rather than left as they are. */
  readonly chosenDefaults?: ReadonlySet<string>
  /** All grant types of the provider; a set that grows later is read as it is then. */
  readonly grantTypes?: ReadonlySet<string>
  /** All response modes of the provider; a set that grows later is read as it is then. */
  readonly responseModes?: ReadonlySet<string>
}
