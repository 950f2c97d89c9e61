import type { Configuration } from '../../types/configuration.ts'
import type { FeatureName } from '../../types/features/index.ts'
import type { FeatureDeclaration } from './feature_declaration.ts'
import { ON_BY_DEFAULT } from './known_features.ts'
import { absentFeatureNotice } from './notices.ts'
import type { ResolvedFeatures } from './resolved_configuration.ts'

/** A feature that is still to come. */
export interface PlannedFeature {
  readonly name: FeatureName
  /**
   * Checks what the host wrote, as it is.
   * @throws TypeError that names the option and says what to do
   */
  check(options: Readonly<Record<string, unknown>>): void
}

/** One notice for every feature that a host may rely on without having named it, and that does not exist yet. */
export function* absentFeatures(
  host: Configuration | undefined,
  existing: readonly Pick<FeatureDeclaration, 'name'>[],
): Generator<string> {
  for (const name of ON_BY_DEFAULT) {
    if (existing.some((feature) => feature.name === name)) continue
    if (host?.features?.[name]?.enabled === false) continue
    yield absentFeatureNotice(`features.${name}`)
  }
}

/** Options of features that do not exist yet are checked all the same. @throws TypeError */
export function checkAbsentFeatures(
  features: ResolvedFeatures,
  planned: readonly PlannedFeature[],
  existing: readonly Pick<FeatureDeclaration, 'name'>[],
): void {
  for (const { name, check } of planned) {
    if (!existing.some((feature) => feature.name === name)) check({ ...features[name] })
  }
}
