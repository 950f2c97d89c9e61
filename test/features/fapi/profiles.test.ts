import { expect } from 'chai'
import Provider from '../../../lib/index.ts'
import { recordingLogger } from '../../configuration/recording_logger.ts'
import { jwtPayload } from '../../support/jwt_payload.ts'
import { stopProviders } from '../../support/start_provider.ts'
import { SECRET_CLIENT, type SecurityProfileName, startFapi } from './fapi_host.ts'

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
})
