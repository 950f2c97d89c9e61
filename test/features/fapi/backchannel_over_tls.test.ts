import { Agent } from 'node:https'
import { expect } from 'chai'
import * as client from 'openid-client'
import type { ClientMetadata } from '../../../types/client.ts'
import { type Claims, now, sign } from '../../actions/client_auth/assertions.ts'
import { type Authority, authority, type Credential } from '../../support/certificates.ts'
import { NOTIFICATION_TOKEN, type Ping, pinged, startReceiver, stopReceivers } from '../../support/ciba.ts'
import { ecPair } from '../../support/key_pair.ts'
import { CERTIFICATE } from '../../support/tls_certificate.ts'
import { fetchBy, startTlsHost, stopTlsHosts, TLS_HOOKS, type TlsHost } from '../../support/tls_host.ts'

const { privateKey, publicKey } = ecPair()

/** A bank's call centre: a certificate is what it proves itself by, and what its tokens are bound to. */
const bank = (port: number): ClientMetadata => ({
  ...pinged(port),
  client_secret: undefined,
  token_endpoint_auth_method: 'tls_client_auth',
  tls_client_auth_san_dns: 'calls.example.com',
  tls_client_certificate_bound_access_tokens: true,
  backchannel_authentication_request_signing_alg: 'ES256',
  id_token_signed_response_alg: 'PS256',
  jwks: { keys: [{ kty: 'EC', ...publicKey.export({ format: 'jwk' }), kid: 'calls' }] },
})

const thumbprint = ({ certificate }: Credential) =>
  Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')

