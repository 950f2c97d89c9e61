import { types } from 'node:util'
import type { Configuration, ExtraParamValidator } from '../../../types/configuration.ts'
import { checkFunction, readNames } from './shapes.ts'

/**
 * Reads `extraParams`: names alone, or names with validators.
 * @throws TypeError
 */
export function readExtraParams(
  given: Exclude<Configuration['extraParams'], undefined>,
): ReadonlyMap<string, ExtraParamValidator | undefined> {
  if (Array.isArray(given) || types.isSet(given)) {
    return new Map(readNames('extraParams', given).map((name) => [name, undefined]))
  }
  if (typeof given !== 'object' || given === null || Symbol.iterator in given) {
    throw new TypeError('extraParams must be an Array, a Set, or an object of validators')
  }
  const params = new Map<string, ExtraParamValidator | undefined>()
  for (const [name, validator] of Object.entries(given)) {
    if (validator !== null && validator !== undefined) checkFunction(`extraParams.${name}`, validator)
    params.set(name, validator ?? undefined)
  }
  return params
}
