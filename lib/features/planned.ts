import type { PlannedFeature } from '../configuration/planned_features.ts'
import { checkCibaOptions } from './ciba/check_options.ts'

/** Features that are still to come and have options that can be wrong: a mistake shows before they are there. */
export const PLANNED: readonly PlannedFeature[] = [{ name: 'ciba', check: checkCibaOptions }]
