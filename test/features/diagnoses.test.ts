import type { Configuration } from '../../types/configuration.ts'
import { type Claims, hmacKey, now, sign } from '../actions/client_auth/assertions.ts'
import { CALL_CENTRE, CIBA, request, startForCiba } from '../support/ciba.ts'
import { authorizing, type DiagnosisRow, itTells, told, withClient } from '../support/diagnoses.ts'
import { ecPair, jwkOf } from '../support/key_pair.ts'
import { manage, register } from '../support/registering.ts'
import { REDIRECT_URI, type RunningProvider, WEB_CLIENT } from '../support/start_provider.ts'
import {
  ACCESS_TOKEN,
  GRANT,
  ID_TOKEN,
  JWT,
  login,
  REFRESH_TOKEN,
  startExchange,
} from './token_exchange/exchanging.ts'

const VERIFIER = 'a'.repeat(43)
const CHALLENGE = {
  code_challenge: 'ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA',
  code_challenge_method: 'S256',
}
const CREDENTIALS = { client_id: 'web', client_secret: WEB_CLIENT.client_secret ?? '' }

/** What is seen where a refusal names nothing: all parameters. */
const SENT = [
  'client_id',
  'response_type',
  'scope',
  'redirect_uri',
  'code_challenge',
  'code_challenge_method',
]

const API = 'https://api.example.com'
const OTHER = 'https://other.example.com'
const RESOURCES: Configuration['features'] = {
  resourceIndicators: {
    enabled: true,
    getResourceServerInfo: () => ({ scope: 'read' }),
    useGrantedResource: () => false,
  },
}

const CLAIMS: Configuration['features'] = { claimsParameter: { enabled: true } }

const asking = (title: string, claims: unknown, diagnosis: DiagnosisRow[2]): DiagnosisRow => [
  title,
  authorizing({ claims: JSON.stringify(claims) }),
  diagnosis,
  { features: CLAIMS },
]

const CLAIMS_PARAMETER: readonly DiagnosisRow[] = [
  asking(
    'a use that nobody knows',
    { access_token: {} },
    told('claims_parameter.malformed', ['access_token'], ['id_token', 'userinfo']),
  ),
  asking('a use that is a list', { id_token: [] }, told('claims_parameter.malformed', ['claims.id_token'])),
  asking(
    'a proof that is asked for by a text',
    { id_token: { acr: 'gold' } },
    told('claims_parameter.member_malformed', ['claims.id_token member']),
  ),
  asking(
    'essential that is neither true nor false',
    { userinfo: { email: { essential: 'yes' } } },
    told('claims_parameter.member_malformed', ['claims.userinfo member.essential']),
  ),
  asking(
    'values that are no list',
    { userinfo: { email: { values: 'a' } } },
    told('claims_parameter.member_malformed', ['claims.userinfo member.values']),
  ),
]

const CLIENT_CREDENTIALS = withClient(
  { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
  { scopes: ['openid', 'read'], features: { clientCredentials: { enabled: true } } },
)

const asClient = (params: Record<string, string>) => (op: RunningProvider) =>
  op.token({ grant_type: 'client_credentials', ...params })

const withResources = withClient(
  { grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] },
  { features: { ...RESOURCES, clientCredentials: { enabled: true } } },
)

const twice = (path: string, params: Record<string, string>) => {
  const sent = new URLSearchParams(params)
  sent.append('resource', API)
  sent.append('resource', OTHER)
  return `${path}${sent}`
}

