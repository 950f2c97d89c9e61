import { expect } from 'chai'
import { useFakeTimers } from 'sinon'
import Provider from '../../../lib/index.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { recordingLogger } from '../../configuration/recording_logger.ts'
import { jwtPayload } from '../../support/jwt_payload.ts'
import { stopProviders } from '../../support/start_provider.ts'
import { PARTNER, SECRET_CLIENT, type SecurityProfileName, startFapi } from './fapi_host.ts'

describe('the FAPI profile in force', () => {
  afterEach(stopProviders)

  it('A021 F100 a function names it for each client, and undefined is none', async () => {
    const asked: string[] = []
    const { op, push, assertion } = await startFapi((ctx, client) => {
      asked.push(`${ctx.oidc.route} ${client.clientId}`)
      return client.clientId === 'partner' ? '2.0' : undefined
    })
    const { client_id = '', client_secret = '' } = SECRET_CLIENT

    const plain = await op.post('token', { grant_type: 'client_credentials', client_id, client_secret })
    const bound = await op.post('token', { grant_type: 'client_credentials', ...(await assertion()) })

    expect(plain.status).to.equal(200)
    expect(bound.status).to.equal(400)
    expect((await push()).status).to.equal(201)
    expect(asked.filter((request) => request === 'token web')).to.have.lengthOf(1)
    expect(asked).to.include.members(['token web', 'token partner', 'pushed_authorization_request partner'])
  })

  it('A021 what a function returns that is no profile is a mistake of the host, told as server_error', async () => {
    // @ts-expect-error what a host that is not type-checked may return
    const { op, assertion } = await startFapi(() => '3.0')

    const { status, body } = await op.post('token', {
      grant_type: 'client_credentials',
      ...(await assertion()),
    })

    expect([status, body['error']]).to.deep.equal([500, 'server_error'])
    expect(String(op.serverErrors[0])).to.include('features.fapi.profile must be one of')
  })

  describe('where a function answers otherwise when a browser brings what was pushed (RFC 9126 §4)', () => {
    type Named = SecurityProfileName | undefined

    /** One profile for the push, one for the visit, and one for the way back from a screen. */
    async function pushedUnder(pushed: Named, visited: Named, resumed: Named = visited) {
      let answers: Named[] = [pushed]
      const started = await startFapi(() => (answers.length > 1 ? answers.shift() : answers[0]))
      const seen: unknown[] = []
      started.op.provider.on('interaction.started', ({ oidc }) => seen.push(oidc.fapiProfile))
      started.op.provider.on('authorization.success', ({ oidc }) => seen.push(oidc.fapiProfile))
      const { body } = await started.push({ response_mode: 'jwt' })
      const uri = String(body['request_uri'])
      answers = [visited, resumed]
      const bring = async () => {
        const others = Object.keys(started.request).filter((name) => name !== 'client_id')
        const { answer } = await started.visit({ request_uri: uri }, others)
        return jwtPayload(answer.get('response') ?? '')
      }
      return { op: started.op, id: uri.split(':').at(-1) ?? '', seen, bring }
    }

    for (const [pushed, visited] of [
      [undefined, '2.0'],
      ['1.0 Final', '2.0'],
      ['2.0', '2.0 Message Signing'],
      ['2.0', '1.0 Final'],
    ] as const) {
      it(`A021 pushed under ${pushed ?? 'none'}, brought under ${visited}: refused, it has to be pushed again`, async () => {
        const { bring } = await pushedUnder(pushed, visited)

        expect(await bring()).to.include({
          error: 'invalid_request',
          error_description: 'the request was pushed under another security profile',
        })
      })
    }

    it('A021 one that changes while the person is at a screen is refused on the way back', async () => {
      const { bring, seen } = await pushedUnder(undefined, undefined, '2.0')

      expect(await bring()).to.include({ error: 'invalid_request' })
      expect(seen).to.deep.equal([undefined])
    })

    it('A021 pushed under 2.0, brought under none: 2.0 holds, also after the screens', async () => {
      const { bring, seen } = await pushedUnder('2.0', undefined)

      expect(await bring()).to.have.property('code')
      expect(seen).to.have.length.above(1)
      expect(new Set(seen)).to.deep.equal(new Set(['2.0']))
    })

    it('a request of before, which does not say, is judged by the profile of the moment', async () => {
      const { op, id, bring } = await pushedUnder(undefined, '2.0')
      const { PushedAuthorizationRequest } = op.provider
      const { profile, ...before } = (await PushedAuthorizationRequest.adapter.find(id)) ?? {}
      await PushedAuthorizationRequest.adapter.upsert(id, before, 60)

      expect(profile).to.equal('none')
      expect(await bring()).to.have.property('code')
    })
  })

  for (const [title, profile] of [
    ['an unknown profile', '3.0'],
    ['no profile', undefined],
    ['an empty one', ''],
  ] as const) {
    it(`${title} is refused at construction`, () => {
      const features = { fapi: { enabled: true, profile }, devInteractions: { enabled: false } }

      // @ts-expect-error what a host that is not type-checked may write
      expect(() => new Provider('https://op.example.com', { features, logger: recordingLogger() })).to.throw(
        TypeError,
        'features.fapi.profile must be one of',
      )
    })
  }

  it('an unknown profile is refused while the feature is off, none is not needed then', () => {
    const construct = (profile: unknown) => () =>
      new Provider('https://op.example.com', {
        // @ts-expect-error what a host that is not type-checked may write
        features: { fapi: { enabled: false, profile }, devInteractions: { enabled: false } },
        logger: recordingLogger(),
      })

    expect(construct('3.0')).to.throw(TypeError, 'features.fapi.profile')
    expect(construct(undefined)).not.to.throw()
  })

  it('F307 isFapi() and fapiProfile tell it to functions of the host', async () => {
    let seen: unknown[] = []
    const { visit } = await startFapi('1.0 Final', {
      pkce: {
        required: ({ oidc }) => {
          seen = [oidc.fapiProfile, oidc.isFapi('1.0 Final', '2.0'), oidc.isFapi('2.0')]
          return false
        },
      },
    })

    await visit({ response_type: 'code id_token' }, ['code_challenge', 'code_challenge_method'])

    expect(seen).to.deep.equal(['1.0 Final', '1.0 Final', undefined])
  })

  it('a notice names each option that does not keep the profile, with its clause', () => {
    const logger = recordingLogger()
    const features = {
      fapi: { enabled: true, profile: '2.0' as const },
      devInteractions: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
    }

    new Provider('https://op.example.com', { features, logger, ttl: { AuthorizationCode: 120 } })

    const notices = logger.warnings.filter((line) => line.includes('features.fapi.profile'))
    expect(notices).to.have.lengthOf(2)
    expect(notices[0]).to.include('features.pushedAuthorizationRequests.enabled')
    expect(notices[1]).to.include('ttl.AuthorizationCode')
  })

  it('a configuration that keeps the profile gets no notice', () => {
    const logger = recordingLogger()
    const features = {
      fapi: { enabled: true, profile: '2.0' as const },
      devInteractions: { enabled: false },
      pushedAuthorizationRequests: { enabled: true },
    }

    new Provider('https://op.example.com', { features, logger })

    expect(logger.warnings.filter((line) => line.includes('features.fapi.profile'))).to.deep.equal([])
  })

  const KEPT: Configuration = {
    clientAuthMethods: ['private_key_jwt'],
    ttl: { AuthorizationCode: 60, PushedAuthorizationRequest: 60 },
    features: {
      devInteractions: { enabled: false },
      jwtResponseModes: { enabled: true },
      mTLS: { enabled: true, certificateBoundAccessTokens: true },
      pushedAuthorizationRequests: { enabled: true },
      requestObjects: { request: true, requireSignedRequestObject: true },
    },
  }
  const notices = (profile: SecurityProfileName, { features, ...configuration }: Configuration = {}) => {
    const logger = recordingLogger()
    const all = { ...KEPT.features, ...features, fapi: { enabled: true, profile } }
    new Provider('https://op.example.com', { ...KEPT, ...configuration, features: all, logger })
    return logger.warnings.filter((line) => line.includes('features.fapi.profile'))
  }
  const SIGNED = 'features.requestObjects.request and features.jwtResponseModes.enabled'
  const off = { enabled: false }
  const broken: [profile: SecurityProfileName, option: string, configuration: Configuration][] = [
    [
      '1.0 Final',
      'features.requestObjects.requireSignedRequestObject',
      { features: { requestObjects: { request: true } } },
    ],
    ['1.0 ID2', 'clientAuthMethods', { clientAuthMethods: ['private_key_jwt', 'client_secret_basic'] }],
    ['1.0 ID2', 'clientAuthMethods', { clientAuthMethods: ['private_key_jwt', 'client_secret_post'] }],
    ['1.0 Final', 'clientAuthMethods', { clientAuthMethods: ['private_key_jwt', 'client_secret_jwt'] }],
    ['1.0 Final', 'clientAuthMethods', { clientAuthMethods: ['private_key_jwt', 'none'] }],
    [
      '1.0 Final',
      'features.mTLS.certificateBoundAccessTokens',
      {
        features: { mTLS: { enabled: true, selfSignedTlsClientAuth: true, getCertificate: () => undefined } },
      },
    ],
    [
      '2.0',
      'features.pushedAuthorizationRequests.enabled',
      { features: { pushedAuthorizationRequests: off } },
    ],
    ['2.0', 'ttl.AuthorizationCode', { ttl: { AuthorizationCode: 61 } }],
    ['2.0', 'ttl.PushedAuthorizationRequest', { ttl: { PushedAuthorizationRequest: 600 } }],
    ['2.0', 'rotateRefreshToken', { rotateRefreshToken: true }],
    ['2.0 Message Signing', SIGNED, { features: { jwtResponseModes: off } }],
    ['2.0 Message Signing', SIGNED, { features: { requestObjects: { request: false } } }],
  ]
  for (const [profile, option, configuration] of broken) {
    it(`${profile} is not kept by ${option} ${JSON.stringify(configuration)}, and a notice says so`, () => {
      const told = notices(profile, configuration)

      expect(told).to.have.lengthOf(1)
      expect(told[0]).to.include(`'${profile}' is not kept by ${option}: `)
    })
  }

  for (const profile of ['1.0 ID2', '1.0 Final', '2.0', '2.0 Message Signing'] as const) {
    it(`${profile} is kept by the options that it asks for`, () => {
      expect(notices(profile)).to.deep.equal([])
    })
  }

  it('A021 is asked for once more when the end-user returns, for the client may have been bound to it meanwhile', async () => {
    let profile: SecurityProfileName | undefined
    const { op, request } = await startFapi(
      () => profile,
      {},
      {
        interact: () => {
          profile = '2.0'
          return { login: { accountId: 'alice' } }
        },
      },
    )
    const { answer } = await op.authorize({ ...request, code_challenge_method: 'S256' })

    expect(answer.get('error_description')).to.equal('Pushed Authorization Request must be used')
  })

  it('C25 keys of a client do not work beyond their freshness (RFC 7517 §5)', async () => {
    const clock = useFakeTimers({ now: Date.now(), toFake: ['Date'] })
    const { jwks, ...partner } = PARTNER
    const answers = [
      new Response(JSON.stringify(jwks), {
        headers: { 'content-type': 'application/jwk-set+json', 'cache-control': 'max-age=60' },
      }),
    ]
    const { op, assertion } = await startFapi('2.0', {
      clients: [{ ...partner, jwks_uri: 'https://partner.example.com/jwks' }],
      fetch: async () => answers.shift() ?? new Response('', { status: 503 }),
    })
    const ask = async () => (await op.post('pushed_authorization_request', await assertion())).body['error']

    const fresh = await ask()
    clock.tick(61_000)
    const stale = await ask()
    clock.restore()

    expect([fresh, stale]).to.deep.equal(['invalid_request', 'invalid_client'])
  })
})
