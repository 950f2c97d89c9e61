import { expect } from 'chai'
import sinon from 'sinon'
import type { AdapterPayload, CommitOperation } from '../../../types/adapter.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { countingAdapter } from '../../support/counting_adapter.ts'
import { gateAdapter } from '../../support/gate_adapter.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'
import { wrapAdapter } from '../../support/wrap_adapter.ts'

const WINDOW = 10
const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' }

const at = (milliseconds: number) => {
  sinon.restore()
  sinon.useFakeTimers({ now: milliseconds, toFake: ['Date'] })
}

async function withToken(configuration: Configuration = {}) {
  const entries = new Map<string, AdapterPayload>()
  const storage = countingAdapter(mapAdapter(entries))
  const gate = gateAdapter(storage.adapter)
  const op = await startProvider({
    adapter: gate.adapter,
    rotateRefreshToken: true,
    refreshTokenReuseWindow: WINDOW,
    ...configuration,
  })
  const { body } = await op.login(OFFLINE)
  const token = String(body['refresh_token'])
  return {
    op,
    entries,
    storage,
    gate,
    token,
    accessToken: body['access_token'],
    key: `RefreshToken:${token}`,
  }
}

const operationsOf = ([list]: readonly unknown[]): Partial<CommitOperation>[] =>
  Array.isArray(list) ? list : []

describe('refreshTokenReuseWindow (RFC 9700 §4.14.2)', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  it('R4 closes when its seconds are over: the token then takes everything with it', async () => {
    const { op, token } = await withToken()
    const start = Math.floor(Date.now() / 1000) * 1000
    at(start)
    const { body: first } = await op.refresh(token)

    at(start + (WINDOW - 1) * 1000)
    const inside = await op.refresh(token)
    at(start + WINDOW * 1000)
    const outside = await op.refresh(token)

    expect(inside.body['refresh_token']).to.equal(first['refresh_token'])
    expect({ status: outside.status, error: outside.body['error'] }).to.deep.equal({
      status: 400,
      error: 'invalid_grant',
    })
    expect((await op.refresh(first['refresh_token'])).status).to.equal(400)
  })

  for (const [title, members] of [
    ['at a time that nobody can compare', { consumed: 'yes' }],
    ['without a successor', { successor: undefined }],
  ] as const) {
    it(`R4 is not open to a token that was used ${title}`, async () => {
      const { op, entries, token, key } = await withToken()
      await op.refresh(token)
      entries.set(key, { ...entries.get(key), ...members })
      const { status, body } = await op.refresh(token)

      expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error: 'invalid_grant' })
    })
  }

  it('R4 leaves the used token its own end', async () => {
    const { op, storage, token } = await withToken()
    storage.reset()
    await op.refresh(token)

    const puts = storage.calls
      .filter(({ name }) => name === 'commit')
      .flatMap(({ args }) => operationsOf(args))
      .filter(({ op, id }) => op === 'put' && id === token)
    expect(puts).to.have.lengthOf(1)
    expect(puts[0])
      .to.have.property('expiresIn')
      .that.is.within(1, 14 * 24 * 3600)
  })

  it('R4 of a repeated use writes no further refresh token, and none is announced', async () => {
    const { op, storage, token } = await withToken()
    await op.refresh(token)
    const told: string[] = []
    op.provider.on('refresh_token.saved', () => told.push('saved'))
    op.provider.on('refresh_token.consumed', () => told.push('consumed'))
    storage.reset()
    const { status } = await op.refresh(token)

    const commits = storage.calls.filter(({ name }) => name === 'commit')
    const writes = commits.flatMap(({ args }) => operationsOf(args)).filter(({ op }) => op !== 'require')
    expect(status).to.equal(200)
    expect(commits).to.have.lengthOf(1)
    expect(writes.map(({ op, model }) => `${op} ${model}`)).to.deep.equal(['insert AccessToken'])
    expect(told).to.deep.equal([])
  })

  it('R4 of uses that meet announces one rotation, and tells listeners of the token that each was answered with', async () => {
    const { op, gate, token } = await withToken()
    const told: string[] = []
    const answered: unknown[] = []
    op.provider.on('refresh_token.saved', () => told.push('saved'))
    op.provider.on('refresh_token.consumed', ({ consumed }) => told.push(`consumed ${typeof consumed}`))
    op.provider.on('grant.success', ({ oidc }) => answered.push(oidc.entities.RefreshToken?.jti))
    gate.gather('RefreshToken.find', 2)
    const answers = await Promise.all([op.refresh(token), op.refresh(token)])

    const tokens = answers.map(({ body }) => body['refresh_token'])
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200])
    expect(new Set(tokens).size).to.equal(1)
    expect(told.sort()).to.deep.equal(['consumed number', 'saved'])
    expect(answered).to.deep.equal(tokens)
  })

  it('R4 answers nothing to a repeated use whose successor is revoked while it is looked at', async () => {
    const found = { hook: () => {} }
    const { op, entries, token } = await withToken({
      findAccount: (_ctx, accountId) => {
        found.hook()
        return { accountId, claims: () => ({ sub: accountId }) }
      },
    })
    const { body: first } = await op.refresh(token)
    found.hook = () => entries.delete(`RefreshToken:${first['refresh_token']}`)
    const { status, body } = await op.refresh(token)

    expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error: 'invalid_grant' })
    expect([...entries.keys()].filter((key) => key.startsWith('AccessToken:'))).to.have.lengthOf(2)
    expect(op.serverErrors).to.deep.equal([])
  })

  it('R4 answers nothing to a use that meets another when the successor is revoked before it can join', async () => {
    const entries = new Map<string, AdapterPayload>()
    const joined = { token: '' }
    const gate = gateAdapter(mapAdapter(entries))
    // The successor is there when the loser looks for it, and gone when the loser writes.
    const adapter = wrapAdapter(gate.adapter, async ({ name, args: [id] }, run) => {
      const result = await run()
      if (name === 'RefreshToken.find' && joined.token !== '' && id !== joined.token)
        entries.delete(`RefreshToken:${id}`)
      return result
    })
    const { op, token } = await withToken({ adapter })
    joined.token = token
    gate.gather('RefreshToken.find', 2)
    const answers = await Promise.all([op.refresh(token), op.refresh(token)])

    expect(answers.map(({ status, body }) => `${status} ${body['error']}`).sort()).to.deep.equal([
      '200 undefined',
      '400 invalid_grant',
    ])
    // Joining is no replay: nothing else is taken away from the winner.
    const winner = answers.find(({ status }) => status === 200)
    expect((await op.userinfo(winner?.body['access_token'])).status).to.equal(200)
    expect(op.serverErrors).to.deep.equal([])
  })

  it('R4 lets nothing through when the token is destroyed while it is used', async () => {
    const found = { hook: async () => {} }
    const { op, token, accessToken } = await withToken({
      findAccount: async (_ctx, accountId) => {
        await found.hook()
        return { accountId, claims: () => ({ sub: accountId }) }
      },
    })
    found.hook = async () => (await op.provider.RefreshToken.find(token))?.destroy()
    const { status, body } = await op.refresh(token)
    found.hook = async () => {}

    expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error: 'invalid_grant' })
    // Whoever removed it did not use it: nothing else is taken away.
    expect((await op.userinfo(accessToken)).status).to.equal(200)
    expect(op.serverErrors).to.deep.equal([])
  })
})

