import type { ClientMetadata } from '../../../types/client.ts'
import { isKnownByKeys } from '../../helpers/jose/client_keys.ts'
import { isDecoupled, sectorIdentifierOf } from '../../helpers/uri/sector_identifier.ts'
import type { CrossRule } from './descriptor.ts'
import { refuse } from './refuse.ts'

/** Pairwise clients have exactly one sector. @see OpenID Connect Core 1.0 §8.1, OpenID Connect CIBA Core 1.0 §4 */
export const checkSector: CrossRule = (metadata) => {
  if (metadata.subject_type !== 'pairwise') return
  if (isDecoupled(metadata.grant_types)) checkDecoupledSector(metadata)
  const hasRedirects = (metadata.redirect_uris?.length ?? 0) > 0
  if (!hasRedirects && metadata.sector_identifier_uri !== undefined)
    checkKeys(metadata, 'without redirect_uris')
  if (hasRedirects && sectorIdentifierOf(metadata) === undefined) {
    refuse(
      'sector_identifier_uri',
      'is mandatory property when redirect_uris of pairwise clients do not share one host',
    )
  }
}

/** Without redirects the keys are what tells such clients apart, so they must be the client's proof. */
function checkKeys(metadata: ClientMetadata, which: string): void {
  if (metadata.jwks_uri === undefined)
    refuse('jwks_uri', `is mandatory property for pairwise clients ${which}`)
  if (!isKnownByKeys(metadata))
    refuse(
      'token_endpoint_auth_method',
      `must be 'private_key_jwt' or 'self_signed_tls_client_auth' for pairwise clients ${which}`,
    )
}

function checkDecoupledSector(metadata: ClientMetadata): void {
  checkKeys(metadata, 'with device or CIBA grants')
  if ((metadata.response_types ?? []).length > 0 && metadata.sector_identifier_uri === undefined) {
    refuse(
      'sector_identifier_uri',
      'is mandatory property for pairwise clients with device or CIBA grants and response_types',
    )
  }
}
