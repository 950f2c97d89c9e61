import { expect } from 'chai'
import { answerOf, ask, logsIn, startScreens } from '../../support/screens.ts'
import { type RunningProvider, startProvider, stopProviders } from '../../support/start_provider.ts'

const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' }

/** Ids of the grants that are revoked from now on. */
function revoked(op: RunningProvider): string[] {
  const ids: string[] = []
  op.provider.on('grant.revoked', (_ctx, grantId) => ids.push(grantId))
  return ids
}

describe('A902 grant.revoked', () => {
  afterEach(stopProviders)

  it('A902 is told once when a code is used again, and not for the times after (RFC 6749 §4.1.2)', async () => {
    const op = await startProvider()
    const ids = revoked(op)
    const { code, verifier } = await op.authorize(OFFLINE)
    const grantId = (await op.provider.AuthorizationCode.find(code))?.grantId
    await op.exchange(code, verifier)
    expect(ids).to.deep.equal([])
    for (let again = 0; again < 3; again += 1) await op.exchange(code, verifier)

    expect(ids).to.deep.equal([grantId])
  })

  it('A902 is told once when a refresh token that was replaced is used again (RFC 9700 §4.14.2)', async () => {
    const op = await startProvider({ rotateRefreshToken: true })
    const ids = revoked(op)
    const { body } = await op.login(OFFLINE)
    const grantId = (await op.provider.RefreshToken.find(String(body['refresh_token'])))?.grantId
    await op.refresh(body['refresh_token'])
    expect(ids).to.deep.equal([])
    for (let again = 0; again < 3; again += 1) await op.refresh(body['refresh_token'])

    expect(ids).to.deep.equal([grantId])
  })

  it('A902 is told once for the grant of an end-user whose session another one takes over', async () => {
    let accountId = 'alice'
    const { op } = await startScreens({}, (interaction, provider) => logsIn(accountId)(interaction, provider))
    const ids = revoked(op)
    const { agent, code } = await op.authorize()
    const grantId = (await op.provider.AuthorizationCode.find(code))?.grantId
    accountId = 'bob'
    const end = await agent.follow(await ask(op, agent, { prompt: 'login' }))

    expect(answerOf(end).get('code')).to.be.a('string')
    expect(ids).to.deep.equal([grantId])
  })

  it('F182 A902 is told once where revokeGrantPolicy keeps the grant, for what was issued under it is gone', async () => {
    const op = await startProvider({ revokeGrantPolicy: () => false })
    const ids = revoked(op)
    const { code, verifier } = await op.authorize()
    const grantId = (await op.provider.AuthorizationCode.find(code))?.grantId ?? ''
    await op.exchange(code, verifier)
    await op.exchange(code, verifier)

    expect(await op.provider.Grant.find(grantId)).not.to.equal(undefined)
    expect(ids).to.deep.equal([grantId])
  })
})
