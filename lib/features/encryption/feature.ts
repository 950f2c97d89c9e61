import type { EnabledJWA } from '../../../types/enabled_jwa.ts'
import type { FeatureName } from '../../../types/features/index.ts'
import { possibleAlgorithms } from '../../actions/discovery/possible_algorithms.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { defineFeature } from '../define_feature.ts'

/** What is encrypted for clients, and the feature it comes with. */
const FOR_CLIENTS: readonly (readonly [
  name: string,
  needs: FeatureName | undefined,
  alg: keyof EnabledJWA,
  enc: keyof EnabledJWA,
])[] = [
  ['id_token', undefined, 'idTokenEncryptionAlgValues', 'idTokenEncryptionEncValues'],
  ['userinfo', 'jwtUserinfo', 'userinfoEncryptionAlgValues', 'userinfoEncryptionEncValues'],
  [
    'introspection',
    'jwtIntrospection',
    'introspectionEncryptionAlgValues',
    'introspectionEncryptionEncValues',
  ],
  [
    'authorization',
    'jwtResponseModes',
    'authorizationEncryptionAlgValues',
    'authorizationEncryptionEncValues',
  ],
]

/** @see OpenID Connect Discovery 1.0 §3, JWT Secured Authorization Response Mode §4, RFC 9701 §7 */
function algorithmLists({ configuration }: Runtime, has: (feature: FeatureName) => boolean) {
  const lists = FOR_CLIENTS.flatMap(([name, needs, alg, enc]): [string, readonly string[]][] =>
    needs !== undefined && !has(needs)
      ? []
      : [
          [`${name}_encryption_alg_values_supported`, configuration.enabledJWA[alg]],
          [`${name}_encryption_enc_values_supported`, configuration.enabledJWA[enc]],
        ],
  )
  return Object.fromEntries(lists)
}

/** Request objects are encrypted for the provider, which needs a key of its own. @see RFC 9101 §9.2 */
function requestObjectLists(rt: Runtime) {
  const { requestObjectEncryptionAlgValues, requestObjectEncryptionEncValues } = rt.configuration.enabledJWA
  return {
    request_object_encryption_alg_values_supported: possibleAlgorithms(rt, requestObjectEncryptionAlgValues),
    request_object_encryption_enc_values_supported: requestObjectEncryptionEncValues,
  }
}

/**
 * Encrypts what clients registered to get encrypted: the properties of their metadata exist while it is on, and
 * whoever makes such a JWT looks at those.
 */
export const encryption = defineFeature({
  name: 'encryption',
  spec: 'OpenID Connect Core 1.0 §10.2',
  defaults: { enabled: false },
  contribute: (_options, has) => ({
    metadata: (_urlFor, rt) => ({
      ...algorithmLists(rt, has),
      ...(has('requestObjects') ? requestObjectLists(rt) : {}),
    }),
  }),
})
