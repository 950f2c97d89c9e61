import { expect } from 'chai'
import type { AdapterPayload } from '../../../types/adapter.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'
import { wrapAdapter } from '../../support/wrap_adapter.ts'

const CARRIERS = ['header', 'body', 'query'] as const
type Carrier = (typeof CARRIERS)[number]

/** Asks for claims with a fresh access token, sent in these ways. */
async function ask(carriers: readonly Carrier[], configuration: Configuration = {}) {
  const op = await startProvider(configuration)
  const { body } = await op.login()
  const token = String(body['access_token'])
  const url = op.provider.urlFor('userinfo') + (carriers.includes('query') ? `?access_token=${token}` : '')
  const headers: Record<string, string> = carriers.includes('header')
    ? { authorization: `Bearer ${token}` }
    : {}
  const agent = op.agent()
  const response = carriers.includes('body')
    ? await agent.post(url, { access_token: token }, headers)
    : await agent.get(url, headers)
  const text = await response.text()
  const answer: unknown = text === '' ? '' : JSON.parse(text)
  return { status: response.status, challenge: response.headers.get('www-authenticate'), answer, op }
}

describe('A141 how an access token gets to the userinfo endpoint (RFC 6750 §2)', () => {
  afterEach(stopProviders)

  for (const carrier of ['header', 'body'] as const) {
    it(`A141 is accepted in the ${carrier}`, async () => {
      const { status, answer } = await ask([carrier])

      expect(status).to.equal(200)
      expect(answer).to.deep.equal({ sub: 'alice' })
    })
  }

  it('F151 A141 is refused in the query by default (§2.3)', async () => {
    const { status, answer } = await ask(['query'])

    expect(status).to.equal(400)
    expect(answer).to.include({ error: 'invalid_request' })
  })

  it('F151 A141 is accepted in the query where acceptQueryParamAccessTokens says so', async () => {
    const { status, answer } = await ask(['query'], { acceptQueryParamAccessTokens: true })

    expect(status).to.equal(200)
    expect(answer).to.deep.equal({ sub: 'alice' })
  })

  for (const carriers of [
    ['header', 'body'],
    ['header', 'query'],
    ['body', 'query'],
    ['header', 'body', 'query'],
  ] as const) {
    it(`A141 must come once: in ${carriers.join(' and ')} is invalid_request (§2)`, async () => {
      const { status, answer } = await ask(carriers, { acceptQueryParamAccessTokens: true })

      expect(status).to.equal(400)
      expect(answer).to.include({ error: 'invalid_request' })
    })
  }

  it('A141 without one the answer is 401 with a bare challenge (§3.1)', async () => {
    const { status, challenge, answer, op } = await ask([])

    expect(status).to.equal(401)
    expect(challenge).to.equal(`Bearer realm="${op.issuer}"`)
    expect(answer).to.equal('')
  })
})

describe('a failure of the host at the userinfo endpoint (RFC 6750 §3)', () => {
  afterEach(stopProviders)

  it('says nothing about the access token', async () => {
    const known = { isThere: true }
    const op = await startProvider({
      findAccount: (_ctx, accountId) => {
        if (!known.isThere) throw new Error('no database')
        return { accountId, claims: () => ({ sub: accountId }) }
      },
    })
    const { body: tokens } = await op.login()
    known.isThere = false
    const { status, headers, body } = await op.userinfo(tokens['access_token'])

    expect({ status, error: body['error'] }).to.deep.equal({ status: 500, error: 'server_error' })
    expect(headers.get('www-authenticate')).to.equal(null)
  })
})

describe('an access token that is not known (RFC 6750 §3)', () => {
  afterEach(stopProviders)

  it('is answered with what is wrong, in the challenge, too', async () => {
    const op = await startProvider()
    const { status, headers, body } = await op.userinfo('unknown')

    expect(status).to.equal(401)
    expect(body).to.deep.equal({ error: 'invalid_token', error_description: 'invalid token provided' })
    expect(headers.get('www-authenticate')).to.equal(
      `Bearer realm="${op.issuer}", error="invalid_token", error_description="invalid token provided"`,
    )
  })
})

