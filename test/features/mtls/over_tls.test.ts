import { expect } from 'chai'
import * as client from 'openid-client'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import {
  type Authority,
  authority,
  type Credential,
  certificateJwk,
  selfSigned,
} from '../../support/certificates.ts'
import { fetchBy, startTlsHost, stopTlsHosts, TLS_HOOKS, type TlsHost } from '../../support/tls_host.ts'

const SUBJECT = 'CN=payments,O=Acme\\, Inc.,C=GB'
const DAY = 86_400_000

const BY_AUTHORITY: ClientMetadata = {
  client_id: 'pki',
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'tls_client_auth',
  tls_client_auth_subject_dn: SUBJECT,
  tls_client_certificate_bound_access_tokens: true,
}

describe('mutual TLS over real connections (RFC 8705)', () => {
  let servers: Authority
  let clients: Authority
  let server: Credential
  let credential: Credential
  let own: Credential

  before(async () => {
    servers = await authority('servers')
    clients = await authority('clients')
    server = await servers.issue({
      subject: 'CN=localhost',
      alternatives: [{ type: 'dns', value: 'localhost' }],
    })
    credential = await clients.issue({
      subject: [{ C: ['GB'] }, { O: ['Acme, Inc.'] }, { CN: ['payments'] }],
    })
    own = await selfSigned()
  })
  afterEach(stopTlsHosts)

  const start = (configuration: Configuration = {}): Promise<TlsHost> =>
    startTlsHost(server, clients, {
      clients: [
        BY_AUTHORITY,
        {
          ...BY_AUTHORITY,
          client_id: 'own',
          token_endpoint_auth_method: 'self_signed_tls_client_auth',
          tls_client_auth_subject_dn: undefined,
          jwks: { keys: [certificateJwk(own)] },
        },
      ],
      clientAuthMethods: ['tls_client_auth', 'self_signed_tls_client_auth'],
      ...configuration,
      features: {
        mTLS: {
          enabled: true,
          certificateBoundAccessTokens: true,
          selfSignedTlsClientAuth: true,
          tlsClientAuth: true,
          ...TLS_HOOKS,
        },
        clientCredentials: { enabled: true },
        introspection: { enabled: true },
        ...configuration.features,
      },
    })

  /** A client as people write it; the one thing of this machine is how it connects. */
  async function discover({ issuer }: TlsHost, clientId: string, credential: Credential | undefined) {
    const rp = await client.discovery(new URL(issuer), clientId, undefined, client.TlsClientAuth(), {
      [client.customFetch]: fetchBy(servers, credential),
    })
    return rp
  }

  for (const [method, clientId] of [
    ['tls_client_auth (§2.1)', 'pki'],
    ['self_signed_tls_client_auth (§2.2)', 'own'],
  ] as const) {
    it(`openid-client gets a token by ${method} that is bound to its certificate (§3)`, async () => {
      const host = await start()
      const rp = await discover(host, clientId, clientId === 'pki' ? credential : own)

      const tokens = await client.clientCredentialsGrant(rp)
      const told = await client.tokenIntrospection(rp, tokens.access_token)

      const { fingerprint256 } = (clientId === 'pki' ? credential : own).certificate
      const thumbprint = Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')
      expect(told).to.deep.include({ active: true, cnf: { 'x5t#S256': thumbprint } })
      expect(host.serverErrors).to.deep.equal([])
    })
  }

  it('openid-client uses the aliases of endpoints where discovery has them (§5)', async () => {
    const aliases = await start()
    const host = await start({
      features: {
        mTLS: {
          enabled: true,
          tlsClientAuth: true,
          selfSignedTlsClientAuth: true,
          certificateBoundAccessTokens: true,
          ...TLS_HOOKS,
          aliasOrigin: aliases.issuer,
        },
      },
    })
    const asked: string[] = []
    const connect = fetchBy(servers, credential)
    const rp = await client.discovery(
      new URL(host.issuer),
      'pki',
      { use_mtls_endpoint_aliases: true },
      client.TlsClientAuth(),
      {
        [client.customFetch]: (url, options) => {
          asked.push(String(url))
          return connect(url, options)
        },
      },
    )

    await client.clientCredentialsGrant(rp)

    expect(asked.at(-1)).to.equal(`${aliases.issuer}/token`)
  })

  for (const [what, make] of [
    ['no certificate', () => Promise.resolve(undefined)],
    [
      'a certificate of an authority that nobody trusts',
      async () => (await authority('others')).issue({ subject: 'CN=payments,O=Acme\\, Inc.,C=GB' }),
    ],
    ['a certificate that it signed itself', () => selfSigned({ subject: 'CN=payments,O=Acme\\, Inc.,C=GB' })],
    [
      'a certificate that has expired',
      () =>
        clients.issue({
          subject: 'CN=payments,O=Acme\\, Inc.,C=GB',
          notBefore: new Date(Date.now() - 2 * DAY),
          notAfter: new Date(Date.now() - DAY),
        }),
    ],
    ['a certificate of somebody else', () => clients.issue({ subject: 'CN=payroll,O=Acme\\, Inc.,C=GB' })],
  ] as const) {
    it(`M1 M2 with ${what} it is refused: 401 invalid_client`, async () => {
      const host = await start()

      for (const clientId of ['pki', 'own']) {
        const rp = await discover(host, clientId, await make())
        const refused: unknown = await client.clientCredentialsGrant(rp).catch((error) => error)

        expect(refused).to.include({ error: 'invalid_client', status: 401 })
      }
      expect(host.serverErrors).to.deep.equal([])
    })
  }

  it('M4 a certificate in a header is no certificate of the connection', async () => {
    const host = await start()
    const pem = credential.cert.replaceAll('\n', ' ')

    const { status } = await fetchBy(servers)(`${host.issuer}/token`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-ssl-cert': pem,
        'client-cert': pem,
        'x-forwarded-client-cert': pem,
      },
      body: 'grant_type=client_credentials&client_id=pki',
    })

    expect(status).to.equal(401)
  })
})
