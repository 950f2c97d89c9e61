import { expect } from 'chai'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import { errors } from '../../../lib/index.ts'
import type { Configuration } from '../../../types/configuration.ts'
import type { Features } from '../../../types/features/index.ts'
import { recordingLogger } from '../../configuration/recording_logger.ts'
import {
  asUpdate,
  bearer,
  manage,
  REGISTRATION,
  register,
  startRegistering,
} from '../../support/registering.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const MACHINES = { features: { clientCredentials: { enabled: true } } }

describe('grant and response types that clients register (RFC 7591 §2, §3.2.1)', () => {
  afterEach(stopProviders)

  for (const [what, sent, kept] of [
    [
      'device_code',
      ['authorization_code', 'refresh_token', DEVICE_CODE],
      ['authorization_code', 'refresh_token'],
    ],
    ['jwt-bearer', [JWT_BEARER, 'authorization_code'], ['authorization_code']],
    ['a grant type that nobody knows', ['authorization_code', 'foo'], ['authorization_code']],
    [
      'client_credentials, which are off',
      ['client_credentials', 'authorization_code'],
      ['authorization_code'],
    ],
  ] as const) {
    it(`A165 keeps what is on offer of a list with ${what}, stores it and says so`, async () => {
      const adapter = memoryAdapter()
      const op = await startRegistering({}, { adapter })

      const { status, body } = await register(op, { ...REGISTRATION, grant_types: sent })

      expect(status).to.equal(201)
      expect(body['grant_types']).to.deep.equal(kept)
      expect((await adapter('Client').find(String(body['client_id'])))?.['grant_types']).to.deep.equal(kept)
    })
  }

  it('A165 keeps the response modes that are on offer, those of the host too, and refuses an empty rest', async () => {
    const op = await startRegistering()
    op.provider.registerResponseMode('carrier_pigeon', () => {})

    const modes = ['carrier_pigeon', 'jwt', 'query', 'x']
    const kept = await register(op, { ...REGISTRATION, response_modes: modes })
    const refused = await register(op, { ...REGISTRATION, response_modes: ['form-post'] })

    expect([kept.status, kept.body['response_modes']]).to.deep.equal([201, ['carrier_pigeon', 'query']])
    expect([refused.status, refused.body['error']]).to.deep.equal([400, 'invalid_client_metadata'])
  })

  it('keeps the response types that are on offer, in any order of their words', async () => {
    const op = await startRegistering({}, { responseTypes: ['code', 'code id_token'] })

    const { status, body } = await register(op, {
      ...REGISTRATION,
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['id_token code', 'token', 'code'],
    })

    expect(status).to.equal(201)
    expect(body['response_types']).to.deep.equal(['code id_token', 'code'])
  })

  for (const [what, metadata] of [
    ['grant types', { grant_types: [DEVICE_CODE, JWT_BEARER] }],
    ['response types', { grant_types: ['authorization_code', 'implicit'], response_types: ['token'] }],
  ] as const) {
    it(`refuses ${what} of which nothing is on offer`, async () => {
      const op = await startRegistering({}, { responseTypes: ['code'] })

      const { status, body } = await register(op, { ...REGISTRATION, ...metadata })

      expect(status).to.equal(400)
      expect(body['error']).to.equal('invalid_client_metadata')
      expect(body['error_description']).to.include('can only contain')
    })
  }

  for (const [what, metadata] of [
    [
      'response types without their grant type',
      { grant_types: ['authorization_code', DEVICE_CODE], response_types: ['code', 'id_token'] },
    ],
    ['a list that holds no text', { grant_types: ['authorization_code', 5] }],
    ['no list', { grant_types: DEVICE_CODE }],
  ] as const) {
    it(`the rules for every client hold for what is left: it refuses ${what} (RFC 7591 §2.1)`, async () => {
      const op = await startRegistering()

      const { status, body } = await register(op, { ...REGISTRATION, ...metadata })

      expect(status).to.equal(400)
      expect(body['error']).to.equal('invalid_client_metadata')
    })
  }

  it('an update keeps what is on offer, too (RFC 7592 §2.2)', async () => {
    const op = await startRegistering()
    const { body: registered } = await register(op)

    const update = asUpdate(registered, { grant_types: ['authorization_code', DEVICE_CODE] })
    const { status, body } = await manage('PUT', registered, update)

    expect(status).to.equal(200)
    expect(body['grant_types']).to.deep.equal(['authorization_code'])
  })

  it('clients of the configuration, and stored ones, stay strict', async () => {
    const adapter = memoryAdapter()
    const grant_types = ['authorization_code', DEVICE_CODE]
    const op = await startProvider({ adapter, clients: [{ ...WEB_CLIENT, client_id: 'fixed', grant_types }] })
    await adapter('Client').upsert('stored', { ...WEB_CLIENT, client_id: 'stored', grant_types })

    for (const id of ['fixed', 'stored']) {
      const found = await op.provider.Client.find(id).catch((error: unknown) => error)
      expect(found, id).to.be.instanceOf(errors.InvalidClient)
    }
  })

  describe('where anybody may register', () => {
    const start = async (registration: Features['registration'], configuration: Configuration = MACHINES) => {
      const logger = recordingLogger()
      const op = await startRegistering(registration, { ...configuration, logger })
      const notices = () =>
        [...logger.infos, ...logger.warnings].filter((line) => line.includes('client credentials'))
      return { op, notices }
    }

    it('client credentials are given where both features are on, with one notice', async () => {
      const { op, notices } = await start({})
      const metadata = { ...REGISTRATION, grant_types: ['client_credentials'], response_types: [] }

      const { status, body } = await register(op, { ...metadata, redirect_uris: [] })
      await register(op, { ...metadata, redirect_uris: [] })

      expect(status).to.equal(201)
      expect(body['grant_types']).to.deep.equal(['client_credentials'])
      const answer = await op.post(
        'token',
        { grant_type: 'client_credentials' },
        {
          authorization: `Basic ${Buffer.from(`${body['client_id']}:${body['client_secret']}`).toString('base64')}`,
        },
      )
      expect(answer.status).to.equal(200)
      expect(notices()).to.have.length(1)
      expect(notices()[0])
        .to.match(/^NOTICE: /)
        .and.include('initialAccessToken')
    })

    for (const [what, registration, configuration] of [
      ['an initial access token is needed', { initialAccessToken: true }, MACHINES],
      ['client credentials are off', {}, {}],
    ] as const) {
      it(`there is no notice where ${what}`, async () => {
        const { notices } = await start(registration, configuration)

        expect(notices()).to.deep.equal([])
      })
    }

    for (const [feature, grantType] of [
      ['jwtBearer', JWT_BEARER],
      ['tokenExchange', TOKEN_EXCHANGE],
    ] as const) {
      const features = { [feature]: { enabled: true } }

      it(`features.${feature} is given to nobody who registers freely`, async () => {
        const { op } = await start({}, { features })
        const grant_types = ['authorization_code', grantType]

        const { body } = await register(op, { ...REGISTRATION, grant_types })

        expect(body['grant_types']).to.deep.equal(['authorization_code'])
      })

      it(`features.${feature} is given to those who hold an initial access token`, async () => {
        const { op } = await start({ initialAccessToken: 'shared' }, { features })
        const grant_types = ['authorization_code', grantType]

        const { body } = await register(op, { ...REGISTRATION, grant_types }, bearer('shared'))

        expect(body['grant_types']).to.deep.equal(grant_types)
      })
    }

    for (const grantType of [JWT_BEARER, TOKEN_EXCHANGE]) {
      it(`${grantType} is given to nobody who registers freely, though the host has it`, async () => {
        const { op } = await start({})
        op.provider.registerGrantType(grantType, (ctx) => {
          ctx.body = {}
        })

        const { body } = await register(op, {
          ...REGISTRATION,
          grant_types: ['authorization_code', grantType],
        })

        expect(body['grant_types']).to.deep.equal(['authorization_code'])
      })

      it(`${grantType} is given to those who hold an initial access token`, async () => {
        const { op } = await start({ initialAccessToken: 'shared' })
        op.provider.registerGrantType(grantType, (ctx) => {
          ctx.body = {}
        })
        const grant_types = ['authorization_code', grantType]

        const { body } = await register(op, { ...REGISTRATION, grant_types }, bearer('shared'))

        expect(body['grant_types']).to.deep.equal(grant_types)
      })
    }
  })
})
