import type { Runtime } from '../../engine/runtime.ts'

/**
 * How clients may authenticate at an endpoint; the same as at the token endpoint.
 * @see RFC 8414 §2
 */
export function clientAuthMetadata(
  { configuration: { clientAuthMethods, enabledJWA } }: Runtime,
  endpoint: string,
): Record<string, unknown> {
  const asserts = clientAuthMethods.has('client_secret_jwt') || clientAuthMethods.has('private_key_jwt')
  return {
    [`${endpoint}_endpoint_auth_methods_supported`]: [...clientAuthMethods],
    ...(asserts
      ? {
          [`${endpoint}_endpoint_auth_signing_alg_values_supported`]: [
            ...enabledJWA.clientAuthSigningAlgValues,
          ],
        }
      : {}),
  }
}
