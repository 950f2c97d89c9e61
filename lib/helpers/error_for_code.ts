import {
  AccessDenied,
  ConsentRequired,
  CustomOIDCProviderError,
  InteractionRequired,
  InvalidRequest,
  LoginRequired,
  type OIDCProviderError,
  TemporarilyUnavailable,
  UnmetAuthenticationRequirements,
} from './errors.ts'

type Known = new (description?: string) => OIDCProviderError

/** Error codes that end an authorization request and have a class of their own. */
const CLASSES: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['access_denied', AccessDenied],
  ['consent_required', ConsentRequired],
  ['interaction_required', InteractionRequired],
  ['invalid_request', InvalidRequest],
  ['login_required', LoginRequired],
  ['temporarily_unavailable', TemporarilyUnavailable],
  ['unmet_authentication_requirements', UnmetAuthenticationRequirements],
])

/** The error that a policy or the end-user's screens named by its code. */
export function errorForCode(code: string, description: string | undefined): OIDCProviderError {
  const Class = CLASSES.get(code)
  return Class === undefined ? new CustomOIDCProviderError(code, description) : new Class(description)
}
