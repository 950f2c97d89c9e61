import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { ASSERTION_TYPE, claimsFor, keyPair, sign } from '../actions/client_auth/assertions.ts'
import type { RunningProvider } from './start_provider.ts'

const JWKS_URI = 'https://sector.example.com/jwks'
const SECTOR_URI = 'https://sector.example.com/uris.json'

/** What `sub` is for these clients. */
export const PAIRWISE_SUBJECT = 'alice at sector.example.com'

/**
 * A client that knows people by names of its own, reaches them without a redirect, and proves itself by a key at its
 * `jwks_uri`, as such clients have to. @see OpenID Connect CIBA Core 1.0 §4
 */
export async function pairwiseClient(metadata: ClientMetadata) {
  const { privateKey, publicJwk } = await keyPair('ES256', 'pairwise')
  const { client_secret: _, ...others } = metadata
  const client: ClientMetadata = {
    ...others,
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    subject_type: 'pairwise',
    jwks_uri: JWKS_URI,
    sector_identifier_uri: SECTOR_URI,
  }
  const documents = new Map<string, unknown>([
    [JWKS_URI, { keys: [publicJwk] }],
    [SECTOR_URI, [...(metadata.redirect_uris ?? []), JWKS_URI]],
  ])
  const configuration: Configuration = {
    subjectTypes: ['public', 'pairwise'],
    pairwiseIdentifier: (_ctx, accountId, { sectorIdentifier }) => `${accountId} at ${sectorIdentifier}`,
    fetch: async ({ href }) =>
      new Response(JSON.stringify(documents.get(href)), { headers: { 'content-type': 'application/json' } }),
  }
  /** What it sends with each request. */
  const proof = async (op: RunningProvider) => ({
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await sign(
      claimsFor(client.client_id, op),
      { alg: 'ES256', kid: 'pairwise' },
      privateKey,
    ),
  })
  return { client, configuration, proof }
}
