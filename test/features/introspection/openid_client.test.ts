import { expect } from 'chai'
import * as client from 'openid-client'
import { ACCOUNT, type RunningProvider, stopProviders } from '../../support/start_provider.ts'
import { clientToken, SECRET, startTokenEndpoints, userTokens } from '../../support/token_endpoints.ts'

/** The configuration a client finds; the only relaxation is http, on loopback. */
const discover = (op: RunningProvider, clientId: string, auth: client.ClientAuth) =>
  client.discovery(new URL(op.issuer), clientId, undefined, auth, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  })

describe('openid-client asks about tokens and gives them back (RFC 7662, RFC 7009)', () => {
  afterEach(stopProviders)

  it('A144 A145 A147 a resource server introspects before and after the application revokes', async () => {
    const op = await startTokenEndpoints()
    const rs = await discover(op, 'rs', client.ClientSecretPost(SECRET))
    const app = await discover(op, 'web', client.ClientSecretPost(SECRET))
    const { accessToken, refreshToken } = await userTokens(op)

    expect(await client.tokenIntrospection(rs, accessToken)).to.include({ active: true, sub: ACCOUNT })
    expect(
      await client.tokenIntrospection(rs, refreshToken, { token_type_hint: 'refresh_token' }),
    ).to.include({ active: true, client_id: 'web' })

    await client.tokenRevocation(app, accessToken, { token_type_hint: 'access_token' })
    expect(await client.tokenIntrospection(rs, accessToken)).to.deep.equal({ active: false })
    expect(await client.tokenIntrospection(rs, refreshToken)).to.include({ active: true })

    await client.tokenRevocation(app, refreshToken)
    expect(await client.tokenIntrospection(rs, refreshToken)).to.deep.equal({ active: false })
    await client.tokenRevocation(app, refreshToken)
    expect(op.serverErrors).to.deep.equal([])
  })

  it('A147 it hears of a token that is not its own (RFC 7009 §2.1)', async () => {
    const op = await startTokenEndpoints()
    const rs = await discover(op, 'rs', client.ClientSecretPost(SECRET))
    const refused: unknown = await client.tokenRevocation(rs, await clientToken(op)).catch((error) => error)

    expect(refused).to.be.instanceOf(client.ResponseBodyError)
    expect(refused).to.include({ error: 'invalid_request', status: 400 })
  })

  it('A146 it takes a JWT response, for which it checks signature and type (RFC 9701 §5)', async () => {
    const op = await startTokenEndpoints()
    const rs = await client.discovery(
      new URL(op.issuer),
      'rs',
      { introspection_signed_response_alg: 'RS256' },
      client.ClientSecretPost(SECRET),
      { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
    )
    const { accessToken } = await userTokens(op)
    const types: (string | null)[] = []
    rs[client.customFetch] = async (url, options) => {
      const { body, ...init } = options
      const response = await fetch(url, { ...init, ...(body === null || body === undefined ? {} : { body }) })
      if (url.endsWith('/introspection')) types.push(response.headers.get('content-type'))
      return response
    }

    expect(await client.tokenIntrospection(rs, accessToken)).to.include({ active: true, sub: ACCOUNT })
    expect(types).to.deep.equal(['application/token-introspection+jwt'])
  })
})
