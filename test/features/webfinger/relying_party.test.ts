import { expect } from 'chai'
import Provider from '../../../lib/index.ts'
import { custom, errors, Issuer } from '../../../lib/relying_party/index.ts'
import { failureOf } from '../../support/failure_of.ts'
import { startSecureServer, stopSecureServers } from '../../support/secure_server.ts'
import { CERTIFICATE } from '../../support/tls_certificate.ts'

describe('openid-provider/client and the WebFinger of this provider (OpenID Connect Discovery 1.0 §2)', () => {
  beforeEach(() => {
    Issuer[custom.http_options] = (options) => ({
      ...options,
      https: { certificateAuthority: CERTIFICATE.cert },
      allowSpecialUseAddresses: true,
    })
  })
  afterEach(async () => {
    delete Issuer[custom.http_options]
    await stopSecureServers()
  })

  /** @param path of the issuer */
  async function start(path = ''): Promise<{ issuer: string; host: string }> {
    const server = await startSecureServer('localhost')
    const issuer = `${server.origin}${path}`
    const provider = new Provider(issuer, {
      logger: { info() {}, warn() {}, error() {} },
      features: { devInteractions: { enabled: false }, webfinger: { enabled: true } },
    })
    server.answerBy(provider.callback())
    return { issuer, host: new URL(issuer).host }
  }

  it('F368 finds nothing for an account of another host (RFC 7033 §4.2)', async () => {
    const server = await startSecureServer('localhost')
    const provider = new Provider('https://op.example.com', {
      logger: { info() {}, warn() {}, error() {} },
      features: { devInteractions: { enabled: false }, webfinger: { enabled: true } },
    })
    server.answerBy(provider.callback())

    const failure = await failureOf(Issuer.webfinger(`joe@${new URL(server.origin).host}`), errors.OPError)

    expect(failure.response?.statusCode).to.equal(404)
  })

  for (const [what, identifier] of [
    ['an account', (host: string) => `acct:joe@${host}`],
    ['an address', (host: string) => `joe@${host}`],
    ['a host', (host: string) => host],
    ['a URL', (host: string) => `https://${host}/joe?x=y`],
  ] as const) {
    for (const path of ['', '/tenant']) {
      it(`F368 finds ${path === '' ? 'an issuer' : 'an issuer with a path'} by ${what}`, async () => {
        const { issuer, host } = await start(path)

        expect((await Issuer.webfinger(identifier(host))).metadata.issuer).to.equal(issuer)
      })
    }
  }
})
