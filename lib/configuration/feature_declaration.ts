import type { ClientAuthMethod } from '../../types/client.ts'
import type { FeatureName } from '../../types/features/index.ts'
import type { ResolvedFeature } from './resolved_configuration.ts'

/** What the configuration needs to know about a feature that exists. */
export interface FeatureDeclaration<Name extends FeatureName = FeatureName> {
  readonly name: Name
  /** The specification, as notices name it: 'RFC 8628'. */
  readonly spec: string
  /** Where the specification is found; drafts name it in their notice. */
  readonly url?: string
  /**
   * Present on drafts only: the versions that may be acknowledged, the current one last. Without `ack` a notice is
   * printed; with another one the provider is not constructed.
   */
  readonly version?: string | readonly string[]
  /** Every option; a function where the host must provide one throws when it is called. */
  readonly defaults: ResolvedFeature<Name>
  /** Options that are true or false by default and may be something else too; `check` says what. */
  readonly versatile?: readonly string[]
  /** Features that must be enabled together with this one. */
  readonly needs?: readonly FeatureName[]
  /** Ways for clients to authenticate that the enabled feature makes possible. */
  clientAuthMethods?(options: ResolvedFeature<Name>): readonly ClientAuthMethod[]
  /**
   * Checks the options, those of a feature that is off as well: a mistake shows before it is turned on.
   * @throws TypeError that names the option and says what to do
   */
  check?(options: ResolvedFeature<Name>): void
}
