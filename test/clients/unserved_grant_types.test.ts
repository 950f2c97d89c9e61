import { expect } from 'chai'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { recordingLogger } from '../configuration/recording_logger.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

describe('configured clients with a grant type that nothing serves (RFC 7591 §2)', () => {
  afterEach(stopProviders)

  const client = (id: string, ...grantTypes: string[]): ClientMetadata => ({
    ...WEB_CLIENT,
    client_id: id,
    grant_types: ['authorization_code', ...grantTypes],
  })

  async function toldOf(clients: ClientMetadata[], more: Configuration = {}, registered?: string) {
    const logger = recordingLogger()
    const op = await startProvider({ ...more, clients, logger })
    if (registered !== undefined) op.provider.registerGrantType(registered, () => undefined)
    const told = () => logger.warnings.filter((text) => text.includes('grant_types'))
    expect(told(), 'before the first request').to.deep.equal([])
    for (let request = 0; request < 2; request++) await fetch(`${op.issuer}/jwks`)
    return told()
  }

  it('are named with the first request, once each, with the feature that is off', async () => {
    const device = 'urn:ietf:params:oauth:grant-type:device_code'

    const told = await toldOf([
      client('web'),
      client('job', 'client_credentials'),
      client('tv', 'client_credentials', device),
    ])

    expect(told).to.deep.equal([
      'NOTICE: clients: client_id "job" cannot be used: grant_types has client_credentials, and features.clientCredentials is off',
      `NOTICE: clients: client_id "tv" cannot be used: grant_types has client_credentials, and features.clientCredentials is off; and ${device}, and features.deviceFlow is off`,
    ])
  })

  it('are told what was meant, or how a grant type gets known', async () => {
    const told = await toldOf([
      { ...WEB_CLIENT, grant_types: ['authorisation_code', 'authorization_code'] },
      client('pigeon', 'urn:example:pigeon'),
    ])

    expect(told).to.deep.equal([
      'NOTICE: clients: client_id "web" cannot be used: grant_types has authorisation_code, which nothing serves: did you mean authorization_code?',
      'NOTICE: clients: client_id "pigeon" cannot be used: grant_types has urn:example:pigeon, which nothing serves: register it with provider.registerGrantType()',
    ])
  })

  it('are told of grant types that other options serve, and of clientDefaults', async () => {
    const { grant_types: _, ...plain } = WEB_CLIENT

    const told = await toldOf([plain], {
      scopes: ['openid'],
      clientDefaults: { grant_types: ['authorization_code', 'refresh_token'] },
    })

    expect(told).to.deep.equal([
      'NOTICE: clients: client_id "web" cannot be used: grant_types has refresh_token, and scopes lacks offline_access',
    ])
  })

  it('are silent where the host has registered it once there was a provider', async () => {
    expect(await toldOf([client('pigeon', 'urn:example:pigeon')], {}, 'urn:example:pigeon')).to.deep.equal([])
  })
})
