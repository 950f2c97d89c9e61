import { createHash, X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { expect } from 'chai'
import type {
  Client,
  ClientMetadata,
  custom,
  DPoPInput,
  HttpOptions,
  Issuer,
  TokenSet,
} from '../../lib/relying_party/index.ts'
import { CLIENT_JWKS, PUBLIC_JWKS } from '../support/client_keys.ts'
import { DEVICE_CODE } from '../support/device.ts'
import { failureOf } from '../support/failure_of.ts'
import { ecPair, ed25519Pair } from '../support/key_pair.ts'
import type { Peer, StartPeer } from '../support/peers.ts'
import { fieldsOf, REDIRECT_URI, remembered, sent, visit } from '../support/relying_party.ts'
import { CERTIFICATE } from '../support/tls_certificate.ts'
import type { UserAgent } from '../support/user_agent.ts'

/** Introspection answers by a JWT that is signed and encrypted. @see RFC 9701 §5 */
export const SEALED_INTROSPECTION = {
  metadata: {
    introspection_signed_response_alg: 'ES256',
    introspection_encrypted_response_alg: 'RSA-OAEP',
  },
  features: {
    introspection: { enabled: true },
    jwtIntrospection: { enabled: true },
    encryption: { enabled: true },
  },
  configuration: {
    enabledJWA: {
      introspectionSigningAlgValues: ['ES256'],
      introspectionEncryptionAlgValues: ['RSA-OAEP'],
    },
  },
}

export const SECRET = 'a secret with 64 characters or so, which is enough for each HMAC'

/** A client with the documented API: ours, or one that the same document describes. */
export interface Library {
  readonly Issuer: typeof Issuer
  readonly custom: typeof custom
}

/** One thing that a client and a provider do together. */
export interface Interplay {
  readonly name: string
  run(start: StartPeer, library: Library): Promise<void>
}

interface Situation {
  peer: Peer
  issuer: Issuer
  client: Client
}

interface Wish {
  metadata?: Partial<ClientMetadata>
  configuration?: Record<string, unknown>
  features?: Record<string, unknown>
  fapi?: boolean
}

async function prepare(
  start: StartPeer,
  library: Library,
  { metadata = {}, configuration = {}, features = {}, fapi }: Wish,
): Promise<Situation> {
  const registered: ClientMetadata = {
    client_id: 'rp',
    client_secret: SECRET,
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token', 'implicit', 'client_credentials'],
    response_types: [
      'code',
      'id_token',
      'id_token token',
      'code id_token',
      'code token',
      'code id_token token',
    ],
    post_logout_redirect_uris: ['https://rp.example.com/bye'],
    jwks: PUBLIC_JWKS,
    ...metadata,
  }
  const peer = await start({
    clients: [registered],
    responseTypes: registered.response_types,
    pkce: { required: () => false, methods: ['S256'] },
    ...configuration,
    features: { clientCredentials: { enabled: true }, ...features },
  })
  const issuer = await library.Issuer.discover(peer.issuer)
  // Its name changed when there was a second profile.
  const FAPIClient: typeof issuer.FAPIClient = Object(issuer).FAPI1Client ?? issuer.FAPIClient
  const Class = fapi === true ? FAPIClient : issuer.Client
  return { peer, issuer, client: new Class(registered, CLIENT_JWKS) }
}

async function logIn(
  { peer, client }: Situation,
  {
    responseType = 'code',
    parameters = {},
    DPoP,
    jarm = false,
  }: {
    responseType?: string
    parameters?: Record<string, unknown>
    DPoP?: DPoPInput
    jarm?: boolean
  } = {},
): Promise<TokenSet> {
  const checks = remembered(responseType)
  const proof = responseType.includes('code')
    ? sent(checks)
    : { ...sent(checks), code_challenge: undefined, code_challenge_method: undefined }
  const url = client.authorizationUrl({ scope: 'openid email', ...proof, ...parameters })
  const params = await visit(peer.agent(), client, url)
  return client.callback(REDIRECT_URI, params, { ...checks, jarm }, { DPoP })
}

/** Logs in, and asks who it is where there is an access token. */
async function provesAlice(situation: Situation, tokens: TokenSet, DPoP?: DPoPInput): Promise<void> {
  expect(tokens.claims()).to.include({ iss: situation.peer.issuer, sub: 'alice' })
  if (tokens.access_token === undefined) return
  expect(await situation.client.userinfo(tokens, { DPoP })).to.include({
    sub: 'alice',
    email: 'alice@example.com',
  })
}

const RESPONSES: Interplay[] = [
  'code',
  'id_token',
  'id_token token',
  'code id_token',
  'code token',
  'code id_token token',
].flatMap((responseType) =>
  ['query', 'fragment', 'form_post']
    .filter((mode) => responseType === 'code' || mode !== 'query')
    .map((mode) => ({
      name: `response_type=${responseType}, response_mode=${mode}`,
      async run(start, library) {
        const situation = await prepare(start, library, {
          configuration: { claims: { email: ['email'] }, conformIdTokenClaims: true },
        })
        const parameters = { response_mode: mode }
        await provesAlice(situation, await logIn(situation, { responseType, parameters }))
      },
    })),
)

const AUTHENTICATIONS: Interplay[] = (
  [
    ['none', {}],
    ['client_secret_basic', {}],
    ['client_secret_post', {}],
    ['client_secret_jwt', { token_endpoint_auth_signing_alg: 'HS256' }],
    ['private_key_jwt', { token_endpoint_auth_signing_alg: 'ES256' }],
    ['private_key_jwt', {}],
  ] as const
).map(([method, more]) => ({
  name: `token_endpoint_auth_method=${method}${Object.values(more).map((alg) => `, ${alg}`)}`,
  async run(start, library) {
    const metadata = {
      token_endpoint_auth_method: method,
      grant_types: ['authorization_code', 'refresh_token', 'implicit'],
      ...more,
    }
    const features = { introspection: { enabled: true }, revocation: { enabled: true } }
    const situation = await prepare(start, library, { metadata, features })
    const tokens = await logIn(situation)
    expect(tokens.claims().sub).to.equal('alice')
    const token = tokens.access_token ?? ''
    if (method !== 'none')
      expect(await situation.client.introspect(token, 'access_token')).to.include({
        active: true,
        client_id: 'rp',
      })
    expect(await situation.client.revoke(token, 'access_token', { revokeBody: {} })).to.equal(undefined)
  },
}))

const ID_TOKENS: Interplay[] = [
  ['RS256', undefined, undefined],
  ['PS256', 'RSA-OAEP', 'A128CBC-HS256'],
  ['ES256', 'ECDH-ES', 'A256GCM'],
  ['EdDSA', 'ECDH-ES+A128KW', undefined],
  ['HS256', 'A128KW', 'A128GCM'],
  ['HS512', 'dir', 'A256CBC-HS512'],
].map(([alg, encryption, enc]) => ({
  name: `ID Token and UserInfo with ${[alg, encryption, enc].filter(Boolean).join(', ')}`,
  async run(start, library) {
    const metadata = {
      id_token_signed_response_alg: alg,
      id_token_encrypted_response_alg: encryption,
      id_token_encrypted_response_enc: enc,
      userinfo_signed_response_alg: alg,
      userinfo_encrypted_response_alg: encryption,
      userinfo_encrypted_response_enc: enc,
    }
    const situation = await prepare(start, library, {
      metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined)),
      features: { jwtUserinfo: { enabled: true }, encryption: { enabled: true } },
      configuration: {
        claims: { email: ['email'] },
        enabledJWA: {
          idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256', 'HS512'],
          userinfoSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256', 'HS512'],
          idTokenEncryptionAlgValues: ['RSA-OAEP', 'ECDH-ES', 'ECDH-ES+A128KW', 'A128KW', 'dir'],
          userinfoEncryptionAlgValues: ['RSA-OAEP', 'ECDH-ES', 'ECDH-ES+A128KW', 'A128KW', 'dir'],
        },
      },
    })
    await provesAlice(situation, await logIn(situation))
  },
}))

