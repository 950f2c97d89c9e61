import type { RoutesConfiguration } from '../../../types/routes.ts'
import { DEFAULTS } from '../defaults.ts'
import { definedMembers } from '../defined_members.ts'
import type { Resolved } from '../resolved_configuration.ts'
import { checkObject } from './shapes.ts'

/**
 * Reads `routes`.
 * @throws TypeError
 */
export function readRoutes(given: RoutesConfiguration = {}): Resolved<RoutesConfiguration> {
  checkObject('routes', given)
  const routes = Object.assign({ ...DEFAULTS.routes }, definedMembers(given))
  for (const [name, path] of Object.entries(routes)) {
    if (typeof path !== 'string' || !path.startsWith('/')) {
      throw new TypeError(`routes.${name} must be a path that starts with '/'`)
    }
  }
  return Object.freeze(routes)
}
