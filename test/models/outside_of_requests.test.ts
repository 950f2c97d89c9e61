import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect } from 'chai'
import type { LoadedResourceServer } from '../../types/resource_server.ts'
import { jwtPayload } from '../support/jwt_payload.ts'
import { ACCOUNT, startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

const response = () => new ServerResponse(new IncomingMessage(new Socket()))
const PAIRWISE = { ...WEB_CLIENT, subject_type: 'pairwise' } as const
const API = { scope: 'read', audience: 'urn:api', accessTokenFormat: 'jwt' } as const

describe('models outside of a request (F287, F301)', () => {
  afterEach(stopProviders)

  it('tokens without a client are stored for as long as the defaults say', async () => {
    const { provider } = await startProvider()
    for (const Model of [
      provider.AccessToken,
      provider.RefreshToken,
      provider.AuthorizationCode,
      provider.ClientCredentials,
      provider.PushedAuthorizationRequest,
    ]) {
      const found = await Model.find(await new Model({}).save())

      expect(found?.exp, Model.kind).to.be.a('number')
    }
  })

  it('a JWT for a pairwise client names the account as that client knows it (OpenID Connect Core 1.0 §8)', async () => {
    const { provider } = await startProvider({
      clients: [PAIRWISE],
      subjectTypes: ['pairwise'],
      pairwiseIdentifier: (_ctx, accountId, client) => `${accountId} for ${client.clientId}`,
    })
    const resourceServer = new provider.ResourceServer('urn:api', API)
    const value = await new provider.AccessToken({
      clientId: 'web',
      accountId: ACCOUNT,
      resourceServer,
    }).save()

    expect(jwtPayload(value)).to.include({ sub: 'alice for web', aud: 'urn:api' })
  })

  for (const [title, bound] of [
    ['a certificate (RFC 8705 §3.1)', { 'x5t#S256': 'c'.repeat(43) }],
    ['a key (RFC 9449 §6.1)', { jkt: 'k'.repeat(43) }],
    ['both', { jkt: 'k'.repeat(43), 'x5t#S256': 'c'.repeat(43) }],
  ] as const) {
    it(`a JWT that is bound to ${title} says so to its resource server, and in no other way`, async () => {
      const { provider } = await startProvider()
      const resourceServer = new provider.ResourceServer('urn:api', API)
      const token = new provider.AccessToken({ clientId: 'web', resourceServer, ...bound })

      expect(jwtPayload(await token.save())['cnf']).to.deep.equal(bound)
    })
  }

  for (const [title, pairwiseIdentifier] of [
    ['that needs the request', (ctx: { ip: string }) => ctx.ip],
    ['that returns nothing', () => undefined],
    ['that returns an empty text', async () => ''],
  ] as const) {
    it(`fails with a pairwise function ${title}, and never tells the account’s own id`, async () => {
      const { provider } = await startProvider({
        clients: [PAIRWISE],
        subjectTypes: ['pairwise'],
        ...Object({ pairwiseIdentifier }),
      })
      const resourceServer = new provider.ResourceServer('urn:api', API)
      const token = new provider.AccessToken({ clientId: 'web', accountId: ACCOUNT, resourceServer })
      const failure = await token.save().catch((error: unknown) => error)

      expect(failure).to.be.instanceOf(TypeError)
    })
  }

  it('a token is made for a resource server that the host describes, whose audience it has to name (RFC 9068 §2.2)', async () => {
    const { provider } = await startProvider()
    const token = { clientId: 'web', accountId: ACCOUNT, scope: 'read' }
    const value = await new provider.AccessToken({ ...token, resourceServer: API }).save()

    expect(jwtPayload(value)).to.include({ aud: 'urn:api', scope: 'read' })
    expect(() => new provider.AccessToken({ ...token, resourceServer: { scope: 'read' } })).to.throw(
      TypeError,
      /audience/,
    )
  })

  for (const accessTokenFormat of ['opaque', 'jwt'] as const) {
    it(`F287 a token that is given a resource server afterwards is for it alone (${accessTokenFormat}; RFC 8707 §2, RFC 6750 §5.2)`, async () => {
      const op = await startProvider()
      const { grantId } =
        (await op.provider.AccessToken.find(String((await op.login()).body['access_token']))) ?? {}
      const make = (server?: LoadedResourceServer) => {
        const token = new op.provider.AccessToken({
          clientId: 'web',
          accountId: ACCOUNT,
          scope: 'openid',
          grantId,
        })
        token.resourceServer = server
        return token
      }
      const server = new op.provider.ResourceServer('urn:api', { scope: 'openid', accessTokenFormat })
      const token = make(server)
      const own = await op.userinfo(await make().save())
      const { status } = await op.userinfo(await token.save())

      expect(token.aud).to.equal('urn:api')
      expect(token.resourceServer).to.equal(server)
      expect(own.status).to.equal(200)
      expect(status).to.equal(401)
    })
  }

  it('a session that has no grant of a client yet leads to none', async () => {
    const { provider } = await startProvider()
    const session = new provider.Session()

    expect(await provider.Grant.find(session.grantIdFor('web'))).to.equal(undefined)
    session.grantIdFor('web', await new provider.Grant({ accountId: ACCOUNT }).save())
    expect((await provider.Grant.find(session.grantIdFor('web')))?.accountId).to.equal(ACCOUNT)
  })

  it('F286 provider.Account.findAccount answers undefined for nobody, whatever the host’s function answers', async () => {
    for (const nobody of [undefined, null]) {
      const { provider } = await startProvider({ findAccount: () => nobody })
      const ctx = provider.app.createContext(new IncomingMessage(new Socket()), response())

      expect(
        await provider.Account.findAccount(Object.assign(ctx, { oidc: new provider.OIDCContext(ctx) }), 'x'),
      ).to.equal(undefined)
    }
  })

  it('F286 provider.Account is one object, and its findAccount may be replaced', async () => {
    const op = await startProvider({ claims: { email: ['email'] } })
    const { Account } = op.provider
    const before = Account.findAccount
    Account.findAccount = async (ctx, id, token) => {
      const account = await before(ctx, id, token)
      return account
        ? { ...account, claims: async () => ({ sub: id, email: 'replaced@example.com' }) }
        : undefined
    }
    const { body } = await op.login({ scope: 'openid email' })
    const answer = await op.userinfo(body['access_token'])

    expect(op.provider.Account).to.equal(Account)
    expect(answer.body).to.deep.include({ email: 'replaced@example.com' })
  })
})
