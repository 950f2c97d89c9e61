import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { expect } from 'chai'
import * as client from 'openid-client'
import { developmentKeys } from '../../../../lib/helpers/jose/development_keys.ts'
import Provider from '../../../../lib/index.ts'
import type { ClientMetadata } from '../../../../types/client.ts'
import type { KoaContextWithOIDC } from '../../../../types/context.ts'
import {
  type Authority,
  authority,
  type Credential,
  certificateJwk,
  selfSigned,
} from '../../../support/certificates.ts'
import { guidedLocation, type Nginx, startNginx } from '../../../support/nginx.ts'
import { fetchBy } from '../../../support/tls_host.ts'

const DNS = [{ type: 'dns' as const, value: 'payments.example.com' }]
const CLIENT: ClientMetadata = {
  client_id: 'pki',
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'tls_client_auth',
  tls_client_auth_san_dns: 'payments.example.com',
  tls_client_certificate_bound_access_tokens: true,
}

/** What docs/guides/mutual_tls.md says about nginx. */
const pemOf = (ctx: KoaContextWithOIDC) => decodeURIComponent(ctx.get('x-client-cert'))

describe('mutual TLS behind nginx (RFC 8705 §6.5)', () => {
  let servers: Authority
  let clients: Authority
  let credential: Credential
  let own: Credential
  let nginx: Nginx
  let backend: Server
  let issuer: string
  const serverErrors: unknown[] = []

  before(async () => {
    servers = await authority('servers')
    clients = await authority('clients')
    const server = await servers.issue({
      subject: 'CN=localhost',
      alternatives: [{ type: 'dns', value: 'localhost' }],
    })
    credential = await clients.issue({ subject: 'CN=payments', alternatives: DNS })
    own = await selfSigned()
    backend = createServer()
    backend.listen(0, '127.0.0.1')
    await once(backend, 'listening')
    const address = backend.address()
    if (address === null || typeof address === 'string') throw new Error('no address')
    nginx = await startNginx(server, clients, await guidedLocation(address.port))
    issuer = `https://localhost:${nginx.port}`
    const provider = new Provider(issuer, {
      logger: { info() {}, warn() {}, error() {} },
      jwks: developmentKeys(),
      cookies: { keys: ['a key for cookies'] },
      clients: [
        CLIENT,
        {
          ...CLIENT,
          client_id: 'own',
          token_endpoint_auth_method: 'self_signed_tls_client_auth',
          tls_client_auth_san_dns: undefined,
          jwks: { keys: [certificateJwk(own)] },
        },
      ],
      clientAuthMethods: ['tls_client_auth', 'self_signed_tls_client_auth'],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        introspection: { enabled: true },
        mTLS: {
          enabled: true,
          certificateBoundAccessTokens: true,
          selfSignedTlsClientAuth: true,
          tlsClientAuth: true,
          getCertificate: pemOf,
          certificateAuthorized: (ctx) => ctx.get('x-client-verify') === 'SUCCESS',
          certificateSubjectMatches: (ctx, property, expected) =>
            ctx.oidc.provider.certificateHasSubject(pemOf(ctx), property, expected),
        },
      },
    })
    provider.proxy = true
    provider.on('server_error', (_ctx, error) => serverErrors.push(error))
    backend.on('request', provider.callback())
  })

  after(async () => {
    await nginx.stop()
    backend.closeAllConnections()
    await new Promise((resolve) => backend.close(resolve))
  })

  const discover = (clientId: string, credential: Credential | undefined) =>
    client.discovery(new URL(issuer), clientId, undefined, client.TlsClientAuth(), {
      [client.customFetch]: fetchBy(servers, credential),
    })

  for (const clientId of ['pki', 'own']) {
    it(`openid-client gets a token for ${clientId} that is bound to its certificate`, async () => {
      const shown = clientId === 'pki' ? credential : own
      const rp = await discover(clientId, shown)

      const tokens = await client.clientCredentialsGrant(rp)
      const told = await client.tokenIntrospection(rp, tokens.access_token)

      const hex = shown.certificate.fingerprint256.replaceAll(':', '')
      expect(told['cnf']).to.deep.equal({ 'x5t#S256': Buffer.from(hex, 'hex').toString('base64url') })
      expect(serverErrors).to.deep.equal([])
    })

    for (const [what, make] of [
      ['no certificate', () => Promise.resolve(undefined)],
      [
        'a certificate of another authority',
        async () => (await authority('others')).issue({ alternatives: DNS }),
      ],
      ['a certificate that it signed itself', () => selfSigned({ alternatives: DNS })],
      ['a certificate of somebody else', () => clients.issue({ subject: 'CN=payments.example.com' })],
    ] as const) {
      it(`M1 M2 ${clientId} is refused with ${what}: 401 invalid_client`, async () => {
        const rp = await discover(clientId, await make())

        const refused: unknown = await client.clientCredentialsGrant(rp).catch((error) => error)

        expect(refused).to.include({ error: 'invalid_client', status: 401 })
        expect(serverErrors).to.deep.equal([])
      })
    }

    for (const [what, make] of [
      [
        'has expired',
        () => clients.issue({ alternatives: DNS, notBefore: new Date(0), notAfter: new Date(1e12) }),
      ],
      ['only names the authority', async () => (await authority('clients')).issue({ alternatives: DNS })],
    ] as const) {
      it(`M2 a certificate that ${what} does not get ${clientId} past nginx`, async () => {
        const { status } = await fetchBy(servers, await make())(`${issuer}/token`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: `grant_type=client_credentials&client_id=${clientId}`,
        })

        expect(status).to.equal(400)
      })
    }

    it(`M4 ${clientId} cannot send the headers of the proxy itself`, async () => {
      const shown = clientId === 'pki' ? credential : own
      const { status } = await fetchBy(servers)(`${issuer}/token`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-client-cert': encodeURIComponent(shown.cert),
          'x-client-verify': 'SUCCESS',
        },
        body: `grant_type=client_credentials&client_id=${clientId}`,
      })

      expect(status).to.equal(401)
    })
  }
})
