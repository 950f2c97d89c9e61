import type { ClientMetadata } from '../../../types/client.ts'
import { isDecoupled, sectorIdentifierOf } from '../../helpers/uri/sector_identifier.ts'
import type { CrossRule } from './descriptor.ts'
import { refuse } from './refuse.ts'

/** Pairwise clients have exactly one sector. @see OpenID Connect Core 1.0 §8.1, OpenID Connect CIBA Core 1.0 §4 */
export const checkSector: CrossRule = (metadata) => {
  if (metadata.subject_type !== 'pairwise') return
  if (isDecoupled(metadata.grant_types)) checkDecoupledSector(metadata)
  const hasRedirects = (metadata.redirect_uris?.length ?? 0) > 0
  if (hasRedirects && sectorIdentifierOf(metadata) === undefined) {
    refuse(
      'sector_identifier_uri',
      'is mandatory property when redirect_uris of pairwise clients do not share one host',
    )
  }
}

/** Without redirects the keys are what tells such clients apart, so they must be the client's proof. */
function checkDecoupledSector(metadata: ClientMetadata): void {
  const { token_endpoint_auth_method: method, response_types: responseTypes = [] } = metadata
  if (metadata.jwks_uri === undefined) {
    refuse('jwks_uri', 'is mandatory property for pairwise clients with device or CIBA grants')
  }
  if (method !== 'private_key_jwt' && method !== 'self_signed_tls_client_auth') {
    refuse(
      'token_endpoint_auth_method',
      "must be 'private_key_jwt' or 'self_signed_tls_client_auth' for pairwise clients with device or CIBA grants",
    )
  }
  if (responseTypes.length > 0 && metadata.sector_identifier_uri === undefined) {
    refuse(
      'sector_identifier_uri',
      'is mandatory property for pairwise clients with device or CIBA grants and response_types',
    )
  }
}
