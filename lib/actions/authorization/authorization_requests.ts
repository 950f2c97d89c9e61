import type { Contribution } from '../../features/define_feature.ts'
import { AUTHORIZATION_REQUEST_ROUTES } from './authorization_request_routes.ts'

/** Further parameters of authorization requests, however they arrive. */
export function atAuthorizationRequests(names: readonly string[]): NonNullable<Contribution['params']> {
  return Object.fromEntries(AUTHORIZATION_REQUEST_ROUTES.map((route) => [route, { names }]))
}