const REQUESTS: Interplay[] = [
  {
    name: 'request object, signed by a key (RFC 9101)',
    async run(start, library) {
      const situation = await prepare(start, library, {
        metadata: { request_object_signing_alg: 'ES256' },
        features: { requestObjects: { enabled: true, request: true } },
      })
      await logInByRequestObject(situation)
    },
  },
  {
    name: 'request object, signed by the secret and encrypted with it',
    async run(start, library) {
      const situation = await prepare(start, library, {
        metadata: {
          request_object_signing_alg: 'HS256',
          request_object_encryption_alg: 'A128KW',
          request_object_encryption_enc: 'A128GCM',
        },
        features: { requestObjects: { enabled: true, request: true }, encryption: { enabled: true } },
        configuration: { enabledJWA: { requestObjectEncryptionAlgValues: ['A128KW'] } },
      })
      await logInByRequestObject(situation)
    },
  },
  {
    name: 'pushed authorization request (RFC 9126)',
    async run(start, library) {
      const situation = await prepare(start, library, {
        features: { pushedAuthorizationRequests: { enabled: true } },
      })
      const checks = remembered()
      const pushed = await situation.client.pushedAuthorizationRequest(sent(checks))
      expect(pushed.expires_in).to.be.a('number')
      const url = situation.client.authorizationUrl({ request_uri: pushed.request_uri })
      const params = await visit(situation.peer.agent(), situation.client, url)
      expect((await situation.client.callback(REDIRECT_URI, params, checks)).claims().sub).to.equal('alice')
    },
  },
  {
    name: 'JARM, signed (response_mode=jwt)',
    async run(start, library) {
      const situation = await prepare(start, library, {
        features: { jwtResponseModes: { enabled: true } },
        configuration: { claims: { email: ['email'] } },
      })
      await provesAlice(
        situation,
        await logIn(situation, { parameters: { response_mode: 'jwt' }, jarm: true }),
      )
    },
  },
  {
    name: 'JARM, signed and encrypted (response_mode=form_post.jwt)',
    async run(start, library) {
      const situation = await prepare(start, library, {
        metadata: {
          authorization_signed_response_alg: 'PS256',
          authorization_encrypted_response_alg: 'RSA-OAEP',
        },
        features: { jwtResponseModes: { enabled: true }, encryption: { enabled: true } },
        configuration: {
          claims: { email: ['email'] },
          enabledJWA: {
            authorizationEncryptionAlgValues: ['RSA-OAEP'],
            authorizationSigningAlgValues: ['PS256', 'RS256'],
          },
        },
      })
      await provesAlice(
        situation,
        await logIn(situation, { parameters: { response_mode: 'form_post.jwt' }, jarm: true }),
      )
    },
  },
  {
    name: 'FAPI 1.0 Advanced client: code id_token with s_hash',
    async run(start, library) {
      const situation = await prepare(start, library, {
        fapi: true,
        metadata: {
          id_token_signed_response_alg: 'PS256',
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'PS256',
          request_object_signing_alg: 'PS256',
          tls_client_certificate_bound_access_tokens: false,
        },
        features: {
          fapi: { enabled: true, profile: '1.0 Final' },
          requestObjects: { enabled: true, request: true },
        },
      })
      const checks = remembered('code id_token')
      const { code_challenge: _, code_challenge_method: __, ...asked } = sent(checks)
      const { code_verifier: ___, ...expected } = checks
      const request = await situation.client.requestObject({
        ...asked,
        scope: 'openid',
        redirect_uri: REDIRECT_URI,
      })
      const url = situation.client.authorizationUrl({ request, response_type: 'code id_token' })
      const params = await visit(situation.peer.agent(), situation.client, url)
      expect((await situation.client.callback(REDIRECT_URI, params, expected)).claims().sub).to.equal('alice')
    },
  },
]

