import { createHash } from 'node:crypto'
import { expect } from 'chai'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { ClientCredentials } from '../../../types/features/client_credentials.ts'
import type { AccessToken, Client, RefreshToken } from '../../../types/models.ts'
import { ACCOUNT, stopProviders } from '../../support/start_provider.ts'
import {
  APPLICATION,
  clientToken,
  introspect,
  RESOURCE_SERVER,
  startTokenEndpoints,
  userTokens,
} from '../../support/token_endpoints.ts'

type Policy = NonNullable<
  NonNullable<NonNullable<Configuration['features']>['introspection']>['allowedPolicy']
>

const INACTIVE = { active: false }

const start = (allowedPolicy: Policy) =>
  startTokenEndpoints({ features: { introspection: { enabled: true, allowedPolicy } } })

describe('features.introspection.allowedPolicy (RFC 7662 §4)', () => {
  afterEach(stopProviders)

  it('A144 A193 F103 the default lets public clients ask about their own tokens only, others about all', async () => {
    const op = await startTokenEndpoints()
    const { accessToken, refreshToken } = await userTokens(op)
    const own = new op.provider.ClientCredentials({
      client: await op.provider.Client.find('spa'),
      scope: 'x',
    })

    expect((await introspect(op, accessToken, {}, 'spa')).body).to.deep.equal(INACTIVE)
    expect((await introspect(op, refreshToken, {}, 'spa')).body).to.deep.equal(INACTIVE)
    expect((await introspect(op, await own.save(), {}, 'spa')).body['active']).to.equal(true)
    expect((await introspect(op, accessToken, {}, 'web')).body['active']).to.equal(true)
    expect((await introspect(op, accessToken, {}, 'rs')).body['active']).to.equal(true)
  })

  it('A193 F103 the default of the document, pasted, does the same', async () => {
    async function introspectionAllowedPolicy(
      ctx: KoaContextWithOIDC,
      client: Client,
      token: AccessToken | ClientCredentials | RefreshToken,
    ) {
      if (client.clientAuthMethod === 'none' && token.clientId !== ctx.oidc.client?.clientId) {
        return false
      }
      return true
    }
    const op = await start(introspectionAllowedPolicy)
    const { accessToken } = await userTokens(op)

    expect((await introspect(op, accessToken, {}, 'spa')).body).to.deep.equal(INACTIVE)
    expect((await introspect(op, accessToken, {}, 'rs')).body['active']).to.equal(true)
  })

  for (const [title, answer] of [
    ['false', () => false],
    ['a promise of false', async () => false],
    ['nothing', () => JSON.parse('null')],
  ] as const) {
    it(`A144 F103 one that returns ${title} makes every token inactive`, async () => {
      const op = await start(answer)
      const { accessToken } = await userTokens(op)

      expect((await introspect(op, accessToken)).body).to.deep.equal(INACTIVE)
    })
  }

  it('A144 F103 it is given the request, the client that asks and the token, once, with everything loaded', async () => {
    const seen: unknown[] = []
    const op = await start((ctx, client, token) => {
      const { Client: asking, AccessToken: entity, Grant: grant } = ctx.oidc.entities
      seen.push({
        route: ctx.oidc.route,
        client: client.clientId,
        same: asking === client && entity === token,
        kind: token.kind,
        tokenClient: token.client?.clientId,
        grant: grant?.accountId,
      })
      return true
    })
    const { accessToken } = await userTokens(op)
    await introspect(op, accessToken)

    expect(seen).to.deep.equal([
      {
        route: 'introspection',
        client: 'rs',
        same: true,
        kind: 'AccessToken',
        tokenClient: 'web',
        grant: ACCOUNT,
      },
    ])
  })

  it('A144 F103 it is not asked about tokens that are not active', async () => {
    let asked = 0
    const op = await start(() => {
      asked += 1
      return true
    })
    const { accessToken } = await userTokens(op)
    await (await op.provider.AccessToken.find(accessToken))?.destroy()
    await introspect(op, accessToken)
    await introspect(op, 'unknown')

    expect(asked).to.equal(0)
  })

  it('F103 one that throws is a server_error, and tells nothing about the token', async () => {
    const op = await start(async () => {
      throw new Error('no database')
    })
    const { accessToken } = await userTokens(op)

    const { status, body } = await introspect(op, accessToken)

    expect(status).to.equal(500)
    expect(body).to.deep.equal({ error: 'server_error', error_description: 'oops! something went wrong' })
    expect(op.serverErrors.map(String)).to.deep.equal(['Error: no database'])
  })

  it('F103 one that is no function is refused when the provider is constructed', async () => {
    const failed = await start(JSON.parse('"all"')).catch((error: Error) => error.message)

    expect(failed).to.equal('features.introspection.allowedPolicy must be a function')
  })
})

