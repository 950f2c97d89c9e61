import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { FEATURE_SWITCHES } from '../../lib/configuration/known_features.ts'
import { FEATURES } from '../../lib/features/index.ts'
import Provider from '../../lib/index.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'
import { recordingLogger } from './recording_logger.ts'

const ISSUER = 'https://op.example.com'

type Document = Readonly<Record<string, unknown>>

async function discovery(): Promise<Document> {
  const op = await startProvider()
  const response = await op.agent().get(op.provider.urlFor('discovery'))
  const document: unknown = await response.json()
  return { ...Object(document) }
}

describe('specifications that are not implemented yet', () => {
  afterEach(stopProviders)

  const constructing = (features: object) => () =>
    new Provider(ISSUER, {
      logger: recordingLogger(),
      features: { devInteractions: { enabled: false }, ...features },
    })

  for (const feature of ['attestClientAuth', 'clientIdMetadataDocument', 'richAuthorizationRequests']) {
    it(`features.${feature} cannot be enabled`, () => {
      expect(constructing({ [feature]: { enabled: true } })).to.throw(
        TypeError,
        `features.${feature} is not implemented yet`,
      )
      expect(constructing({ [feature]: { enabled: false } })).not.to.throw()
    })
  }

  for (const [what, features, message] of [
    [
      'A014 a delivery mode that is not to be (OpenID Connect CIBA Core 1.0 §5)',
      { ciba: { deliveryModes: ['poll', 'push'] } },
      "features.ciba.deliveryModes must not contain 'push'",
    ],
    [
      'A014 no delivery mode',
      { ciba: { deliveryModes: new Set() } },
      'features.ciba.deliveryModes must contain at least one of poll, ping',
    ],
    [
      'A014 delivery modes as text',
      { ciba: { deliveryModes: 'poll' } },
      'features.ciba.deliveryModes must be an Array or a Set',
    ],
  ] as const) {
    it(`${what} is refused while the feature is off`, () => {
      expect(constructing(features)).to.throw(TypeError, message)
    })
  }

  it('A014 options that will do are accepted while the feature is off', () => {
    const features = {
      ciba: { enabled: false, deliveryModes: ['ping', 'poll'] },
    }

    expect(constructing(features)).not.to.throw()
  })

  it('the documentation marks each feature that cannot be turned on, and no other', async () => {
    const page = await readFile('docs/configuration.md', 'utf8')
    const names = Object.keys(FEATURE_SWITCHES)
    const marked = names.filter((name) => page.includes(`### features.${name}\n\n**Not available yet.**`))
    const built: readonly string[] = FEATURES.map(({ name }) => name)

    expect(marked).to.have.members(names.filter((name) => !built.includes(name)))
  })

  it('the README names each documented feature that cannot be turned on, and no other', async () => {
    const [, list = ''] =
      /\*\*Not available yet\*\*:([^.]*)\./.exec(await readFile('README.md', 'utf8')) ?? []
    const built: readonly string[] = FEATURES.map(({ name }) => name)

    expect([...list.matchAll(/`([A-Za-z0-9]+)`/g)].map(([, name]) => name)).to.have.members(
      Object.keys(FEATURE_SWITCHES).filter((name) => !built.includes(name)),
    )
  })

  it('A090 discovery offers no DPoP (RFC 9449 §5.1), dpop_jkt is ignored (§10)', async () => {
    const op = await startProvider()
    const { code, verifier } = await op.authorize({ dpop_jkt: 'a'.repeat(43) })
    const { status, body } = await op.exchange(code, verifier)
    const stored = await op.provider.AccessToken.find(String(body['access_token']))

    expect(status).to.equal(200)
    expect(body['token_type']).to.equal('Bearer')
    expect(stored?.jkt).to.equal(undefined)
    expect(await discovery()).not.to.have.property('dpop_signing_alg_values_supported')
  })

  it('A091 requests need not be what FAPI 1.0 wants: no nonce, no request object, no JWT in the answer', async () => {
    const op = await startProvider()
    const { location, code } = await op.authorize()

    expect(code).not.to.equal('')
    expect(new URL(location ?? '').searchParams.has('response')).to.equal(false)
  })

  it('A135 a request without a nonce is not answered with use_dpop_nonce or a DPoP-Nonce (RFC 9449 §8)', async () => {
    const op = await startProvider()
    const { status, headers } = await op.login()

    expect(status).to.equal(200)
    expect(headers.get('dpop-nonce')).to.equal(null)
  })
})