const TOKENS: readonly DiagnosisRow[] = [
  [
    'a client that asks for what is about people (RFC 6749 §4.4)',
    asClient({ scope: 'openid read' }),
    told('client_credentials.scope_about_people', ['openid']),
    CLIENT_CREDENTIALS,
  ],
  [
    'a client that asks for what nobody knows (RFC 6749 §3.3)',
    asClient({ scope: 'fly swim' }),
    told('token_request.scope_unknown', ['fly', 'swim'], ['openid', 'read']),
    CLIENT_CREDENTIALS,
  ],
  [
    'a token for two resources (RFC 8707 §2.2)',
    (op) =>
      op.post(
        'token',
        twice('', {
          grant_type: 'client_credentials',
          client_id: 'web',
          client_secret: WEB_CLIENT.client_secret ?? '',
        }),
      ),
    told('resource.several', [API, OTHER]),
    withResources,
  ],
  [
    'a resource that was not granted (RFC 8707 §2.2)',
    async (op) => {
      const { code, verifier } = await op.authorize({ resource: API, scope: 'openid read' })
      await op.exchange(code, verifier, { resource: OTHER })
    },
    told('resource.not_granted', [OTHER], [API]),
    withResources,
  ],
  [
    'no resource where two were granted, and the host chooses both (RFC 8707 §2.2)',
    async (op) => {
      const agent = op.agent()
      const url = twice(`${op.authorizationUrl({ scope: 'openid read', ...CHALLENGE })}&`, {})
      const response = await agent.follow(await agent.get(url))
      const code = new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? ''
      await op.exchange(code, VERIFIER)
    },
    told('resource.several', [API, OTHER]),
    withClient(
      {},
      {
        features: { resourceIndicators: { ...RESOURCES.resourceIndicators, useGrantedResource: () => true } },
      },
    ),
  ],
  [
    'a resource that is no URI (RFC 8707 §2)',
    authorizing({ resource: 'api' }),
    told('resource.malformed', ['resource']),
    withResources,
  ],
  [
    'an access token without openid (OpenID Connect Core 1.0 §5.3.1)',
    async (op) => {
      const { body } = await op.login({ scope: 'offline_access', prompt: 'consent' })
      await op.userinfo(body['access_token'])
    },
    told('userinfo.openid_scope_missing', ['offline_access'], ['openid']),
  ],
  [
    'more than the access token is for (OpenID Connect Core 1.0 §5.3)',
    async (op) => {
      const { body } = await op.login()
      await op.post('userinfo', { scope: 'openid email', access_token: String(body['access_token']) })
    },
    told('userinfo.scope_exceeds', ['email'], ['openid']),
  ],
  [
    'an introspection that would have to be encrypted (RFC 9701 §4)',
    (op) => op.post('introspection', { ...CREDENTIALS, token: 'x' }),
    told('introspection.jwt_not_requested', ['accept'], ['application/token-introspection+jwt']),
    withClient(
      { introspection_encrypted_response_alg: 'dir', introspection_encrypted_response_enc: 'A128CBC-HS256' },
      {
        features: {
          introspection: { enabled: true },
          jwtIntrospection: { enabled: true },
          encryption: { enabled: true },
        },
        enabledJWA: { introspectionEncryptionAlgValues: ['dir'] },
      },
    ),
  ],
]

const REGISTERING = {
  clients: [],
  features: { registration: { enabled: true }, registrationManagement: { enabled: true } },
}

const registering = (metadata: Record<string, unknown>) => (op: RunningProvider) => register(op, metadata)

const REGISTRATION: readonly DiagnosisRow[] = [
  [
    'metadata that is not valid (RFC 7591 §3.2.2)',
    registering({ redirect_uris: [REDIRECT_URI], client_name: 5 }),
    told('client_metadata.value_invalid', ['client_name']),
    REGISTERING,
  ],
  [
    'places that are none (RFC 7591 §3.2.2)',
    registering({ redirect_uris: ['nowhere'] }),
    told('client_metadata.redirect_uris_invalid', ['redirect_uris']),
    REGISTERING,
  ],
  [
    'an update that sets what the provider sets (RFC 7592 §2.2)',
    async (op) => {
      const { body } = await register(op)
      await manage('PUT', body, { ...body, client_id_issued_at: 1 })
    },
    told('registration.field_not_allowed', ['registration_access_token']),
    REGISTERING,
  ],
]

