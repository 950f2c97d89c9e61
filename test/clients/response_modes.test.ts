import { expect } from 'chai'
import { errors } from '../../lib/index.ts'
import { recordingLogger } from '../configuration/recording_logger.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

describe('what clients allow at the authorization endpoint', () => {
  afterEach(stopProviders)

  const request = '/auth?client_id=web&response_type=code&response_mode=query&scope=openid'

  it('F292 a response mode that the client did not register is refused', async () => {
    const op = await startProvider({ clients: [{ ...WEB_CLIENT, response_modes: ['form_post'] }] })
    const errors: unknown[] = []
    op.provider.on('authorization.error', (_ctx, error) => errors.push(error.error_description))

    await op.agent().get(request)

    expect(errors).to.deep.equal(['requested response_mode is not allowed for the requested response_type'])
  })

  it('F292 responseModeAllowed of the host decides', async () => {
    const op = await startProvider()
    const errors: unknown[] = []
    op.provider.on('authorization.error', (_ctx, error) => errors.push(error.error_description))
    op.provider.Client.prototype.responseModeAllowed = (mode) => mode !== 'query'

    await op.agent().get(request)

    expect(errors).to.deep.equal(['requested response_mode is not allowed for the requested response_type'])
  })

  it('F222 a static client with a mode that nobody knows is not valid, and the detail names it (RFC 7591 §2)', async () => {
    const op = await startProvider({ clients: [{ ...WEB_CLIENT, response_modes: ['form-post'] }] })
    const thrown = await op.provider.Client.find('web').catch((error: unknown) => error)

    expect(thrown).to.be.instanceOf(errors.InvalidClient)
    expect(thrown)
      .to.have.property('error_detail')
      .that.includes('response_modes')
      .and.includes("'query', 'fragment', 'form_post'")
  })

  it('F222 a static client with a mode that nobody knows leads to a notice when the provider is made', async () => {
    const logger = recordingLogger()
    await startProvider({ logger, clients: [{ ...WEB_CLIENT, response_modes: ['form-post'] }] })

    expect(logger.infos.filter((text) => text.includes('form-post'))).to.deep.equal([
      'NOTICE: clients: client_id "web": there is no response mode form-post; unless it is registered with registerResponseMode(), the client is refused',
    ])
  })

  it('F272 a mode that the host registers may be in response_modes, of static clients as well', async () => {
    const op = await startProvider({ clients: [{ ...WEB_CLIENT, response_modes: ['carrier_pigeon'] }] })
    op.provider.registerResponseMode('carrier_pigeon', (ctx, _redirectUri, response) => {
      ctx.body = { carried: Object.keys(response) }
    })

    const answer = await op.authorize({ response_mode: 'carrier_pigeon' })

    expect(JSON.parse(await answer.response.text())).to.deep.equal({ carried: ['code', 'iss'] })
  })
})
