import { expect } from 'chai'
import { type Claims, now } from '../../actions/client_auth/assertions.ts'
import { CALL_CENTRE, request, startForCiba } from '../../support/ciba.ts'
import { stopProviders } from '../../support/start_provider.ts'
import { PARTNER, sign } from './fapi_host.ts'

const CALLS = { ...CALL_CENTRE, ...(PARTNER.jwks === undefined ? {} : { jwks: PARTNER.jwks }) }

async function start(byValue: boolean) {
  const op = await startForCiba({
    clients: [CALLS],
    enabledJWA: { requestObjectSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
    features: {
      fapi: { enabled: true, profile: '1.0 Final' },
      requestObjects: byValue ? { request: true } : {},
    },
  })
  const signed = (claims: Claims = {}, alg?: string) =>
    sign(
      {
        iss: 'calls',
        aud: op.issuer,
        exp: now() + 60,
        iat: now(),
        nbf: now(),
        jti: crypto.randomUUID(),
        scope: 'openid',
        login_hint: 'alice',
        binding_message: 'W4SCT',
        ...claims,
      },
      alg,
    )
  return { op, signed }
}

describe('backchannel authentication under FAPI (FAPI: CIBA Profile §5.2.2)', () => {
  afterEach(stopProviders)

  it('A195 a request that is not signed is refused', async () => {
    const { op } = await start(true)

    const { status, body } = await request(op, { binding_message: 'W4SCT' })

    expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
  })

  it('A195 a signed request with a binding message is accepted', async () => {
    const { op, signed } = await start(true)

    const { status } = await request(op, { request: await signed(), scope: '' })

    expect(status).to.equal(200)
  })

  it('A195 a signed request with a context in place of a binding message is accepted', async () => {
    const { op, signed } = await start(true)
    const jwt = await signed({ binding_message: undefined, request_context: 'a payment of 10 €' })

    const { status } = await request(op, { request: jwt, scope: '' })

    expect(status).to.equal(200)
  })

  it('A195 a signed request with neither is refused', async () => {
    const { op, signed } = await start(true)

    const { status, body } = await request(op, {
      request: await signed({ binding_message: undefined }),
      scope: '',
    })

    expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
    expect(body['error_description']).to.include('binding_message')
  })

  it('A195 Q5 a request signed with RS256 is refused', async () => {
    const { op, signed } = await start(true)

    const { body } = await request(op, { request: await signed({}, 'RS256'), scope: '' })

    expect(body['error']).to.equal('invalid_request')
    expect(body['error_description']).to.include('alg')
  })

  it('A195 without requests by value nothing changes', async () => {
    const { op } = await start(false)

    expect((await request(op)).status).to.equal(200)
  })
})
