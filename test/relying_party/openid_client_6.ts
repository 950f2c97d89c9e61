import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import { importPKCS8 } from 'jose'
import * as rp from 'openid-client'
import { CLIENT_JWKS, PUBLIC_JWKS } from '../support/client_keys.ts'
import { DEVICE_CODE } from '../support/device.ts'
import type { Peer, StartPeer } from '../support/peers.ts'
import { fieldsOf, REDIRECT_URI } from '../support/relying_party.ts'
import { CERTIFICATE } from '../support/tls_certificate.ts'
import { fetchBy } from '../support/tls_host.ts'
import { allowDevice, certificateJwk, peerCertificate, SEALED_INTROSPECTION, SECRET } from './matrix.ts'

type Run = (start: StartPeer) => Promise<void>
type Extension = (config: rp.Configuration) => void

/** A private key of the client, as this library wants it. */
async function ownKey(kid: string, alg: string): Promise<rp.DecryptionKey & { kid: string }> {
  const jwk = CLIENT_JWKS.keys.find((known) => known.kid === kid)
  const pem = createPrivateKey({ key: Object(jwk), format: 'jwk' }).export({ format: 'pem', type: 'pkcs8' })
  return { key: await importPKCS8(pem.toString(), alg), kid }
}

interface Wish {
  metadata?: Record<string, unknown>
  configuration?: Record<string, unknown>
  features?: Record<string, unknown>
  auth?: rp.ClientAuth
  extensions?: readonly Extension[]
}

interface Situation {
  peer: Peer
  config: rp.Configuration
}

async function prepare(
  start: StartPeer,
  { metadata = {}, configuration = {}, features = {}, auth, extensions = [] }: Wish = {},
): Promise<Situation> {
  const registered = {
    client_id: 'rp',
    client_secret: SECRET,
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token', 'implicit', 'client_credentials'],
    response_types: ['code', 'id_token', 'code id_token'],
    post_logout_redirect_uris: ['https://rp.example.com/bye'],
    jwks: PUBLIC_JWKS,
    ...metadata,
  }
  const peer = await start({
    clients: [registered],
    responseTypes: registered.response_types,
    claims: { email: ['email'] },
    conformIdTokenClaims: true,
    ...configuration,
    features: { clientCredentials: { enabled: true }, ...features },
  })
  const told = Object.entries(metadata).flatMap(([name, value]) =>
    name.endsWith('_response_alg') ? [[name, String(value)]] : [],
  )
  const config = await rp.discovery(
    new URL(peer.issuer),
    'rp',
    Object.fromEntries(told),
    auth ?? rp.ClientSecretBasic(SECRET),
    { execute: [rp.allowInsecureRequests, rp.enableNonRepudiationChecks, ...extensions] },
  )
  return { peer, config }
}

/** What is remembered for the response, and the parameters that go with it. */
async function remembered(parameters: Record<string, string> = {}) {
  const checks = {
    pkceCodeVerifier: rp.randomPKCECodeVerifier(),
    expectedNonce: rp.randomNonce(),
    expectedState: rp.randomState(),
  }
  const asked = {
    redirect_uri: REDIRECT_URI,
    scope: 'openid email',
    nonce: checks.expectedNonce,
    state: checks.expectedState,
    code_challenge: await rp.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  }
  return { checks, asked }
}

/** Sends a browser there. @returns what it comes back with */
async function visit(peer: Peer, url: URL): Promise<URL | Request> {
  const agent = peer.agent()
  const response = await agent.follow(await agent.get(url.href))
  const location = response.headers.get('location')
  if (location !== null) return new URL(location)
  return new Request(REDIRECT_URI, { method: 'POST', body: new URLSearchParams(await fieldsOf(response)) })
}

