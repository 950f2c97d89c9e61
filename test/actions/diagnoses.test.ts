import { expect } from 'chai'
import type { Configuration } from '../../types/configuration.ts'
import {
  authorizing,
  type Diagnosis,
  type DiagnosisRow,
  itTells,
  listenForDiagnoses,
  told,
  withClient,
} from '../support/diagnoses.ts'
import {
  pkce,
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../support/start_provider.ts'
import {
  ASSERTION_TYPE,
  type Claims,
  claimsFor,
  hmacKey,
  now,
  requestToken,
  secretClient,
  sign,
} from './client_auth/assertions.ts'

/** Without a code challenge but those that are given. */
const bare = (params: Record<string, string>) => (op: RunningProvider) =>
  op.agent().get(op.authorizationUrl(params))

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

const CODE = { grant_type: 'authorization_code', code: 'x', redirect_uri: REDIRECT_URI }

const AUTHORIZATION: readonly DiagnosisRow[] = [
  [
    'a method without a challenge (RFC 7636 §4.3)',
    bare({ code_challenge_method: 'S256' }),
    told('pkce.challenge_missing', ['code_challenge_method'], ['code_challenge']),
  ],
  [
    'a challenge without a method',
    bare({ code_challenge: pkce().challenge }),
    told('pkce.method_missing', [], ['S256']),
  ],
  [
    'another method (RFC 7636 §4.4.1)',
    bare({ code_challenge: pkce().challenge, code_challenge_method: 'plain' }),
    told('pkce.method_unsupported', ['plain'], ['S256']),
  ],
  [
    'a response mode that nobody knows (OAuth 2.0 Multiple Response Types §2.1)',
    authorizing({ response_mode: 'carrier_pigeon' }),
    told(
      'authorization_request.response_mode_unsupported',
      ['carrier_pigeon'],
      ['query', 'fragment', 'form_post'],
    ),
  ],
  [
    'tokens in a query (OAuth 2.0 Multiple Response Types §3)',
    authorizing({ response_type: 'code id_token', response_mode: 'query', nonce: 'n' }),
    told('authorization_request.response_mode_not_allowed', ['query', 'code id_token']),
    withClient({
      response_types: ['code id_token'],
      grant_types: ['authorization_code', 'implicit'],
    }),
  ],
  [
    'a scope that the client did not register (RFC 6749 §3.3)',
    authorizing({ scope: 'openid offline_access' }),
    told('authorization_request.scope_not_allowed', ['offline_access']),
    withClient({ scope: 'openid' }),
  ],
  [
    'a response type that nobody knows (RFC 6749 §3.1.1)',
    authorizing({ response_type: 'token' }),
    told('authorization_request.response_type_unsupported', ['token'], ['code', 'none']),
    { responseTypes: ['code', 'none'] },
  ],
  [
    'a response type that the client did not register (RFC 6749 §3.1.1)',
    authorizing({ response_type: 'none' }),
    told('authorization_request.response_type_not_allowed', ['none'], ['code']),
  ],
  [
    'a prompt that nobody knows (OpenID Connect Core 1.0 §3.1.2.1)',
    authorizing({ prompt: 'login dance' }),
    told('authorization_request.prompt_unknown', ['dance'], ['none', 'login', 'consent']),
  ],
  [
    'no prompt, and one (OpenID Connect Core 1.0 §3.1.2.1)',
    authorizing({ prompt: 'none login' }),
    told('authorization_request.prompt_none_not_alone', ['none', 'login']),
  ],
  [
    'what OpenID Connect has, without it (OpenID Connect Core 1.0 §3.1.2.1)',
    authorizing({ scope: 'offline_access', id_token_hint: 'x', acr_values: 'gold' }),
    told('authorization_request.openid_scope_missing', ['acr_values', 'id_token_hint'], ['openid']),
    { acrValues: ['gold'] },
  ],
  [
    'a client that registered what OpenID Connect has, without it',
    authorizing({ scope: 'offline_access' }),
    told('authorization_request.openid_scope_missing', ['require_auth_time'], ['openid']),
    withClient({ require_auth_time: true }),
  ],
  [
    'an ID Token without a nonce (OpenID Connect Core 1.0 §3.2.2.1)',
    authorizing({ response_type: 'code id_token' }),
    told(
      'authorization_request.nonce_missing',
      ['client_id', 'response_type', 'scope', 'redirect_uri', 'code_challenge', 'code_challenge_method'],
      ['nonce'],
    ),
    withClient({ response_types: ['code id_token'], grant_types: ['authorization_code', 'implicit'] }),
  ],
  [
    'a place that was not registered (RFC 9700 §2.1)',
    authorizing({ redirect_uri: 'https://rp.example.com/other' }),
    told('redirect_uri.unregistered', ['https://rp.example.com/other'], [REDIRECT_URI]),
  ],
  [
    'nobody who may be asked (OpenID Connect Core 1.0 §3.1.2.6)',
    authorizing({ prompt: 'none' }),
    told('interaction.prompt_needed', ['no_session']),
  ],
  [
    'a client whose metadata is not valid (RFC 7591 §2)',
    authorizing({}),
    told('client.invalid', ['id_token_signed_response_alg', 'ES384'], ['RS256']),
    {
      enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES384'] },
      clients: [],
      adapter: (kind: string) => ({
        find: async (id: string) =>
          kind === 'Client' && id === 'web'
            ? { ...WEB_CLIENT, id_token_signed_response_alg: 'ES384' }
            : undefined,
        upsert: async () => undefined,
        findByUid: async () => undefined,
        findByUserCode: async () => undefined,
        consume: async () => undefined,
        destroy: async () => undefined,
        revokeByGrantId: async () => undefined,
      }),
    },
  ],
]

const TOKEN: readonly DiagnosisRow[] = [
  [
    'no grant type (RFC 6749 §4.1.3)',
    (op) => op.token({}),
    told('parameter.missing', ['client_id', 'client_secret'], ['grant_type']),
  ],
  [
    'a parameter twice (RFC 6749 §3.2)',
    (op) => op.post('token', 'grant_type=a&grant_type=b'),
    told('parameter.repeated', ['grant_type']),
  ],
  [
    'JSON in place of a form (RFC 6749 §3.2)',
    (op) => op.post('token', '{}', { 'content-type': 'application/json' }),
    told('body.media_type_unsupported', [], ['application/x-www-form-urlencoded']),
  ],
  [
    'a grant type that nobody knows (RFC 6749 §5.2)',
    (op) => op.token({ grant_type: 'password' }),
    told('token_request.grant_type_unsupported', ['password'], ['authorization_code', 'refresh_token']),
  ],
  [
    'a grant type that the client did not register (RFC 6749 §5.2)',
    (op) => op.token({ grant_type: 'refresh_token', refresh_token: 'x' }),
    told('token_request.grant_type_not_allowed', ['refresh_token'], ['authorization_code']),
    withClient({ grant_types: ['authorization_code'] }),
  ],
  [
    'more than was granted (RFC 6749 §6)',
    async (op) => {
      const { body } = await op.login({ scope: 'openid offline_access', prompt: 'consent' })
      await op.refresh(body['refresh_token'], { scope: 'openid email' })
    },
    told('refresh_token.scope_exceeds', ['email'], ['openid', 'offline_access']),
  ],
  [
    'a header and a body (RFC 6749 §2.3)',
    (op) => op.token(CODE, basic('web:x')),
    told('client_auth.several', ['client_secret_basic', 'client_secret_post']),
  ],
  [
    'another method than the registered one (RFC 7591 §2)',
    (op) => op.post('token', CODE, basic('web:x')),
    told('client_auth.method_mismatch', ['client_secret_basic', 'client_secret_post'], ['private_key_jwt']),
    withClient({ token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://rp.example.com/jwks' }),
  ],
  [
    'a header that is none (RFC 6749 §2.3.1)',
    (op) => op.post('token', CODE, { authorization: 'Basic' }),
    told('client_auth.basic_malformed', ['authorization']),
  ],
  [
    'a browser from elsewhere (RFC 9700 §2.6)',
    (op) => op.token(CODE, { origin: 'https://evil.example.com' }),
    told('client_auth.origin_not_allowed', ['origin']),
    { clientBasedCORS: () => false },
  ],
  [
    'an access token that is nothing (RFC 6750 §2.2)',
    (op) => op.post('userinfo', 'access_token='),
    told('presented_token.field_malformed', ['access_token in the body']),
  ],
  [
    'an access token that is nothing, in the URL (RFC 6750 §2.3)',
    (op) => op.agent().get(`${op.provider.urlFor('userinfo')}?access_token=`),
    told('presented_token.field_malformed', ['access_token in the query']),
  ],
]

const CLIENT_ASSERTIONS: Configuration = {
  clients: [secretClient()],
  features: { clientCredentials: { enabled: true } },
}

/** What is seen where a refusal names nothing: all parameters. */
const ASSERTING = ['grant_type', 'client_assertion_type', 'client_assertion']

const asserting =
  (more: Claims, header: Claims = {}) =>
  async (op: RunningProvider) =>
    requestToken(op, await sign(claimsFor('by-secret', op, more), { alg: 'HS256', ...header }, hmacKey()))

const party = (name: string): DiagnosisRow => [
  `${name} is somebody else`,
  // The client that is asked for is named by the parameter, where the assertion does not name it.
  async (op) =>
    requestToken(op, await sign(claimsFor('by-secret', op, { [name]: 'x' }), { alg: 'HS256' }, hmacKey()), {
      client_id: 'by-secret',
    }),
  name === 'sub'
    ? told('client_assertion.client_id_mismatch', [...ASSERTING, 'client_id'])
    : told('client_assertion.party_mismatch', [name], ['by-secret']),
  CLIENT_ASSERTIONS,
]

const assertion = (
  title: string,
  claims: Claims,
  diagnosis: Diagnosis,
  header: Claims = {},
): DiagnosisRow => [title, asserting(claims, header), diagnosis, CLIENT_ASSERTIONS]

const ASSERTIONS: readonly DiagnosisRow[] = [
  [
    'no type of the assertion',
    (op) => op.post('token', { grant_type: 'client_credentials', client_assertion: 'x' }),
    told('parameter.missing', ['grant_type', 'client_assertion'], ['client_assertion_type']),
    CLIENT_ASSERTIONS,
  ],
  [
    'another type of the assertion',
    (op) => requestToken(op, 'x', { client_assertion_type: 'saml' }),
    told('client_assertion.type_unsupported', ASSERTING, [ASSERTION_TYPE]),
    CLIENT_ASSERTIONS,
  ],
  assertion('another algorithm', {}, told('client_assertion.algorithm_not_allowed', ['HS384'], ['HS256']), {
    alg: 'HS384',
  }),
  assertion(
    'a JWT of another kind',
    {},
    told('client_assertion.type_unexpected', ['typ'], ['client-authentication+jwt', 'JWT']),
    { typ: 'at+jwt' },
  ),
  party('iss'),
  party('sub'),
  assertion('nbf is no number', { nbf: 'x' }, told('client_assertion.time_malformed', ['nbf'])),
  assertion('iat is no number', { iat: 'x' }, told('client_assertion.time_malformed', ['iat'])),
  assertion('exp is no number', { exp: 'x' }, told('client_assertion.time_malformed', ['exp'])),
  assertion('nbf is ahead', { nbf: now() + 86_400 }, told('client_assertion.in_future', ['nbf'])),
  assertion('iat is ahead', { iat: now() + 86_400 }, told('client_assertion.in_future', ['iat'])),
  assertion('exp is far away', { exp: now() + 90_000 }, told('client_assertion.lifetime_too_long', ['exp'])),
]

itTells('of an authorization request', AUTHORIZATION)
itTells('of a token request', TOKEN)
itTells('of a client assertion (RFC 7523 §3)', ASSERTIONS)

describe('the audience of a client assertion (RFC 7523 §3)', () => {
  afterEach(stopProviders)

  it('the host is told which would be accepted', async () => {
    const op = await startProvider(CLIENT_ASSERTIONS)
    const heard = listenForDiagnoses(op)

    await asserting({ aud: 'https://other.example.com' })(op)

    expect(heard).to.deep.equal([
      told('client_assertion.audience_mismatch', ['aud'], [op.issuer, op.provider.urlFor('token')]),
    ])
  })
})