describe('a race for a token (RFC 6749 §4.1.2)', () => {
  afterEach(stopProviders)

  it('T8 is lost with the reason in error_detail, and takes what the winner got', async () => {
    const gate = gateAdapter(mapAdapter())
    const op = await startProvider({ adapter: gate.adapter })
    const { code, verifier } = await op.authorize()
    const told = op.nextError('grant.error')
    gate.gather('AuthorizationCode.find', 2)
    const answers = await Promise.all([op.exchange(code, verifier), op.exchange(code, verifier)])

    const winner = answers.find(({ status }) => status === 200)
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 400])
    expect((await told).error_detail).to.equal('AuthorizationCode already consumed by a concurrent request')
    expect((await op.userinfo(winner?.body['access_token'])).status).to.equal(401)
  })

  it('A131 the refresh token that comes with a code is told to listeners', async () => {
    const op = await startProvider()
    const told: unknown[] = []
    op.provider.on('grant.success', ({ oidc: { entities } }) => told.push(entities.RefreshToken?.jti))
    const { body } = await op.login(OFFLINE)

    expect(body['refresh_token']).to.be.a('string')
    expect(told).to.deep.equal([body['refresh_token']])
  })
})

describe('a refresh token (RFC 6749 §6)', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  it('V10 that does not rotate issues nothing when it is destroyed while it is used', async () => {
    const found = { hook: async () => {} }
    const { op, token } = await withToken({
      rotateRefreshToken: false,
      findAccount: async (_ctx, accountId) => {
        await found.hook()
        return { accountId, claims: () => ({ sub: accountId }) }
      },
    })
    found.hook = async () => (await op.provider.RefreshToken.find(token))?.destroy()
    const { status, body } = await op.refresh(token)

    expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error: 'invalid_grant' })
  })

  it('R1 that has expired is refused as such, though storage still has it', async () => {
    const { op, token, entries, key } = await withToken()
    entries.set(key, { ...entries.get(key), exp: Math.floor(Date.now() / 1000) - 1 })
    const refused = op.nextError('grant.error')
    const { status } = await op.refresh(token)

    expect(status).to.equal(400)
    expect((await refused).error_detail).to.equal('refresh token is expired')
  })

  for (const refreshTokenReuseWindow of [0, WINDOW]) {
    it(`A131 that is replaced is told to listeners beside its successor, with a window of ${refreshTokenReuseWindow}`, async () => {
      const { op, token } = await withToken({ refreshTokenReuseWindow })
      const told: unknown[] = []
      op.provider.on('grant.success', ({ oidc: { entities } }) =>
        told.push([entities.RotatedRefreshToken?.jti, entities.RefreshToken?.jti]),
      )
      const { body } = await op.refresh(token)

      expect(told).to.deep.equal([[token, body['refresh_token']]])
    })
  }
})