const PUSHED: readonly DiagnosisRow[] = [
  [
    'a request that has to be pushed, and was not (RFC 9126 §5)',
    authorizing({}),
    told('pushed_request.required', SENT, ['request_uri']),
    withClient(
      { require_pushed_authorization_requests: true },
      { features: { pushedAuthorizationRequests: { enabled: true } } },
    ),
  ],
  [
    'a pushed request that names another one (RFC 9126 §2.1)',
    (op) => op.post('pushed_authorization_request', { ...CREDENTIALS, request_uri: 'urn:x' }),
    told('pushed_request.nested', ['request_uri']),
    { features: { pushedAuthorizationRequests: { enabled: true } } },
  ],
]

const startForExchange = async () => (await startExchange()).op

/** Exchanges an access token of the front end, with other parameters where they are given. */
const exchanging =
  (params: Record<string, string>) =>
  async (op: RunningProvider): Promise<unknown> => {
    const { access_token } = await login(op)
    return op.token({
      grant_type: GRANT,
      subject_token: access_token,
      subject_token_type: ACCESS_TOKEN,
      ...params,
    })
  }

const EXCHANGES: readonly DiagnosisRow[] = [
  [
    'a kind of token that nobody knows (RFC 8693 §3)',
    exchanging({ subject_token_type: 'saml' }),
    told('token_exchange.type_unsupported', ['saml']),
    startForExchange,
  ],
  [
    'a refresh token that acts (RFC 8693 §2.1)',
    exchanging({ actor_token: 'x', actor_token_type: REFRESH_TOKEN }),
    told('token_exchange.type_unsupported', [REFRESH_TOKEN]),
    startForExchange,
  ],
  [
    'a kind of token that is not issued (RFC 8693 §2.2.1)',
    exchanging({ requested_token_type: ID_TOKEN }),
    told('token_exchange.requested_type_unsupported', [ID_TOKEN], [ACCESS_TOKEN, JWT]),
    startForExchange,
  ],
  [
    'a token that is none (RFC 8693 §2.2.2)',
    exchanging({ subject_token: 'x' }),
    told('token_exchange.token_not_found', ['subject_token']),
    startForExchange,
  ],
  [
    'an actor that is none (RFC 8693 §2.2.2)',
    exchanging({ actor_token: 'x', actor_token_type: ACCESS_TOKEN }),
    told('token_exchange.token_not_found', ['actor_token']),
    startForExchange,
  ],
]

const ASKED = ['client_id', 'client_secret', 'scope', 'login_hint']

const BACKCHANNEL: readonly DiagnosisRow[] = [
  [
    'no openid (OpenID Connect CIBA Core 1.0 §7.1)',
    (op) => request(op, { scope: 'email' }),
    told('ciba.openid_scope_missing', ASKED, ['openid']),
    startForCiba,
  ],
  [
    'two hints (OpenID Connect CIBA Core 1.0 §7.1)',
    (op) => request(op, { login_hint: 'alice', login_hint_token: 'x' }),
    told(
      'ciba.hints_count',
      ['login_hint', 'login_hint_token'],
      ['login_hint', 'login_hint_token', 'id_token_hint'],
    ),
    startForCiba,
  ],
  [
    'a client that said it signs (OpenID Connect CIBA Core 1.0 §7.1.1)',
    (op) => request(op),
    told('ciba.request_not_signed', ASKED, ['ES256']),
    () =>
      startForCiba({
        features: { requestObjects: { request: true } },
        clients: [
          {
            ...CALL_CENTRE,
            backchannel_authentication_request_signing_alg: 'ES256',
            jwks: { keys: [jwkOf(ecPair().publicKey)] },
          },
        ],
      }),
  ],
  [
    'a client that may not ask (OpenID Connect CIBA Core 1.0 §13)',
    (op) => request(op),
    told('token_request.grant_type_not_allowed', [CIBA]),
    () => startForCiba({ clients: [{ ...CALL_CENTRE, grant_types: ['refresh_token'] }] }),
  ],
]

