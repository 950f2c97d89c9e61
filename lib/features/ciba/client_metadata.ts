import type { CrossRule, FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { refuse } from '../../clients/metadata/refuse.ts'
import { CIBA } from './ciba_grant_name.ts'

const deliveryModes = (options: object | undefined): ReadonlySet<string> =>
  options !== undefined && 'deliveryModes' in options && options.deliveryModes instanceof Set
    ? options.deliveryModes
    : new Set()

/**
 * Clients that register themselves are told at once that public ones cannot use it; of others the endpoint refuses it.
 * @see OpenID Connect CIBA Core 1.0 §4, §7.1
 */
const checkDelivery: CrossRule = (metadata, _rules, registers) => {
  if (!metadata.grant_types?.includes(CIBA)) return
  if (registers && metadata.token_endpoint_auth_method === 'none')
    refuse('grant_types', `must not contain '${CIBA}' when token_endpoint_auth_method is 'none'`)
  const { backchannel_token_delivery_mode: mode, backchannel_client_notification_endpoint: endpoint } =
    metadata
  if (mode === undefined) refuse('backchannel_token_delivery_mode', 'is mandatory property')
  if (mode === 'ping' && endpoint === undefined) {
    refuse('backchannel_client_notification_endpoint', 'is mandatory property')
  }
}

export const cibaMetadata: FeatureMetadata = {
  rows: [
    // OpenID Connect CIBA Core 1.0 §4
    {
      name: 'backchannel_token_delivery_mode',
      type: 'string',
      needs: ['ciba'],
      allowed: ({ features }) => deliveryModes(features.ciba),
    },
    { name: 'backchannel_client_notification_endpoint', type: 'httpsUri', needs: ['ciba'] },
    {
      name: 'backchannel_authentication_request_signing_alg',
      type: 'string',
      needs: ['ciba', 'requestObjects.request'],
      allowed: ({ enabledJWA }) =>
        [...enabledJWA.requestObjectSigningAlgValues].filter(
          (alg) => alg !== 'none' && !alg.startsWith('HS'),
        ),
    },
    { name: 'backchannel_user_code_parameter', type: 'boolean', needs: ['ciba'], default: false },
  ],
  crossRules: [checkDelivery],
}
