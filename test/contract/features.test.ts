import { expect } from 'chai'
import { FEATURES } from '../../lib/features/index.ts'
import type { Configuration } from '../../types/configuration.ts'
import { type RunningProvider, startProvider, stopProviders } from '../support/start_provider.ts'

const API = 'https://api.example.com'

async function metadataOf(op: RunningProvider): Promise<Record<string, unknown>> {
  const response = await op.agent().get(op.provider.urlFor('discovery'))
  return { ...Object(await response.json()) }
}

/** Features that are on unless the host turns them off, what discovery says of them, and their paths. */
const ON: readonly (readonly [
  id: string,
  name: keyof NonNullable<Configuration['features']>,
  member: string,
  path: string,
])[] = [
  ['F114', 'pushedAuthorizationRequests', 'pushed_authorization_request_endpoint', '/request'],
  ['F141', 'rpInitiatedLogout', 'end_session_endpoint', '/session/end'],
  ['F144', 'userinfo', 'userinfo_endpoint', '/me'],
]

/** Features that are there when the host turns them on. */
const OFF: readonly (readonly [
  id: string,
  name: keyof NonNullable<Configuration['features']>,
  member: string,
])[] = [
  ['F075', 'backchannelLogout', 'backchannel_logout_supported'],
  ['F076', 'ciba', 'backchannel_authentication_endpoint'],
  ['F092', 'deviceFlow', 'device_authorization_endpoint'],
  ['of ours:', 'frontchannelLogout', 'frontchannel_logout_supported'],
  ['F102', 'introspection', 'introspection_endpoint'],
  ['F116', 'registration', 'registration_endpoint'],
  ['F140', 'revocation', 'revocation_endpoint'],
  ['of ours:', 'sessionManagement', 'check_session_iframe'],
]

describe('features of a provider without options (version 8)', () => {
  afterEach(stopProviders)

  for (const [id, name, member, path] of ON) {
    it(`${id} F150 K4 ${name} is on, and gone with enabled: false`, async () => {
      const on = await startProvider()
      const off = await startProvider({ features: { [name]: { enabled: false } } })

      expect((await metadataOf(on))[member]).to.equal(`${on.issuer}${path}`)
      expect(await metadataOf(off)).to.not.have.property(member)
      expect((await on.agent().get(path)).status).to.not.equal(404)
      expect((await off.agent().get(path)).status).to.equal(404)
    })
  }

  for (const [id, name, member] of OFF) {
    it(`${id} F150 K4 ${name} is off, and there with enabled: true`, async () => {
      const off = await startProvider()
      const on = await startProvider({ features: { [name]: { enabled: true } } })

      expect(await metadataOf(off)).to.not.have.property(member)
      expect(await metadataOf(on)).to.have.property(member)
    })
  }

  it('F130 F150 resourceIndicators is on: a resource nobody describes is refused (RFC 8707 §2)', async () => {
    const on = await startProvider()
    const off = await startProvider({ features: { resourceIndicators: { enabled: false } } })

    expect((await on.authorize({ resource: API })).answer.get('error')).to.equal('invalid_target')
    expect((await off.authorize({ resource: API })).code).to.not.equal('')
  })

  for (const { name, spec, url } of FEATURES) {
    it(`${name} says which specification it follows, and where that can be read`, () => {
      expect(spec).to.match(/^\S.*\S$/)
      expect(url ?? 'https://').to.match(/^https:/)
      const isWellKnown = /^(?:RFC \d+|OpenID Connect |FAPI |screens )/.test(spec)
      expect(isWellKnown || url !== undefined).to.equal(true)
    })
  }

  it('F150 a feature that does not exist is refused by name', async () => {
    const failure = await startProvider({ features: Object({ timeTravel: { enabled: true } }) }).catch(String)

    expect(failure).to.match(/TypeError.*timeTravel/)
  })
})

describe('features.userinfo (OpenID Connect Core 1.0 §5.3)', () => {
  afterEach(stopProviders)

  it('F144 F137 answers opaque access tokens that have openid and are for nobody else', async () => {
    const op = await startProvider({
      features: {
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({ scope: 'read', audience: 'api' }),
        },
      },
    })
    const { body: own } = await op.login({ scope: 'openid email' })
    const { body: foreign } = await op.login({ scope: 'read', resource: API })

    expect(String(own['access_token'])).to.not.include('.')
    expect(String(foreign['access_token'])).to.not.include('.')
    expect((await op.userinfo(own['access_token'])).body).to.include({ sub: 'alice' })
    expect((await op.userinfo(foreign['access_token'])).status).to.equal(401)
  })
})

describe('the default adapter', () => {
  afterEach(stopProviders)

  it('F146 keeps everything in memory, each provider its own, and says so', async () => {
    const said: unknown[] = []
    const logger = {
      info: (line: unknown) => said.push(line),
      warn: (line: unknown) => said.push(line),
      error() {},
    }
    const [one, other] = [
      await startProvider({ logger, adapter: undefined }),
      await startProvider({ logger, adapter: undefined }),
    ]
    const { body } = await one.login()

    expect(await one.provider.AccessToken.find(String(body['access_token']))).to.not.equal(undefined)
    expect(await other.provider.AccessToken.find(String(body['access_token']))).to.equal(undefined)
    expect(said.join('\n')).to.match(/memory/)
  })
})
