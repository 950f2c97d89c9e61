/**
 * Policies hang on initial access tokens.
 * @throws TypeError
 */
export function checkRegistrationPolicies(options: {
  policies?: unknown
  initialAccessToken?: unknown
}): void {
  if (options.policies !== undefined && !options.initialAccessToken) {
    throw new TypeError(
      'features.registration.policies need features.registration.initialAccessToken; set it',
    )
  }
}