const ecKey = () => ecPair().privateKey

const dpop = (kind: string, key: () => DPoPInput, more: Record<string, unknown> = {}): Interplay => ({
  name: `DPoP with ${kind} (RFC 9449)`,
  async run(start, library) {
    const situation = await prepare(start, library, {
      features: { dPoP: { enabled: true, ...more } },
      configuration: { claims: { email: ['email'] } },
    })
    const DPoP = key()
    const tokens = await logIn(situation, { DPoP })
    expect(tokens.token_type).to.equal('DPoP')
    await provesAlice(situation, tokens, DPoP)
    const answer = await situation.client.requestResource(`${situation.peer.issuer}/me`, tokens, {
      DPoP,
      method: 'GET',
    })
    expect(answer.statusCode).to.equal(200)
  },
})

const TOKENS: Interplay[] = [
  {
    name: 'refresh token',
    async run(start, library) {
      const situation = await prepare(start, library, { configuration: { issueRefreshToken: () => true } })
      const tokens = await logIn(situation)
      const later = await situation.client.refresh(tokens)
      expect(later.claims().sub).to.equal('alice')
      expect(later.access_token).not.to.equal(tokens.access_token)
    },
  },
  {
    name: 'client credentials',
    async run(start, library) {
      const situation = await prepare(start, library, {})
      const tokens = await situation.client.grant({ grant_type: 'client_credentials' })
      expect(tokens.token_type).to.equal('Bearer')
      expect(tokens.expired()).to.equal(false)
    },
  },
  {
    name: 'introspection and revocation (RFC 7662, RFC 7009)',
    async run(start, library) {
      const features = { introspection: { enabled: true }, revocation: { enabled: true } }
      const { client } = await prepare(start, library, { features })
      const { access_token: token = '' } = await client.grant({ grant_type: 'client_credentials' })
      expect(await client.introspect(token)).to.include({ active: true, client_id: 'rp' })
      await client.revoke(token)
      expect(await client.introspect(token)).to.deep.equal({ active: false })
    },
  },
  {
    name: 'introspection, signed and encrypted (RFC 9701)',
    async run(start, library) {
      const situation = await prepare(start, library, SEALED_INTROSPECTION)
      const tokens = await situation.client.grant({ grant_type: 'client_credentials' })
      expect(await situation.client.introspect(tokens.access_token ?? '')).to.include({
        active: true,
        client_id: 'rp',
      })
    },
  },
  dpop('an EC key', ecKey),
  dpop('an Ed25519 key in PEM', () => ed25519Pair().privateKey.export({ format: 'pem', type: 'pkcs8' })),
  dpop('a JWK', () => ({ ...ecKey().export({ format: 'jwk' }) })),
  dpop('an EC key, and nonces of the server', ecKey, {
    nonceSecret: Buffer.alloc(32, 7),
    requireNonce: () => true,
  }),
  {
    name: 'logout with an ID Token hint (RP-Initiated Logout 1.0)',
    async run(start, library) {
      const situation = await prepare(start, library, { features: { rpInitiatedLogout: { enabled: true } } })
      const tokens = await logIn(situation)
      const url = situation.client.endSessionUrl({ id_token_hint: tokens, state: 'back' })
      const response = await situation.peer.agent().get(url)
      expect([200, 303], await response.clone().text()).to.include(response.status)
    },
  },
  {
    name: 'dynamic registration, and a login with it (RFC 7591)',
    async run(start, library) {
      const { peer, issuer } = await prepare(start, library, {
        features: { registration: { enabled: true, initialAccessToken: false } },
      })
      const client = await issuer.Client.register({ redirect_uris: [REDIRECT_URI] })
      expect(
        (await logIn({ peer, issuer, client }, { parameters: { scope: 'openid' } })).claims().sub,
      ).to.equal('alice')
    },
  },
  {
    name: 'dynamic registration, and reading it back (RFC 7591, RFC 7592)',
    async run(start, library) {
      const { issuer } = await prepare(start, library, {
        features: {
          registration: { enabled: true, initialAccessToken: false },
          registrationManagement: { enabled: true },
        },
      })
      const registered = await issuer.Client.register(
        { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'private_key_jwt' },
        { jwks: CLIENT_JWKS },
      )
      const { registration_client_uri: uri, registration_access_token: token } = registered.metadata
      const read = await issuer.Client.fromUri(String(uri), String(token), CLIENT_JWKS)
      expect(read.metadata.client_id).to.equal(registered.metadata.client_id)
      expect(read.metadata['jwks']).to.deep.equal(registered.metadata['jwks'])
    },
  },
]