async function provesAlice(
  { config }: Situation,
  tokens: Awaited<ReturnType<typeof rp.authorizationCodeGrant>>,
  options?: rp.DPoPOptions,
): Promise<void> {
  expect(tokens.claims()?.sub).to.equal('alice')
  expect(await rp.fetchUserInfo(config, tokens.access_token, 'alice', options)).to.include({
    email: 'alice@example.com',
  })
}

async function logIn(
  situation: Situation,
  parameters: Record<string, string> = {},
  options?: rp.DPoPOptions,
) {
  const { checks, asked } = await remembered(parameters)
  const returned = await visit(situation.peer, rp.buildAuthorizationUrl(situation.config, asked))
  return rp.authorizationCodeGrant(situation.config, returned, checks, undefined, options)
}

/** Logs in, and asks who it is. */
const logsIn =
  (wish: Wish | (() => Promise<Wish>) = {}, parameters: Record<string, string> = {}): Run =>
  async (start) => {
    const situation = await prepare(start, typeof wish === 'function' ? await wish() : wish)
    await provesAlice(situation, await logIn(situation, parameters))
  }

const implicit =
  (response_mode: string): Run =>
  async (start) => {
    const { peer, config } = await prepare(start, { extensions: [rp.useIdTokenResponseType] })
    const { checks, asked } = await remembered({ response_mode })
    const { code_challenge: _, code_challenge_method: __, ...parameters } = asked
    const returned = await visit(peer, rp.buildAuthorizationUrl(config, parameters))
    const { expectedNonce, expectedState } = checks
    const claims = await rp.implicitAuthentication(config, returned, expectedNonce, { expectedState })
    expect(claims).to.include({ sub: 'alice', email: 'alice@example.com' })
  }

const authenticates =
  (
    token_endpoint_auth_method: string,
    auth: () => rp.ClientAuth | Promise<rp.ClientAuth>,
    alg?: string,
  ): Run =>
  async (start) => {
    const situation = await prepare(start, {
      metadata: {
        token_endpoint_auth_method,
        grant_types: ['authorization_code', 'refresh_token', 'implicit'],
        ...(alg === undefined ? {} : { token_endpoint_auth_signing_alg: alg }),
      },
      features: { introspection: { enabled: true }, revocation: { enabled: true } },
      auth: await auth(),
    })
    const { config } = situation
    const tokens = await logIn(situation)
    const token = tokens.access_token
    expect(tokens.claims()?.sub).to.equal('alice')
    if (token_endpoint_auth_method !== 'none')
      expect(await rp.tokenIntrospection(config, token)).to.include({ active: true, client_id: 'rp' })
    await rp.tokenRevocation(config, token, { token_type_hint: 'access_token' })
  }

const showsCertificate =
  (method: string, more: Record<string, unknown>): Run =>
  async (start) => {
    const registered = {
      client_id: 'rp',
      token_endpoint_auth_method: method,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      tls_client_certificate_bound_access_tokens: true,
      ...more,
    }
    const mTLS = {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      tlsClientAuth: true,
      getCertificate: peerCertificate,
      certificateAuthorized: () => true,
      certificateSubjectMatches: (_ctx: unknown, _property: string, expected: string) =>
        expected === 'CN=localhost',
    }
    const features = { clientCredentials: { enabled: true }, introspection: { enabled: true }, mTLS }
    const peer = await start({ clients: [registered], clientAuthMethods: [method], features }, { tls: true })
    const config = await rp.discovery(new URL(peer.issuer), 'rp', undefined, rp.TlsClientAuth(), {
      [rp.customFetch]: fetchBy(CERTIFICATE, CERTIFICATE),
    })
    const { access_token: token } = await rp.clientCredentialsGrant(config)
    const { active, cnf } = await rp.tokenIntrospection(config, token)
    const thumbprint = createHash('sha256')
      .update(new X509Certificate(CERTIFICATE.cert).raw)
      .digest('base64url')
    expect([active, cnf]).to.deep.equal([true, { 'x5t#S256': thumbprint }])
  }

