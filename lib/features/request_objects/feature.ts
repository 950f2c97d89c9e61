import { defineFeature } from '../define_feature.ts'
import { openRequestObject, requireSignedRequest } from './open_request_object.ts'
import { RemoteRequestObjects } from './remote_request_objects.ts'

export const requestObjects = defineFeature({
  name: 'requestObjects',
  spec: 'RFC 9101',
  defaults: {
    enabled: false,
    mode: 'strict',
    request: false,
    requestUri: false,
    allowUnsigned: false,
    requireSignedRequestObject: false,
    requireUriRegistration: true,
    assertJwtClaimsAndHeader: () => undefined,
  },
  check({ mode }) {
    if (mode !== 'strict' && mode !== 'lax')
      throw new TypeError("features.requestObjects.mode must be 'strict' or 'lax'")
  },
  contribute: (options, has, configuration) => {
    const remote = new RemoteRequestObjects({ configuration })
    return {
      steps: {
        request_object: [
          openRequestObject({
            isStrict: options.mode === 'strict' || has('fapi'),
            decrypts: has('encryption'),
            remote,
          }),
        ],
        strict_request_object: [openRequestObject({ isStrict: true, decrypts: has('encryption'), remote })],
        signed_request: [requireSignedRequest],
      },
      metadata: (_urlFor, { configuration: { enabledJWA } }) => ({
        request_parameter_supported: options.request,
        request_uri_parameter_supported: options.requestUri,
        ...(options.requestUri ? { require_request_uri_registration: options.requireUriRegistration } : {}),
        ...(options.requireSignedRequestObject ? { require_signed_request_object: true } : {}),
        request_object_signing_alg_values_supported: [
          ...enabledJWA.requestObjectSigningAlgValues,
          ...(options.allowUnsigned ? ['none'] : []),
        ],
      }),
    }
  },
})