const CERTIFICATES: Interplay[] = (
  [
    ['tls_client_auth', { tls_client_auth_subject_dn: 'CN=localhost' }],
    ['self_signed_tls_client_auth', { jwks: { keys: [certificateJwk()] } }],
  ] as const
).map(([method, more]) => ({
  name: `token_endpoint_auth_method=${method}, tokens bound to its certificate (RFC 8705)`,
  async run(start, library) {
    const registered = {
      client_id: 'rp',
      token_endpoint_auth_method: method,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      tls_client_certificate_bound_access_tokens: true,
      ...more,
    }
    const peer = await start(
      {
        clients: [registered],
        clientAuthMethods: [method],
        features: {
          clientCredentials: { enabled: true },
          introspection: { enabled: true, allowedPolicy: () => true },
          mTLS: {
            enabled: true,
            certificateBoundAccessTokens: true,
            selfSignedTlsClientAuth: true,
            tlsClientAuth: true,
            getCertificate: peerCertificate,
            certificateAuthorized: () => true,
            certificateSubjectMatches: (_ctx: unknown, _property: string, expected: string) =>
              expected === 'CN=localhost',
          },
        },
      },
      { tls: true },
    )
    const { key, cert } = CERTIFICATE
    library.Issuer[library.custom.http_options] = trusting()
    const issuer = await library.Issuer.discover(peer.issuer)
    delete library.Issuer[library.custom.http_options]
    const client = new issuer.Client(registered)
    client[library.custom.http_options] = trusting({ key, cert })
    const tokens = await client.grant({ grant_type: 'client_credentials' })
    const { active, cnf } = await client.introspect(tokens.access_token ?? '')
    const thumbprint = createHash('sha256').update(new X509Certificate(cert).raw).digest('base64url')
    expect([active, cnf]).to.deep.equal([true, { 'x5t#S256': thumbprint }])
    client[library.custom.http_options] = trusting()
    // Some refuse by themselves to ask without a certificate.
    const { name, ...error } = await failureOf(client.grant({ grant_type: 'client_credentials' }), Error)
    expect([name, Object(error).error]).to.be.deep.oneOf([
      ['OPError', 'invalid_client'],
      ['TypeError', undefined],
    ])
  },
}))

