import type { FeatureName } from '../../types/features/index.ts'
import type { FeatureDeclaration } from './feature_declaration.ts'
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

/** Options of features that do not exist yet are checked all the same. @throws TypeError */
export function checkPlannedFeatures(
  features: ResolvedFeatures,
  planned: readonly PlannedFeature[],
  existing: readonly Pick<FeatureDeclaration, 'name'>[],
): void {
  for (const { name, check } of planned) {
    if (!existing.some((feature) => feature.name === name)) check({ ...features[name] })
  }
}