describe('an account that is gone (OpenID Connect Core 1.0 §5.3.3)', () => {
  afterEach(stopProviders)

  for (const gone of [undefined, null]) {
    it(`opens nothing where findAccount answers ${gone}`, async () => {
      const known = { isThere: true }
      const op = await startProvider({
        findAccount: (_ctx, accountId) =>
          known.isThere ? { accountId, claims: () => ({ sub: accountId }) } : Object({ gone }).gone,
      })
      const { body: tokens } = await op.login()
      known.isThere = false
      const failed = op.nextError('userinfo.error')
      const { status, body } = await op.userinfo(tokens['access_token'])

      expect({ status, error: body['error'] }).to.deep.equal({ status: 401, error: 'invalid_token' })
      expect((await failed).error_detail).to.equal('associated account not found')
      expect(op.serverErrors).to.deep.equal([])
    })
  }
})

describe('an access token of a client that is stored', () => {
  afterEach(stopProviders)

  async function startStored() {
    const rows = new Map<string, AdapterPayload>()
    const storage = { isOut: false }
    const adapter = wrapAdapter(mapAdapter(rows), async ({ name }, run) => {
      if (storage.isOut && name === 'Client.find') throw new Error('no answer')
      return run()
    })
    const op = await startProvider({ adapter })
    rows.set('Client:stored', { ...WEB_CLIENT, client_id: 'stored' })
    const { code, verifier } = await op.authorize({ client_id: 'stored' })
    const { body } = await op.exchange(code, verifier, { client_id: 'stored' })
    return { op, rows, storage, ask: () => op.userinfo(body['access_token']) }
  }

  it('opens nothing once that is not valid any more, and the host hears why (OpenID Connect Core 1.0 §5.3.3)', async () => {
    const { op, rows, ask } = await startStored()

    expect((await ask()).status).to.equal(200)
    rows.set('Client:stored', { ...rows.get('Client:stored'), contacts: ['nobody'] })
    const failed = op.nextError('userinfo.error')
    const { status, body } = await ask()
    expect([status, body['error'], op.serverErrors]).to.deep.equal([401, 'invalid_token', []])
    expect((await failed).error_detail).to.include('client "stored" is not valid: contacts')
  })

  it('is not called invalid where storage does not tell of that (RFC 6750 §3.1)', async () => {
    const { op, storage, ask } = await startStored()
    storage.isOut = true

    const { status, body } = await ask()
    expect([status, body['error'], op.serverErrors.length]).to.deep.equal([500, 'server_error', 1])
  })
})

describe('an access token of nobody', () => {
  afterEach(stopProviders)

  it('opens nothing, and no account is asked for (OpenID Connect Core 1.0 §5.3.3)', async () => {
    let asked = 0
    const findAccount: Configuration['findAccount'] = (_ctx, accountId) => {
      asked += 1
      return { accountId, claims: () => ({ sub: accountId }) }
    }
    const op = await startProvider({ findAccount })
    const grant = new op.provider.Grant({ accountId: 'alice', clientId: 'web' })
    grant.addOIDCScope('openid')
    const grantId = await grant.save()
    const value = await new op.provider.AccessToken({ clientId: 'web', grantId, scope: 'openid' }).save()
    const failed = op.nextError('userinfo.error')

    const { status, body } = await op.userinfo(value)

    expect([status, body['error'], asked]).to.deep.equal([401, 'invalid_token', 0])
    expect((await failed).reason).to.equal('grant.of_another_account')
  })
})

describe('A143 bound access tokens at the userinfo endpoint', () => {
  afterEach(stopProviders)

  for (const [member, specification] of [
    ['jkt', 'RFC 9449 §7.1'],
    ['x5t#S256', 'RFC 8705 §3'],
  ] as const) {
    for (const scheme of ['Bearer', 'DPoP']) {
      it(`A143 one that is bound by ${member} opens nothing by ${scheme} while nobody can prove the key (${specification})`, async () => {
        const entries = new Map<string, AdapterPayload>()
        const op = await startProvider({ adapter: mapAdapter(entries) })
        const { body } = await op.login()
        const token = String(body['access_token'])
        const key = `AccessToken:${token}`
        entries.set(key, { ...entries.get(key), [member]: 'a'.repeat(43) })
        const response = await op
          .agent()
          .get(op.provider.urlFor('userinfo'), { authorization: `${scheme} ${token}`, dpop: 'a.b.c' })

        expect(response.status).to.equal(401)
        expect(await response.json()).to.include({ error: 'invalid_token' })
      })
    }
  }
})
