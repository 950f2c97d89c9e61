/**
 * Routes that understand an authorization request: from a browser, after an interaction, and those of features that
 * take it another way.
 */
const AUTHORIZATION_REQUEST_ROUTES: readonly string[] = [
  'authorization',
  'resume',
  'pushed_authorization_request',
  'device_authorization',
  'code_verification',
  'device_resume',
  'backchannel_authentication',
]

/** Further parameters of authorization requests, however they arrive. */
export function atAuthorizationRequests(
  names: readonly string[],
): Readonly<Record<string, { names: readonly string[] }>> {
  return Object.fromEntries(AUTHORIZATION_REQUEST_ROUTES.map((route) => [route, { names }]))
}