describe('subjects that introspection tells (OpenID Connect Core 1.0 §8.1, RFC 7662 §5)', () => {
  afterEach(stopProviders)
  const pairwise = (client: ClientMetadata, host: string): ClientMetadata => ({
    ...client,
    subject_type: 'pairwise',
    ...(client.redirect_uris?.length === 0 ? {} : { redirect_uris: [`https://${host}/cb`] }),
  })
  const startWith = (application: ClientMetadata, asking: ClientMetadata) =>
    startTokenEndpoints({
      clients: [application, asking],
      subjectTypes: ['public', 'pairwise'],
      pairwiseIdentifier: async (_ctx, accountId, client) =>
        createHash('sha256').update(`${client.clientId} ${accountId}`).digest('hex'),
    })
  const as = (clientId: string) => createHash('sha256').update(`${clientId} ${ACCOUNT}`).digest('hex')
  const withRedirect: ClientMetadata = { ...RESOURCE_SERVER, redirect_uris: ['https://rs.example.com/cb'] }

  async function subject(application: ClientMetadata, asking: ClientMetadata, clientId = 'rs') {
    const op = await startWith(application, asking)
    const { accessToken } = await userTokens(op)
    const { body } = await introspect(op, accessToken, {}, clientId)
    expect(body['active']).to.equal(true)
    return body['sub']
  }

  it('A145 the account itself where neither client is pairwise', async () => {
    expect(await subject(APPLICATION, RESOURCE_SERVER)).to.equal(ACCOUNT)
  })

  it("A145 that of the token's client, if it is pairwise and asks itself", async () => {
    expect(await subject(pairwise(APPLICATION, 'rp.example.com'), RESOURCE_SERVER, 'web')).to.equal(as('web'))
  })

  it("A145 that of the token's client, if that is pairwise and a public one asks: never the account", async () => {
    expect(await subject(pairwise(APPLICATION, 'rp.example.com'), RESOURCE_SERVER)).to.equal(as('web'))
  })

  it('A145 none of tokens of a client itself, pairwise or not', async () => {
    const op = await startWith(
      pairwise(APPLICATION, 'rp.example.com'),
      pairwise(withRedirect, 'rs.example.com'),
    )
    const { body } = await introspect(op, await clientToken(op))

    expect(body['active']).to.equal(true)
    expect(body).not.to.have.property('sub')
  })

  it("A145 that of the token's client, whoever asks: a sector is a client's own word (§8.1)", async () => {
    const asking = pairwise(withRedirect, 'rs.example.com')

    expect(await subject(APPLICATION, asking)).to.equal(ACCOUNT)
    expect(await subject(pairwise(APPLICATION, 'rp.example.com'), asking)).to.equal(as('web'))
  })

  it('A060 A145 a service that is pairwise because all are needs no sector to ask (§8.1)', async () => {
    const op = await startTokenEndpoints({
      clients: [APPLICATION, RESOURCE_SERVER],
      subjectTypes: ['pairwise'],
    })
    const { accessToken } = await userTokens(op)
    const { status, body } = await introspect(op, accessToken)

    expect([status, body['active']]).to.deep.equal([200, true])
    expect(body['sub']).to.match(/^[0-9a-f]{64}$/)
  })
})
