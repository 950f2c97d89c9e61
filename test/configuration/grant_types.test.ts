import { expect } from 'chai'
import type { Configuration } from '../../types/configuration.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

const CODE_CLIENT = { ...WEB_CLIENT, grant_types: ['authorization_code'] }

async function supported(configuration: Configuration): Promise<unknown> {
  const op = await startProvider({ clients: [], ...configuration })
  const response = await op.agent().get(op.provider.urlFor('discovery'))
  const document: unknown = await response.json()
  return Reflect.get(Object(document), 'grant_types_supported')
}

describe('A008 grant_types_supported (OpenID Connect Discovery 1.0 §3)', () => {
  afterEach(stopProviders)

  const cases: readonly [title: string, configuration: Configuration, expected: readonly string[]][] = [
    ['holds what the defaults lead to', {}, ['authorization_code', 'refresh_token', 'implicit']],
    ['has no implicit with code alone', { responseTypes: ['code'] }, ['authorization_code', 'refresh_token']],
    [
      'has no authorization_code where no response type yields a code',
      { responseTypes: ['id_token'], scopes: ['openid'] },
      ['implicit'],
    ],
    [
      'has both with a hybrid type',
      { responseTypes: ['code id_token'], scopes: ['openid'] },
      ['authorization_code', 'implicit'],
    ],
    [
      'has no refresh_token without the scope offline_access',
      { responseTypes: ['code'], scopes: ['openid'] },
      ['authorization_code'],
    ],
    [
      'has refresh_token without that scope where issueRefreshToken is the host’s',
      { responseTypes: ['code'], scopes: ['openid'], issueRefreshToken: () => true },
      ['authorization_code', 'refresh_token'],
    ],
    [
      'has what features bring',
      { responseTypes: ['code'], scopes: ['openid'], features: { clientCredentials: { enabled: true } } },
      ['authorization_code', 'client_credentials'],
    ],
  ]
  for (const [title, configuration, expected] of cases) {
    it(`A008 ${title}`, async () => {
      expect(await supported(configuration)).to.have.members([...expected])
    })
  }

  it('A008 has what registerGrantType added, also after the document was served', async () => {
    const op = await startProvider()
    const read = async () => (await op.agent().get(op.provider.urlFor('discovery'))).text()
    const before = await read()
    op.provider.registerGrantType('urn:example:grant', () => undefined)

    expect(before).not.to.include('urn:example:grant')
    expect(await read()).to.include('urn:example:grant')
  })

  it('A008 a grant type that does not follow is not served either (RFC 6749 §5.2)', async () => {
    const op = await startProvider({ scopes: ['openid'], clients: [CODE_CLIENT] })
    const { status, body } = await op.refresh('a token')

    expect(status).to.equal(400)
    expect(body['error']).to.equal('unsupported_grant_type')
  })
})