const decrypting =
  (kid: string, alg: string, ...enc: string[]) =>
  async (): Promise<Extension> => {
    const key = await ownKey(kid, alg)
    return (config) => rp.enableDecryptingResponses(config, enc, key)
  }

/** An ID Token and UserInfo by these algorithms. */
const protectedBy =
  (alg: string, encryption?: { kid: string; alg: string; enc?: string }): Run =>
  async (start) => {
    const metadata = Object.fromEntries(
      ['id_token', 'userinfo'].flatMap((what) => [
        [`${what}_signed_response_alg`, alg],
        ...(encryption === undefined ? [] : [[`${what}_encrypted_response_alg`, encryption.alg]]),
        ...(encryption?.enc === undefined ? [] : [[`${what}_encrypted_response_enc`, encryption.enc]]),
      ]),
    )
    const open =
      encryption && (await decrypting(encryption.kid, encryption.alg, encryption.enc ?? 'A128CBC-HS256')())
    await logsIn({
      metadata,
      features: { jwtUserinfo: { enabled: true }, encryption: { enabled: true } },
      configuration: {
        enabledJWA: {
          idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'],
          userinfoSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'],
          idTokenEncryptionAlgValues: ['RSA-OAEP', 'ECDH-ES', 'ECDH-ES+A128KW'],
          userinfoEncryptionAlgValues: ['RSA-OAEP', 'ECDH-ES', 'ECDH-ES+A128KW'],
        },
      },
      extensions: open === undefined ? [] : [open],
    })(start)
  }

const signsRequest: Run = async (start) => {
  const situation = await prepare(start, {
    metadata: { request_object_signing_alg: 'ES256' },
    features: { requestObjects: { enabled: true, request: true } },
  })
  const { checks, asked } = await remembered()
  const url = await rp.buildAuthorizationUrlWithJAR(situation.config, asked, await ownKey('ec-sig', 'ES256'))
  const returned = await visit(situation.peer, url)
  await provesAlice(situation, await rp.authorizationCodeGrant(situation.config, returned, checks))
}

const pushes: Run = async (start) => {
  const situation = await prepare(start, { features: { pushedAuthorizationRequests: { enabled: true } } })
  const { checks, asked } = await remembered()
  const url = await rp.buildAuthorizationUrlWithPAR(situation.config, asked)
  expect(url.searchParams.get('request_uri')).to.match(/^urn:/)
  const returned = await visit(situation.peer, url)
  await provesAlice(situation, await rp.authorizationCodeGrant(situation.config, returned, checks))
}

const followsFapi1: Run = async (start) => {
  const key = await ownKey('rsa-sig', 'PS256')
  const { peer, config } = await prepare(start, {
    metadata: {
      id_token_signed_response_alg: 'PS256',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'PS256',
      request_object_signing_alg: 'PS256',
    },
    features: {
      fapi: { enabled: true, profile: '1.0 Final' },
      requestObjects: { enabled: true, request: true },
    },
    auth: rp.PrivateKeyJwt(key),
    extensions: [rp.useCodeIdTokenResponseType, rp.enableDetachedSignatureResponseChecks],
  })
  const { checks, asked } = await remembered()
  const url = await rp.buildAuthorizationUrlWithJAR(config, { ...asked, response_type: 'code id_token' }, key)
  const tokens = await rp.authorizationCodeGrant(config, await visit(peer, url), checks)
  expect(tokens.claims()?.sub).to.equal('alice')
}

const refreshes: Run = async (start) => {
  const situation = await prepare(start, { configuration: { issueRefreshToken: () => true } })
  const tokens = await logIn(situation)
  const later = await rp.refreshTokenGrant(situation.config, tokens.refresh_token ?? '')
  expect(later.claims()?.sub).to.equal('alice')
  expect(later.access_token).not.to.equal(tokens.access_token)
}

const getsItsOwnToken: Run = async (start) => {
  const { config } = await prepare(start)
  const tokens = await rp.clientCredentialsGrant(config)
  expect(tokens.token_type).to.equal('bearer')
}

