import type { MetadataRow } from './descriptor.ts'

/** What every client may say about itself. @see RFC 7591 §2, OpenID Connect Dynamic Client Registration 1.0 §2 */
export const coreRows: readonly MetadataRow[] = [
  { name: 'client_id', type: 'vschar', mandatory: true, maxLength: 256 },
  { name: 'client_secret', type: 'vschar' },
  { name: 'client_id_issued_at', type: 'number' },
  { name: 'client_secret_expires_at', type: 'number' },
  { name: 'client_name', type: 'string', display: true },
  { name: 'client_uri', type: 'webUri', display: true },
  { name: 'logo_uri', type: 'webUri', display: true },
  { name: 'policy_uri', type: 'webUri', display: true },
  { name: 'tos_uri', type: 'webUri', display: true },
  { name: 'contacts', type: 'emails' },
  { name: 'application_type', type: 'string', default: 'web', allowed: () => ['web', 'native'] },
  // Their syntax depends on other properties: see the rule about redirect URIs.
  { name: 'redirect_uris', type: 'strings', mandatory: true },
  {
    name: 'response_types',
    type: 'responseTypes',
    default: ['code'],
    allowed: ({ responseTypes }) => responseTypes,
  },
  { name: 'response_modes', type: 'strings', allowed: ({ responseModes }) => responseModes },
  {
    name: 'grant_types',
    type: 'strings',
    default: ['authorization_code'],
    allowed: ({ grantTypes }) => grantTypes,
  },
  {
    name: 'token_endpoint_auth_method',
    type: 'string',
    default: 'client_secret_basic',
    allowed: ({ clientAuthMethods }) => clientAuthMethods,
  },
  {
    name: 'subject_type',
    type: 'string',
    default: ({ subjectTypes }) => {
      const [first, second] = subjectTypes
      return first === 'pairwise' && second === undefined ? 'pairwise' : 'public'
    },
    allowed: ({ subjectTypes }) => subjectTypes,
  },
  { name: 'sector_identifier_uri', type: 'httpsUri' },
  { name: 'jwks', type: 'jwks' },
  // Where http is allowed depends on its host: see the rule about keys.
  { name: 'jwks_uri', type: 'webUri' },
  { name: 'default_max_age', type: 'number' },
  { name: 'require_auth_time', type: 'boolean', default: false },
  { name: 'default_acr_values', type: 'strings', allowed: ({ acrValues }) => acrValues },
  { name: 'initiate_login_uri', type: 'httpsUri' },
  { name: 'scope', type: 'scope', allowed: ({ scopes }) => scopes },
  // How what the client gets, and what it sends, is signed.
  {
    name: 'token_endpoint_auth_signing_alg',
    type: 'string',
    when: ({ clientAuthMethods }) =>
      [...clientAuthMethods].some((method) => method === 'client_secret_jwt' || method === 'private_key_jwt'),
    allowed: ({ enabledJWA }) => enabledJWA.clientAuthSigningAlgValues,
  },
  {
    name: 'id_token_signed_response_alg',
    type: 'string',
    signs: true,
    default: 'RS256',
    allowed: ({ enabledJWA }) => enabledJWA.idTokenSigningAlgValues,
  },
]
