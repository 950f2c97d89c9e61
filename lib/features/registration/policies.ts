import type { PolicyTokenPayload } from '../../../types/features/registration.ts'
import type { FieldMap } from '../../models/traits/field_map.ts'

/** Carries the names of registration policies. */
export const policies = { policies: 'array' } satisfies FieldMap<Pick<PolicyTokenPayload, 'policies'>>

/**
 * A token with policies that cannot run would let nobody register, or somebody without them: better to hear of it
 * when the token is made.
 * @throws TypeError
 */
export function checkPolicyNames(names: unknown, known: object = {}): void {
  if (names === undefined) return
  if (!Array.isArray(names)) throw new TypeError('policies of a token must be an array of names')
  for (const name of names) {
    if (typeof name === 'string' && Object.hasOwn(known, name)) continue
    throw new TypeError(`policy ${JSON.stringify(name)} is not among features.registration.policies`)
  }
}
