import type { Configuration } from '../../types/configuration.ts'
import type { FeatureDeclaration } from './feature_declaration.ts'
import { ON_BY_DEFAULT } from './known_features.ts'
import { absentFeatureNotice } from './notices.ts'

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