const signer = ecPair()
const BY_OBJECT = withClient(
  { jwks: { keys: [jwkOf(signer.publicKey)] } },
  { features: { requestObjects: { request: true, requestUri: true } } },
)

/** Sends a browser with a request object that is as it has to be, but for these. */
const objecting =
  (claims: Claims, { alg = 'ES256', ...header }: Claims = {}, beside: Record<string, string> = {}) =>
  async (op: RunningProvider): Promise<unknown> => {
    const inside = { iss: 'web', aud: op.issuer, ...CHALLENGE, ...claims }
    const key = alg === 'HS256' ? hmacKey() : signer.privateKey
    const object = await sign(inside, { alg: String(alg), ...header }, key)
    return authorizing({ request: object, ...beside })(op)
  }

const refused = (title: string, claims: Claims, name: string, reason: string): DiagnosisRow => [
  title,
  objecting(claims),
  told(`request_object.${reason}`, [name]),
  BY_OBJECT,
]

const OBJECTS: readonly DiagnosisRow[] = [
  refused('another client (RFC 9101 §5)', { client_id: 'x' }, 'client_id', 'client_mismatch'),
  refused(
    'another response type (RFC 9101 §5)',
    { response_type: 'none' },
    'response_type',
    'client_mismatch',
  ),
  refused('another issuer (RFC 9101 §4)', { iss: 'x' }, 'iss', 'client_mismatch'),
  refused('another audience (RFC 9101 §4)', { aud: 'x' }, 'aud', 'audience_mismatch'),
  refused('a request in it (RFC 9101 §4)', { request: 'x' }, 'request', 'nested'),
  refused('a request URI in it (RFC 9101 §4)', { request_uri: 'x' }, 'request_uri', 'nested'),
  refused('the client as subject (RFC 9101 §10.8)', { sub: 'web' }, 'sub', 'subject_is_client'),
  refused('a subject that is no text', { sub: 5 }, 'sub', 'claim_malformed'),
  refused('a scope that is no text (RFC 9101 §4)', { scope: 5 }, 'scope', 'claim_malformed'),
  refused('an end that is no number', { exp: 'x' }, 'exp', 'claim_malformed'),
  refused('an id that is no text', { jti: 5 }, 'jti', 'claim_malformed'),
  refused('an end that was', { exp: 1 }, 'exp', 'expired'),
  refused('a beginning that will be', { nbf: now() + 86_400 }, 'nbf', 'in_future'),
  refused('made in the future', { iat: now() + 86_400 }, 'iat', 'in_future'),
  [
    'a JWT of another kind (RFC 9101 §10.8)',
    objecting({}, { typ: 'at+jwt' }),
    told('request_object.type_unexpected', ['typ']),
    BY_OBJECT,
  ],
  [
    'another algorithm (RFC 8725 §3.1)',
    objecting({}, { alg: 'HS256' }),
    told('request_object.algorithm_not_allowed', ['HS256'], ['ES256']),
    withClient(
      { ...BY_OBJECT.clients?.[0], request_object_signing_alg: 'ES256' },
      BY_OBJECT.features && { features: BY_OBJECT.features },
    ),
  ],
  [
    'both ways (RFC 9101 §5)',
    objecting({}, {}, { request_uri: 'https://rp.example.com/request' }),
    told('request_object.both_ways', ['request', 'request_uri']),
    BY_OBJECT,
  ],
  [
    'a request that has to be signed, and is not (RFC 9101 §10.5)',
    authorizing({}),
    told('request_object.missing', SENT, ['request', 'request_uri']),
    withClient({ require_signed_request_object: true }, { features: { requestObjects: { request: true } } }),
  ],
]

itTells('of the claims parameter (OpenID Connect Core 1.0 §5.5)', CLAIMS_PARAMETER)
itTells('of tokens', TOKENS)
itTells('of registrations', REGISTRATION)
itTells('of pushed requests', PUSHED)
itTells('of exchanged tokens', EXCHANGES)
itTells('of backchannel requests', BACKCHANNEL)
itTells('of request objects', OBJECTS)