const introspectsAndRevokes: Run = async (start) => {
  const { config } = await prepare(start, {
    features: { introspection: { enabled: true }, revocation: { enabled: true } },
  })
  const { access_token: token } = await rp.clientCredentialsGrant(config)
  expect(await rp.tokenIntrospection(config, token)).to.include({ active: true, client_id: 'rp' })
  await rp.tokenRevocation(config, token)
  expect(await rp.tokenIntrospection(config, token)).to.deep.equal({ active: false })
}

const registers: Run = async (start) => {
  const { peer } = await prepare(start, {
    features: { registration: { enabled: true, initialAccessToken: false } },
  })
  const config = await rp.dynamicClientRegistration(
    new URL(peer.issuer),
    { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'client_secret_post' },
    undefined,
    { execute: [rp.allowInsecureRequests] },
  )
  const tokens = await logIn({ peer, config }, { scope: 'openid' })
  expect(tokens.claims()?.sub).to.equal('alice')
}

const introspects: Run = async (start) => {
  const { config } = await prepare(start, {
    ...SEALED_INTROSPECTION,
    extensions: [await decrypting('rsa-enc', 'RSA-OAEP', 'A128CBC-HS256')()],
  })
  const { access_token: token } = await rp.clientCredentialsGrant(config)
  expect(await rp.tokenIntrospection(config, token)).to.include({ active: true, client_id: 'rp' })
}

const provesPossession =
  (alg: string, more: Record<string, unknown> = {}): Run =>
  async (start) => {
    const situation = await prepare(start, { features: { dPoP: { enabled: true, ...more } } })
    const DPoP = rp.getDPoPHandle(situation.config, await rp.randomDPoPKeyPair(alg))
    const tokens = await logIn(situation, {}, { DPoP })
    expect(tokens.token_type).to.equal('dpop')
    await provesAlice(situation, tokens, { DPoP })
  }

const logsOut: Run = async (start) => {
  const situation = await prepare(start, { features: { rpInitiatedLogout: { enabled: true } } })
  const { id_token: hint = '' } = await logIn(situation)
  const url = rp.buildEndSessionUrl(situation.config, { id_token_hint: hint, state: 'back' })
  expect((await situation.peer.agent().get(url.href)).status).to.be.oneOf([200, 303])
}

const asksForDevice: Run = async (start) => {
  const { peer, config } = await prepare(start, {
    metadata: { grant_types: [DEVICE_CODE], response_types: [], redirect_uris: [] },
    features: { deviceFlow: { enabled: true, interval: 1 } },
  })
  const codes = await rp.initiateDeviceAuthorization(config, { scope: 'openid' })
  await allowDevice(peer.agent(), codes.verification_uri_complete ?? '')
  expect((await rp.pollDeviceAuthorizationGrant(config, codes)).claims()?.sub).to.equal('alice')
}

const ES256_KEY = async () => rp.PrivateKeyJwt(await ownKey('ec-sig', 'ES256'))
const RS256_KEY = async () => rp.PrivateKeyJwt(await ownKey('rsa-sig', 'RS256'))
const BOUND = 'tokens bound to its certificate (RFC 8705)'
const JARM = { features: { jwtResponseModes: { enabled: true }, encryption: { enabled: true } } }

