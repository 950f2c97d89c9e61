import { expect } from 'chai'
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
})
