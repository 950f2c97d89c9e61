import { expect } from 'chai'
import { errors } from '../../../lib/index.ts'
import type { AdapterPayload } from '../../../types/adapter.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { countingAdapter } from '../../support/counting_adapter.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import { type RunningProvider, startProvider, stopProviders } from '../../support/start_provider.ts'
import {
  clientToken,
  discoveryOf,
  introspect,
  revoke,
  startTokenEndpoints,
  userTokens,
} from '../../support/token_endpoints.ts'
import { wrapAdapter } from '../../support/wrap_adapter.ts'

async function startWithRows(configuration: Configuration = {}) {
  const rows = new Map<string, AdapterPayload>()
  const op = await startTokenEndpoints({ adapter: mapAdapter(rows), ...configuration })
  const change = (key: string, members: AdapterPayload) => rows.set(key, { ...rows.get(key), ...members })
  const models = () => [...rows.keys()].map((key) => key.slice(0, key.indexOf(':')))
  return { op, rows, change, models }
}

const isActive = async (op: RunningProvider, token: unknown) => (await introspect(op, token)).body['active']

describe('token revocation (RFC 7009)', () => {
  afterEach(stopProviders)

  describe('A147 A149 what a refresh token takes along (§2.1)', () => {
    it('A147 A149 its grant, and every row that was issued under it', async () => {
      const { op, models } = await startWithRows()
      const { refreshToken } = await userTokens(op)
      expect(models()).to.include.members(['Grant', 'RefreshToken', 'AccessToken'])

      expect((await revoke(op, refreshToken)).status).to.equal(200)

      expect(models()).to.deep.equal(['Session'])
    })

    for (const [title, keeps] of [
      ['false', () => false],
      ['a promise of false', async () => false],
    ] as const) {
      it(`A147 A149 F182 where revokeGrantPolicy returns ${title} the grant stays, and the tokens go`, async () => {
        const { op, models } = await startWithRows({ revokeGrantPolicy: keeps })
        const { accessToken, refreshToken, agent } = await userTokens(op)
        await revoke(op, refreshToken)

        expect(models().sort()).to.deep.equal(['Grant', 'Session'])
        expect(await isActive(op, accessToken)).to.equal(false)
        const again = await agent.get(
          op.authorizationUrl({ code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }),
        )
        expect(again.headers.get('location')).to.include('code=')
      })
    }

    it('A149 F182 revokeGrantPolicy is given the request, with client and token', async () => {
      const asked: unknown[] = []
      const op = await startTokenEndpoints({
        revokeGrantPolicy: (ctx) => {
          asked.push([ctx.oidc.route, ctx.oidc.client?.clientId, ctx.oidc.entities.RefreshToken?.jti])
          return true
        },
      })
      const { accessToken, refreshToken } = await userTokens(op)
      await revoke(op, accessToken)
      expect(asked).to.deep.equal([])

      await revoke(op, refreshToken)

      expect(asked).to.deep.equal([['revocation', 'web', refreshToken]])
    })

    it('A149 the default of the document, pasted, revokes the grant', async () => {
      function revokeGrantPolicy() {
        return true
      }
      const { op, models } = await startWithRows({ revokeGrantPolicy })
      const { refreshToken } = await userTokens(op)
      await revoke(op, refreshToken)

      expect(models()).not.to.include('Grant')
    })

    it('F023 A182 grant.revoked tells the request and the grant before its tokens go', async () => {
      const { op, rows } = await startWithRows()
      const { refreshToken } = await userTokens(op)
      const grantId = rows.get(`RefreshToken:${refreshToken}`)?.grantId
      const told: unknown[] = []
      op.provider.on('grant.revoked', (ctx, id) =>
        told.push([ctx.oidc.route, id, rows.has(`RefreshToken:${refreshToken}`)]),
      )
      await revoke(op, refreshToken)

      expect(told).to.deep.equal([['revocation', grantId, true]])
    })

    it('A182 where the adapter cannot revoke by grant the token goes all the same, and listeners do the rest', async () => {
      const rows = new Map<string, AdapterPayload>()
      const adapter = wrapAdapter(mapAdapter(rows), async ({ name }, run) => {
        if (name.endsWith('.revokeByGrantId')) return JSON.parse('null')
        return await run()
      })
      for (const keeps of [true, false]) {
        const op = await startTokenEndpoints({ adapter, revokeGrantPolicy: () => !keeps })
        const { accessToken, refreshToken } = await userTokens(op)
        op.provider.on('grant.revoked', (_ctx, grantId) => {
          for (const [key, { grantId: of }] of rows) if (of === grantId) rows.delete(key)
        })
        await revoke(op, refreshToken)

        expect(rows.has(`RefreshToken:${refreshToken}`)).to.equal(false)
        expect(await isActive(op, accessToken)).to.equal(false)
      }
    })

    it('A147 a refresh token that names no grant goes alone', async () => {
      const op = await startTokenEndpoints()
      const client = await op.provider.Client.find('web')
      const value = await new op.provider.RefreshToken({ accountId: 'alice', client, scope: 'openid' }).save()
      let told = 0
      op.provider.on('grant.revoked', () => {
        told += 1
      })

      expect((await revoke(op, value)).status).to.equal(200)

      expect(told).to.equal(0)

      expect(await op.provider.RefreshToken.find(value)).to.equal(undefined)
    })

    it('grants of others, and other grants of the same account, stay', async () => {
      const op = await startTokenEndpoints()
      const [one, other] = [await userTokens(op), await userTokens(op)]
      await revoke(op, one.refreshToken)

      expect(await isActive(op, other.accessToken)).to.equal(true)
      expect((await op.refresh(other.refreshToken)).status).to.equal(200)
    })
  })

  describe('A147 what else is revoked', () => {
    it('A147 an access token alone: neither grant nor refresh token go, and nothing is told of a grant', async () => {
      const { op, models } = await startWithRows()
      const { accessToken } = await userTokens(op)
      let told = 0
      op.provider.on('grant.revoked', () => {
        told += 1
      })
      await revoke(op, accessToken)

      expect(models().sort()).to.deep.equal(['AuthorizationCode', 'Grant', 'RefreshToken', 'Session'])
      expect(told).to.equal(0)
    })

    it('A147 a token of a client itself', async () => {
      const op = await startTokenEndpoints()
      const token = await clientToken(op)
      await revoke(op, token)

      expect(await isActive(op, token)).to.equal(false)
    })

    for (const [event, kind] of [
      ['access_token.destroyed', 'access'],
      ['refresh_token.destroyed', 'refresh'],
      ['client_credentials.destroyed', 'client'],
    ] as const) {
      it(`F069 ${event} is told`, async () => {
        const op = await startTokenEndpoints()
        const { accessToken, refreshToken } = await userTokens(op)
        const token = { access: accessToken, refresh: refreshToken, client: await clientToken(op) }[kind]
        const told: unknown[] = []
        op.provider.on(event, ({ jti }: { jti: string }) => told.push(jti))
        await revoke(op, token)

        expect(told).to.deep.equal([token])
      })
    }

    it('A147 codes and sessions are no tokens, and stay', async () => {
      const { op, rows } = await startWithRows()
      const { code, verifier } = await op.authorize()
      const before = [...rows.keys()]
      for (const key of before) await revoke(op, key.slice(key.indexOf(':') + 1))

      expect([...rows.keys()]).to.deep.equal(before)
      expect((await op.exchange(code, verifier)).status).to.equal(200)
    })
  })

  describe('features.revocation.allowedPolicy (§2.1)', () => {
    type Policy = NonNullable<
      NonNullable<NonNullable<Configuration['features']>['revocation']>['allowedPolicy']
    >
    const start = (allowedPolicy: Policy) =>
      startTokenEndpoints({ features: { revocation: { enabled: true, allowedPolicy } } })

    it("F140 A147 the default refuses others' tokens with invalid_request", async () => {
      const op = await startTokenEndpoints()
      const { accessToken } = await userTokens(op)
      const told = op.nextError('revocation.error')

      const { status, body } = await revoke(op, accessToken, {}, 'rs')

      expect(status).to.equal(400)
      expect(body).to.deep.equal({
        error: 'invalid_request',
        error_description: 'client is not authorized to revoke the presented token',
      })
      expect(await told).to.include({ error: 'invalid_request' })
      expect(await isActive(op, accessToken)).to.equal(true)
    })

    for (const [title, policy, status] of [
      ['true', () => true, 200],
      ['a promise of true', async () => true, 200],
      ['false', () => false, 400],
      ['a promise of false', async () => false, 400],
      ['nothing', () => JSON.parse('null'), 400],
    ] as const) {
      it(`F140 one that returns ${title} decides, also about others' tokens`, async () => {
        const op = await start(policy)
        const { refreshToken } = await userTokens(op)

        expect((await revoke(op, refreshToken, {}, 'rs')).status).to.equal(status)
        expect(await isActive(op, refreshToken)).to.equal(status !== 200)
      })
    }

    it("F140 one that returns true gives others' tokens of a client itself back, too", async () => {
      const op = await start(() => true)
      const token = await clientToken(op)

      expect((await revoke(op, token, {}, 'rs')).status).to.equal(200)
      expect(await isActive(op, token)).to.equal(false)
    })

    for (const kind of ['AccessToken', 'RefreshToken', 'ClientCredentials'] as const) {
      it(`F140 it is asked about an expired ${kind}, too, which still says what was issued with it`, async () => {
        const asked: unknown[] = []
        const { op, change } = await startWithRows({
          features: {
            revocation: {
              enabled: true,
              allowedPolicy: (_ctx, _client, token) => {
                asked.push([token.kind, token.isExpired])
                return false
              },
            },
          },
        })
        const { accessToken, refreshToken } = await userTokens(op)
        const tokens = {
          AccessToken: accessToken,
          RefreshToken: refreshToken,
          ClientCredentials: await clientToken(op),
        }
        change(`${kind}:${tokens[kind]}`, { exp: 1 })

        expect((await revoke(op, tokens[kind])).status).to.equal(400)
        expect(asked).to.deep.equal([[kind, true]])
      })
    }

    it('F140 one may refuse in its own words', async () => {
      const op = await start((_ctx, client, token) => {
        if (token.clientId === client.clientId) return true
        throw new errors.AccessDenied('not yours')
      })
      const { accessToken } = await userTokens(op)

      const { status, body } = await revoke(op, accessToken, {}, 'rs')

      expect(status).to.equal(400)
      expect(body).to.deep.equal({ error: 'access_denied', error_description: 'not yours' })
      expect((await revoke(op, accessToken)).status).to.equal(200)
    })

    it('F140 it is given the request, the client and the token, and not asked about unknown ones', async () => {
      const asked: unknown[] = []
      const op = await start((ctx, client, token) => {
        asked.push([ctx.oidc.route, ctx.oidc.client === client, client.clientId, token.kind, token.jti])
        return true
      })
      const { refreshToken } = await userTokens(op)
      await revoke(op, 'unknown')
      await revoke(op, refreshToken)

      expect(asked).to.deep.equal([['revocation', true, 'web', 'RefreshToken', refreshToken]])
    })

    it('F140 one that throws is 503: the token is still there (§2.2.1)', async () => {
      const op = await start(async () => {
        throw new Error('no database')
      })
      const { accessToken } = await userTokens(op)

      const { status, headers, body } = await revoke(op, accessToken)

      expect(status).to.equal(503)
      expect(headers.get('retry-after')).to.equal('5')
      expect(body['error']).to.equal('temporarily_unavailable')
      expect(op.serverErrors.map(String)).to.deep.equal(['Error: no database'])
      expect(await isActive(op, accessToken)).to.equal(true)
    })

    it('F140 one that is no function is refused when the provider is constructed', async () => {
      const failed = await start(JSON.parse('"own"')).catch((error: Error) => error.message)

      expect(failed).to.equal('features.revocation.allowedPolicy must be a function')
    })
  })

  describe('A148 token_type_hint (§2.1)', () => {
    for (const hint of [
      'access_token',
      'refresh_token',
      'urn:ietf:params:oauth:token-type:access_token',
      'urn:ietf:params:oauth:token-type:refresh_token',
      'something else',
    ]) {
      it(`A148 ${hint} keeps nothing from being revoked`, async () => {
        const op = await startTokenEndpoints()
        const { accessToken, refreshToken } = await userTokens(op)

        for (const token of [accessToken, await clientToken(op), refreshToken]) {
          expect((await revoke(op, token, { token_type_hint: hint })).status).to.equal(200)
          expect(await isActive(op, token)).to.equal(false)
        }
      })
    }

    it('A148 the right one saves the other look-ups', async () => {
      const storage = countingAdapter(mapAdapter())
      const op = await startTokenEndpoints({ adapter: storage.adapter })
      const { accessToken, refreshToken } = await userTokens(op)
      storage.reset()
      await revoke(op, accessToken, { token_type_hint: 'urn:ietf:params:oauth:token-type:access_token' })
      await revoke(op, refreshToken, { token_type_hint: 'refresh_token' })
      const finds = storage.calls.map(({ name }) => name).filter((name) => name.endsWith('.find'))

      expect(finds).to.deep.equal(['AccessToken.find', 'ClientCredentials.find', 'RefreshToken.find'])
    })
  })

  describe('rows that are damaged in storage are removed: never 200 while the row is alive', () => {
    for (const [title, make] of [
      ['an adapter that commits', mapAdapter],
      ['an adapter without commit()', legacyAdapter],
    ] as const) {
      for (const [kind, member, value] of [
        ['AccessToken', 'scope', ['openid']],
        ['AccessToken', 'clientId', 7],
        ['RefreshToken', 'scope', 7],
        ['RefreshToken', 'clientId', { id: 'web' }],
        ['RefreshToken', 'grantId', 7],
        ['ClientCredentials', 'scope', 7],
      ] as const) {
        it(`a ${kind} without a usable ${member}, ${title}`, async () => {
          const rows = new Map<string, AdapterPayload>()
          const op = await startTokenEndpoints({ adapter: make(rows) })
          const { accessToken, refreshToken } = await userTokens(op)
          const tokens = {
            AccessToken: accessToken,
            RefreshToken: refreshToken,
            ClientCredentials: await clientToken(op),
          }
          const token = tokens[kind]
          const key = `${kind}:${token}`
          rows.set(key, { ...rows.get(key), [member]: value })

          expect((await revoke(op, token)).status).to.equal(200)

          expect(rows.has(key)).to.equal(false)
          expect(op.serverErrors.map(String)).to.deep.equal([
            `MalformedEntry: storage returned a malformed ${kind}`,
          ])
        })
      }
    }

    it('a refresh token whose grant can still be read takes that along', async () => {
      const { op, change, models } = await startWithRows()
      const { refreshToken } = await userTokens(op)
      change(`RefreshToken:${refreshToken}`, { amr: JSON.parse('7') })
      await revoke(op, refreshToken)

      expect(models()).to.deep.equal(['Session'])
    })

    it('an access token goes alone, also where its grant can be read', async () => {
      const { op, change, models } = await startWithRows()
      const { accessToken } = await userTokens(op)
      change(`AccessToken:${accessToken}`, { scope: JSON.parse('7') })
      await revoke(op, accessToken)

      expect(models().sort()).to.deep.equal(['AuthorizationCode', 'Grant', 'RefreshToken', 'Session'])
    })

    it('a refresh token whose owner cannot be read takes nothing along', async () => {
      const { op, change, models } = await startWithRows()
      const { refreshToken } = await userTokens(op)
      change(`RefreshToken:${refreshToken}`, { clientId: JSON.parse('7') })
      await revoke(op, refreshToken, {}, 'rs')

      expect(models().sort()).to.deep.equal(['AccessToken', 'AuthorizationCode', 'Grant', 'Session'])
    })

    it("somebody else's is refused like any other", async () => {
      const { op, rows, change } = await startWithRows()
      const { refreshToken } = await userTokens(op)
      change(`RefreshToken:${refreshToken}`, { amr: JSON.parse('7') })

      const { status, body } = await revoke(op, refreshToken, {}, 'rs')

      expect(status).to.equal(400)
      expect(body['error']).to.equal('invalid_request')
      expect(rows.has(`RefreshToken:${refreshToken}`)).to.equal(true)
    })

    it('what is no entry at all is 503', async () => {
      const { op, change } = await startWithRows()
      const { accessToken } = await userTokens(op)
      change(`AccessToken:${accessToken}`, { jti: JSON.parse('7') })

      expect((await revoke(op, accessToken)).status).to.equal(503)
    })
  })

  describe('the endpoint', () => {
    it('F243 A198 is POST /token/revocation, or what routes.revocation says, and off by default', async () => {
      const op = await startTokenEndpoints()
      const moved = await startTokenEndpoints({ routes: { revocation: '/end' } })
      const without = await startProvider()

      expect(new URL(op.provider.urlFor('revocation')).pathname).to.match(/\/token\/revocation$/)
      expect(new URL(moved.provider.urlFor('revocation')).pathname).to.match(/\/end$/)
      expect((await revoke(moved, 'unknown')).status).to.equal(200)
      expect((await without.agent().post('/token/revocation', { token: 'x' })).status).to.equal(404)
    })

    it('A036 answers are not to be stored (RFC 6749 §5.1)', async () => {
      const op = await startTokenEndpoints()
      const { accessToken } = await userTokens(op)

      for (const { headers } of [await revoke(op, accessToken, {}, 'rs'), await revoke(op, accessToken)])
        expect(headers.get('cache-control')).to.equal('no-store')
    })

    it('A032 F256 browsers may use it as clientBasedCORS says, about the client that revokes', async () => {
      const op = await startTokenEndpoints({
        clientBasedCORS: (_ctx, origin, client) =>
          origin === 'https://rp.example.com' && client.clientId === 'web',
      })
      const { accessToken } = await userTokens(op)
      const send = (origin: string) =>
        op.post(
          'revocation',
          { client_id: 'web', client_secret: op.client.client_secret ?? '', token: accessToken },
          { origin },
        )
      const preflight = await op.agent().request(op.provider.urlFor('revocation'), {
        method: 'OPTIONS',
        headers: { origin: 'https://rp.example.com', 'access-control-request-method': 'POST' },
      })
      const refused = await send('https://evil.example.com')
      expect(await isActive(op, accessToken)).to.equal(true)
      const allowed = await send('https://rp.example.com')

      expect(preflight.status).to.equal(204)
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).to.deep.equal([400, null])
      expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).to.deep.equal([
        200,
        'https://rp.example.com',
      ])
    })

    it('F050 F331 the listener of the document for errors of client authentication hears revocation.error', async () => {
      const op = await startTokenEndpoints()
      const seen: unknown[] = []
      op.provider.on('revocation.error', ({ headers: { authorization }, oidc: { body, client } }, err) => {
        if (err.statusCode === 401 && err.message === 'invalid_client')
          seen.push([authorization, body?.['token'], client?.clientId])
      })
      const { headers } = await op.post(
        'revocation',
        { token: 'x' },
        { authorization: `Basic ${btoa('web:wrong')}` },
      )

      expect(seen).to.deep.equal([[`Basic ${btoa('web:wrong')}`, 'x', 'web']])
      expect(headers.get('www-authenticate')).to.equal(`Basic realm="${op.issuer}"`)
    })

    it('F140 discovery names it, and how clients authenticate there (RFC 8414 §2)', async () => {
      const op = await startTokenEndpoints()
      const document = await discoveryOf(op)

      expect(document['revocation_endpoint']).to.equal(op.provider.urlFor('revocation'))
      for (const member of ['auth_methods_supported', 'auth_signing_alg_values_supported'])
        expect(document[`revocation_endpoint_${member}`]).to.deep.equal(document[`token_endpoint_${member}`])
    })

    it('without client_secret_jwt and private_key_jwt discovery names no algorithms for them', async () => {
      const op = await startTokenEndpoints({ clientAuthMethods: ['client_secret_post', 'none'] })
      const document = await discoveryOf(op)

      expect(document['revocation_endpoint_auth_methods_supported']).to.deep.equal([
        'client_secret_post',
        'none',
      ])
      expect(
        Object.keys(document).filter((name) => name.endsWith('endpoint_auth_signing_alg_values_supported')),
      ).to.be.empty
    })
  })
})
