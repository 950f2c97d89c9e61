import { AUTHORIZATION_REQUEST_ROUTES } from '../actions/authorization_request_routes.ts'
import type { Contribution } from './define_feature.ts'

/** Further parameters of authorization requests, however they arrive. */
export function atAuthorizationRequests(names: readonly string[]): NonNullable<Contribution['params']> {
  return Object.fromEntries(AUTHORIZATION_REQUEST_ROUTES.map((route) => [route, { names }]))
}