describe('openid-client asks for a login under the FAPI CIBA profile, by mutual TLS, and is pinged (FAPI: CIBA Profile §5.2.2)', () => {
  let servers: Authority
  let clients: Authority
  let server: Credential
  let credential: Credential

  before(async () => {
    servers = await authority('servers')
    clients = await authority('clients')
    server = await servers.issue({
      subject: 'CN=localhost',
      alternatives: [{ type: 'dns', value: 'localhost' }],
    })
    credential = await clients.issue({ alternatives: [{ type: 'dns', value: 'calls.example.com' }] })
  })
  afterEach(async () => {
    await stopTlsHosts()
    await stopReceivers()
  })

  /** A provider, a client of it that listens, and the first ping that arrives there. */
  async function start() {
    let arrived: (ping: Ping) => void = () => {}
    const ping = new Promise<Ping>((resolve) => {
      arrived = resolve
    })
    const { port } = await startReceiver((received) => {
      arrived(received)
      return { status: 204 }
    })
    const host = await startTlsHost(server, clients, {
      clients: [bank(port)],
      clientAuthMethods: ['tls_client_auth', 'private_key_jwt'],
      allowSpecialUseAddresses: true,
      httpOptions: () => ({ agent: new Agent({ ca: CERTIFICATE.cert }) }),
      enabledJWA: { requestObjectSigningAlgValues: ['ES256', 'PS256'] },
      features: {
        fapi: { enabled: true, profile: '1.0 Final' },
        requestObjects: { request: true, requireSignedRequestObject: true },
        mTLS: { enabled: true, tlsClientAuth: true, certificateBoundAccessTokens: true, ...TLS_HOOKS },
        ciba: {
          enabled: true,
          deliveryModes: ['ping'],
          interval: 1,
          processLoginHint: (_ctx, hint) => hint,
          triggerAuthenticationDevice: () => {},
        },
      },
    })
    return { host, ping }
  }

  /** A client as people write it; what is of this machine is how it connects. */
  const discover = ({ issuer }: TlsHost, shown: Credential | undefined = credential) =>
    client.discovery(
      new URL(issuer),
      'calls',
      { id_token_signed_response_alg: 'PS256' },
      client.TlsClientAuth(),
      { [client.customFetch]: fetchBy(servers, shown), execute: [client.enableNonRepudiationChecks] },
    )

  /** The request as the profile wants it: everything in one signed object. */
  const asked = ({ issuer }: TlsHost, claims: Claims = {}) =>
    sign(
      {
        iss: 'calls',
        aud: issuer,
        iat: now(),
        nbf: now(),
        exp: now() + 300,
        jti: crypto.randomUUID(),
        scope: 'openid offline_access',
        login_hint: 'alice',
        binding_message: 'W4SCT',
        client_notification_token: NOTIFICATION_TOKEN,
        ...claims,
      },
      { alg: 'ES256', kid: 'calls' },
      privateKey,
    )

  async function approve({ provider }: TlsHost, id: string): Promise<void> {
    const grant = new provider.Grant({ accountId: 'alice', clientId: 'calls' })
    grant.addOIDCScope('openid offline_access')
    await grant.save()
    await provider.backchannelResult(id, grant)
  }

  it('A195 A176 a signed request, a ping, and tokens that are bound to the certificate (RFC 8705 §3)', async () => {
    const { host, ping } = await start()
    const rp = await discover(host)

    const begun = await client.initiateBackchannelAuthentication(rp, { request: await asked(host) })
    await approve(host, begun.auth_req_id)
    const { headers, body } = await ping
    const tokens = await client.pollBackchannelAuthenticationGrant(rp, begun)
    const userinfo = await client.fetchUserInfo(rp, tokens.access_token, 'alice')

    expect(headers.authorization).to.equal(`Bearer ${NOTIFICATION_TOKEN}`)
    expect(JSON.parse(body)).to.deep.equal({ auth_req_id: begun.auth_req_id })
    expect(tokens.claims()?.sub).to.equal('alice')
    expect(userinfo.sub).to.equal('alice')
    const stored = await host.provider.AccessToken.find(tokens.access_token)
    expect(stored).to.have.property('x5t#S256', thumbprint(credential))
    const refreshed = await client.refreshTokenGrant(rp, tokens.refresh_token ?? '')
    expect(refreshed.claims()?.sub).to.equal('alice')
    expect(host.serverErrors).to.deep.equal([])
  })

  it('A143 U11 what it got is worth nothing over another connection (RFC 8705 §3)', async () => {
    const { host } = await start()
    const rp = await discover(host)
    const begun = await client.initiateBackchannelAuthentication(rp, { request: await asked(host) })
    await approve(host, begun.auth_req_id)
    const { access_token: token } = await client.pollBackchannelAuthenticationGrant(rp, begun)

    for (const shown of [undefined, await clients.issue({ subject: 'CN=thief' })]) {
      const { status } = await fetchBy(servers, shown)(`${host.issuer}/me`, {
        headers: { authorization: `Bearer ${token}` },
      })
      expect(status).to.equal(401)
    }
  })

  it('M1 the outcome is fetched by nobody who shows another certificate', async () => {
    const { host } = await start()
    const begun = await client.initiateBackchannelAuthentication(await discover(host), {
      request: await asked(host),
    })
    await approve(host, begun.auth_req_id)
    const thief = await discover(host, await clients.issue({ subject: 'CN=thief' }))

    const refused: unknown = await client
      .pollBackchannelAuthenticationGrant(thief, begun)
      .catch((error) => error)

    expect(refused).to.include({ error: 'invalid_client', status: 401 })
  })

  for (const [what, claims, error] of [
    ['no binding_message', { binding_message: undefined }, 'invalid_request'],
    ['a nbf of two hours ago', { nbf: now() - 7200 }, 'invalid_request'],
    ['no exp', { exp: undefined }, 'invalid_request'],
  ] as const) {
    it(`A195 a request object with ${what} is refused`, async () => {
      const { host } = await start()

      const refused: unknown = await client
        .initiateBackchannelAuthentication(await discover(host), { request: await asked(host, claims) })
        .catch((thrown) => thrown)

      expect(refused).to.include({ error, status: 400 })
    })
  }

  it('A195 a request that is not signed is refused', async () => {
    const { host } = await start()

    const refused: unknown = await client
      .initiateBackchannelAuthentication(await discover(host), {
        scope: 'openid',
        login_hint: 'alice',
        binding_message: 'W4SCT',
        client_notification_token: NOTIFICATION_TOKEN,
      })
      .catch((thrown) => thrown)

    expect(refused).to.include({ error: 'invalid_request', status: 400 })
  })
})
