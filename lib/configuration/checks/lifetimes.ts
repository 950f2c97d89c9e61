import type { TTL, TTLConfiguration, TTLFunction } from '../../../types/ttl.ts'
import { DEFAULTS } from '../defaults.ts'
import type { ResolvedTTL } from '../resolved_configuration.ts'
import { checkObject, checkSyncFunction } from './shapes.ts'

type Lifetime<Model> = number | TTLFunction<Model> | undefined

function readLifetime<Model>(
  name: string,
  given: TTL<Model> | null | undefined,
  fallback: Lifetime<Model>,
): Lifetime<Model> {
  if (given === undefined) return fallback
  if (given === Number.POSITIVE_INFINITY) return undefined
  // What is missing in an environment becomes null easily: it must not make tokens that live for ever.
  if (given === null && fallback === undefined) return undefined
  if (typeof given === 'function') {
    checkSyncFunction(`ttl.${name}`, given)
    return given
  }
  if (given !== null && Number.isSafeInteger(given) && given > 0) return given
  throw new TypeError(
    `ttl.${name} must be a whole number of seconds above 0, a synchronous function, or Infinity for "never expires"`,
  )
}

/**
 * Reads `ttl`: `undefined` has the default, `Infinity` never expires.
 * @throws TypeError
 */
export function readLifetimes(given: TTLConfiguration = {}): ResolvedTTL {
  checkObject('ttl', given)
  const { ttl } = DEFAULTS
  return Object.freeze({
    AccessToken: readLifetime('AccessToken', given.AccessToken, ttl.AccessToken),
    AuthorizationCode: readLifetime('AuthorizationCode', given.AuthorizationCode, ttl.AuthorizationCode),
    BackchannelAuthenticationRequest: readLifetime(
      'BackchannelAuthenticationRequest',
      given.BackchannelAuthenticationRequest,
      ttl.BackchannelAuthenticationRequest,
    ),
    ClientCredentials: readLifetime('ClientCredentials', given.ClientCredentials, ttl.ClientCredentials),
    DeviceCode: readLifetime('DeviceCode', given.DeviceCode, ttl.DeviceCode),
    Grant: readLifetime('Grant', given.Grant, ttl.Grant),
    IdToken: readLifetime('IdToken', given.IdToken, ttl.IdToken),
    InitialAccessToken: readLifetime('InitialAccessToken', given.InitialAccessToken, ttl.InitialAccessToken),
    Interaction: readLifetime('Interaction', given.Interaction, ttl.Interaction),
    PushedAuthorizationRequest: readLifetime(
      'PushedAuthorizationRequest',
      given.PushedAuthorizationRequest,
      ttl.PushedAuthorizationRequest,
    ),
    RefreshToken: readLifetime('RefreshToken', given.RefreshToken, ttl.RefreshToken),
    RegistrationAccessToken: readLifetime(
      'RegistrationAccessToken',
      given.RegistrationAccessToken,
      ttl.RegistrationAccessToken,
    ),
    Session: readLifetime('Session', given.Session, ttl.Session),
  })
}
