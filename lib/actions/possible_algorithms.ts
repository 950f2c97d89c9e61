import { isSymmetric } from '../helpers/client_keys.ts'
import type { Runtime } from '../runtime.ts'

/** Those of the allowed algorithms that the provider has a key of its own for, or that need none of its own. */
export function possibleAlgorithms({ keystore }: Runtime, allowed: readonly string[]): readonly string[] {
  return allowed.filter((alg) => alg === 'none' || isSymmetric(alg) || keystore.supports(alg))
}