/** Options of a request to a server with the certificate of tests. Some are given the URL first, the options last. */
const trusting =
  (own: { key?: string; cert?: string } = {}) =>
  (...given: unknown[]): HttpOptions => ({
    ...Object(given.at(-1)),
    ca: CERTIFICATE.cert,
    allowSpecialUseAddresses: true,
    ...own,
  })

/** The certificate's key, as it is registered. @see RFC 8705 §2.2.2 */
export function certificateJwk(): Record<string, unknown> {
  const { publicKey, raw } = new X509Certificate(CERTIFICATE.cert)
  return { ...publicKey.export({ format: 'jwk' }), x5c: [raw.toString('base64')] }
}

/** What the other side showed, as hosts tell the provider. */
export function peerCertificate({ socket }: { socket: TLSSocket }): X509Certificate | undefined {
  return socket.getPeerX509Certificate()
}

/** Logs in with all parameters in a request object. @see RFC 9101 */
async function logInByRequestObject({ peer, client }: Situation): Promise<void> {
  const checks = remembered()
  const request = await client.requestObject({ ...sent(checks), scope: 'openid', redirect_uri: REDIRECT_URI })
  const params = await visit(peer.agent(), client, client.authorizationUrl({ request }))
  expect((await client.callback(REDIRECT_URI, params, checks)).claims().sub).to.equal('alice')
}

/** A person allows a device, with a browser. @see RFC 8628 §3.3 */
export async function allowDevice(agent: UserAgent, uri: string): Promise<void> {
  const page = new URL(uri)
  page.search = ''
  const user_code = new URL(uri).searchParams.get('user_code') ?? ''
  const { xsrf = '' } = await fieldsOf(await agent.get(uri))
  const confirm = await fieldsOf(await agent.post(page.href, { xsrf, user_code }))
  await agent.follow(await agent.post(page.href, { xsrf: confirm['xsrf'] ?? '', user_code, confirm: 'yes' }))
}

/** Tried by clients of others at our provider alone, for it waits. */
export const DEVICE: Interplay = {
  name: 'device authorization, polled for (RFC 8628)',
  async run(start, library) {
    const { peer, client } = await prepare(start, library, {
      metadata: { grant_types: [DEVICE_CODE], response_types: [], redirect_uris: [] },
      features: { deviceFlow: { enabled: true, interval: 1 } },
    })
    const handle = await client.deviceAuthorization({ scope: 'openid' })
    await allowDevice(peer.agent(), String(handle.verification_uri_complete))
    expect((await handle.poll()).claims().sub).to.equal('alice')
  },
}

/** Everything that is tried at each provider. */
export const MATRIX: readonly Interplay[] = [
  ...RESPONSES,
  ...AUTHENTICATIONS,
  ...CERTIFICATES,
  ...ID_TOKENS,
  ...REQUESTS,
  ...TOKENS,
]
