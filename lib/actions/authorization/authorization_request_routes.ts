/**
 * Routes that understand an authorization request: from a browser, after an interaction, pushed ahead, from a
 * device, over a backchannel.
 */
export const AUTHORIZATION_REQUEST_ROUTES: readonly string[] = [
  'authorization',
  'resume',
  'pushed_authorization_request',
  'device_authorization',
  'backchannel_authentication',
]