/** What this library can do, by the names of the matrix. */
export const OPENID_CLIENT_6: Readonly<Record<string, Run>> = {
  'response_type=code, response_mode=query': logsIn(),
  'response_type=code, response_mode=form_post': logsIn({}, { response_mode: 'form_post' }),
  'response_type=id_token, response_mode=fragment': implicit('fragment'),
  'response_type=id_token, response_mode=form_post': implicit('form_post'),
  'response_type=code id_token, response_mode=fragment': logsIn({
    extensions: [rp.useCodeIdTokenResponseType],
  }),
  'response_type=code id_token, response_mode=form_post': logsIn(
    { extensions: [rp.useCodeIdTokenResponseType] },
    { response_mode: 'form_post' },
  ),
  'token_endpoint_auth_method=none': authenticates('none', rp.None),
  'token_endpoint_auth_method=client_secret_basic': authenticates('client_secret_basic', () =>
    rp.ClientSecretBasic(SECRET),
  ),
  'token_endpoint_auth_method=client_secret_post': authenticates('client_secret_post', () =>
    rp.ClientSecretPost(SECRET),
  ),
  'token_endpoint_auth_method=client_secret_jwt, HS256': authenticates(
    'client_secret_jwt',
    () => rp.ClientSecretJwt(SECRET),
    'HS256',
  ),
  'token_endpoint_auth_method=private_key_jwt, ES256': authenticates('private_key_jwt', ES256_KEY, 'ES256'),
  'token_endpoint_auth_method=private_key_jwt': authenticates('private_key_jwt', RS256_KEY),
  [`token_endpoint_auth_method=tls_client_auth, ${BOUND}`]: showsCertificate('tls_client_auth', {
    tls_client_auth_subject_dn: 'CN=localhost',
  }),
  [`token_endpoint_auth_method=self_signed_tls_client_auth, ${BOUND}`]: showsCertificate(
    'self_signed_tls_client_auth',
    { jwks: { keys: [certificateJwk()] } },
  ),
  'ID Token and UserInfo with RS256': protectedBy('RS256'),
  'ID Token and UserInfo with PS256, RSA-OAEP, A128CBC-HS256': protectedBy('PS256', {
    kid: 'rsa-enc',
    alg: 'RSA-OAEP',
    enc: 'A128CBC-HS256',
  }),
  'ID Token and UserInfo with ES256, ECDH-ES, A256GCM': protectedBy('ES256', {
    kid: 'ec-enc',
    alg: 'ECDH-ES',
    enc: 'A256GCM',
  }),
  'ID Token and UserInfo with EdDSA, ECDH-ES+A128KW': protectedBy('EdDSA', {
    kid: 'ec-enc',
    alg: 'ECDH-ES+A128KW',
  }),
  'request object, signed by a key (RFC 9101)': signsRequest,
  'pushed authorization request (RFC 9126)': pushes,
  'JARM, signed (response_mode=jwt)': logsIn({ ...JARM, extensions: [rp.useJwtResponseMode] }),
  'JARM, signed and encrypted (response_mode=form_post.jwt)': logsIn(
    async () => ({
      ...JARM,
      metadata: {
        authorization_signed_response_alg: 'PS256',
        authorization_encrypted_response_alg: 'RSA-OAEP',
      },
      configuration: {
        enabledJWA: {
          authorizationEncryptionAlgValues: ['RSA-OAEP'],
          authorizationSigningAlgValues: ['PS256', 'RS256'],
        },
      },
      extensions: [rp.useJwtResponseMode, await decrypting('rsa-enc', 'RSA-OAEP', 'A128CBC-HS256')()],
    }),
    { response_mode: 'form_post.jwt' },
  ),
  'FAPI 1.0 Advanced client: code id_token with s_hash': followsFapi1,
  'refresh token': refreshes,
  'client credentials': getsItsOwnToken,
  'introspection and revocation (RFC 7662, RFC 7009)': introspectsAndRevokes,
  'introspection, signed and encrypted (RFC 9701)': introspects,
  'DPoP with an EC key (RFC 9449)': provesPossession('ES256'),
  'DPoP with an EC key, and nonces of the server (RFC 9449)': provesPossession('ES256', {
    nonceSecret: Buffer.alloc(32, 7),
    requireNonce: () => true,
  }),
  'logout with an ID Token hint (RP-Initiated Logout 1.0)': logsOut,
  'dynamic registration, and a login with it (RFC 7591)': registers,
  'device authorization, polled for (RFC 8628)': asksForDevice,
}
