import type { Runtime } from '../../engine/runtime.ts'
import { isSymmetric } from '../../helpers/jose/client_keys.ts'

/** Those of the allowed algorithms that the provider has a key of its own for, or that need none of its own. */
export function possibleAlgorithms({ keystore }: Runtime, allowed: readonly string[]): readonly string[] {
  return allowed.filter((alg) => isSymmetric(alg) || keystore.supports(alg))
}
