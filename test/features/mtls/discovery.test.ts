import { expect } from 'chai'
import { documentOf } from '../../actions/client_auth/assertions.ts'
import { HOOKS, MTLS, startForMtls } from '../../support/mtls.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

const ORIGIN = 'https://mtls.example.com'

describe('discovery of mutual TLS (RFC 8705 §3.3, §5)', () => {
  afterEach(stopProviders)

  for (const origin of [
    'mtls.example.com',
    'http://mtls.example.com',
    'https://mtls.example.com/',
    'https://mtls.example.com/path',
    'https://',
    5,
  ]) {
    it(`aliasOrigin must be an https origin, and not ${JSON.stringify(origin)}`, async () => {
      const started = startForMtls([], {
        features: { mTLS: { ...MTLS, ...Object({ aliasOrigin: origin }) } },
      })

      expect(String(await started.catch((error) => error))).to.include('features.mTLS.aliasOrigin must be')
    })
  }

  it('F107 nothing of it is there while it is off', async () => {
    const metadata = await documentOf(await startProvider())

    expect(JSON.stringify(metadata)).to.not.match(/tls_client|mtls_/)
  })

  it('F155 names the methods that clients may register, and that access tokens can be bound', async () => {
    const metadata = await documentOf(await startForMtls())

    expect(metadata['token_endpoint_auth_methods_supported']).to.include.members([
      'tls_client_auth',
      'self_signed_tls_client_auth',
    ])
    expect(metadata['tls_client_certificate_bound_access_tokens']).to.equal(true)
    expect(metadata).to.not.have.property('mtls_endpoint_aliases')
  })

  it('F109 does not say so where only the methods are on', async () => {
    const metadata = await documentOf(
      await startForMtls([], { features: { mTLS: { ...MTLS, certificateBoundAccessTokens: false } } }),
    )

    expect(metadata).to.not.have.property('tls_client_certificate_bound_access_tokens')
  })

  it('names an alias of each endpoint there is that clients call, under the path it has, and of no other', async () => {
    const op = await startForMtls([], {
      features: {
        mTLS: { ...MTLS, aliasOrigin: ORIGIN },
        revocation: { enabled: true },
        deviceFlow: { enabled: true },
        ciba: { enabled: true },
        introspection: { enabled: false },
      },
    })
    const metadata = await documentOf(op)
    const path = (name: string) => new URL(String(metadata[name])).pathname

    expect(metadata['mtls_endpoint_aliases']).to.deep.equal(
      Object.fromEntries(
        [
          'token_endpoint',
          'backchannel_authentication_endpoint',
          'device_authorization_endpoint',
          'pushed_authorization_request_endpoint',
          'revocation_endpoint',
          'userinfo_endpoint',
        ].map((name) => [name, `${ORIGIN}${path(name)}`]),
      ),
    )
  })

  it('leaves aliases to the host that writes them itself', async () => {
    const mtls_endpoint_aliases = { token_endpoint: 'https://elsewhere.example.com/token' }
    const op = await startForMtls([], {
      discovery: { mtls_endpoint_aliases },
      features: { mTLS: { enabled: true, ...HOOKS, tlsClientAuth: true, selfSignedTlsClientAuth: true } },
    })

    expect((await documentOf(op))['mtls_endpoint_aliases']).to.deep.equal(mtls_endpoint_aliases)
  })
})
