import { expect } from 'chai'
import { decodeJwt } from 'jose'
import type { GivenFindAccount } from '../../../types/find_account.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

const start = (claims: (id: string) => object | undefined) => {
  const findAccount: GivenFindAccount = (_ctx, accountId) => ({
    accountId,
    async claims() {
      const given = claims(accountId)
      return given === undefined ? undefined : { ...given }
    },
  })
  return startProvider({ findAccount, claims: { email: ['email'] } })
}

const SCOPE = { scope: 'openid email' }

describe('what claims() answers (OpenID Connect Core 1.0 §2, §5.3.2)', () => {
  afterEach(stopProviders)

  for (const [what, answer] of [
    ['an object without sub', {}],
    ['an object whose sub is undefined', { sub: undefined }],
    ['nothing', undefined],
  ] as const) {
    it(`${what} is about the account`, async () => {
      const op = await start(() => answer)
      const { body } = await op.login(SCOPE)
      const userinfo = await op.userinfo(body['access_token'])

      expect(decodeJwt(String(body['id_token'])).sub).to.equal('alice')
      expect(userinfo.body).to.deep.equal({ sub: 'alice' })
    })
  }

  for (const sub of ['somebody else', null, 7, '']) {
    it(`a sub of ${JSON.stringify(sub)} is refused, and told to the host`, async () => {
      const op = await start(() => ({ sub }))
      const { status, body } = await op.login(SCOPE)

      expect([status, body['error']]).to.deep.equal([500, 'server_error'])
      expect(op.serverErrors.map(String)).to.deep.equal([
        'TypeError: claims() must return the accountId of the account as sub, or no sub',
      ])
    })
  }

  for (const [what, account] of [
    ['without claims()', '{"accountId":"alice"}'],
    ['without accountId', '{"id":"alice"}'],
  ] as const) {
    it(`an account ${what} is refused, and the host is told what findAccount has to return`, async () => {
      const op = await startProvider({ findAccount: () => JSON.parse(account) })
      const { status, body } = await op.login(SCOPE)

      expect([status, body['error']]).to.deep.equal([500, 'server_error'])
      expect(op.serverErrors.map(String)).to.deep.equal([
        'TypeError: findAccount must return an account with accountId and claims(), or undefined where there is nobody',
      ])
    })
  }

  for (const found of ['false', 'true', '0', '"alice"', '[]']) {
    it(`an answer of findAccount that is ${found} gets no code, and the host is told what to return`, async () => {
      const op = await startProvider({ findAccount: () => JSON.parse(found) })
      const { answer } = await op.authorize(SCOPE)

      expect(answer.get('code')).to.equal(null)
      expect(answer.get('error')).to.equal('server_error')
      expect(op.serverErrors.map(String)).to.deep.equal([
        'TypeError: findAccount must return an account with accountId and claims(), or undefined where there is nobody',
      ])
    })
  }

  it('A137 an azp that is the client is stated in the ID Token, and nowhere else (OpenID Connect Core 1.0 §2)', async () => {
    const op = await start(() => ({ azp: 'web', email: 'alice@example.com' }))
    const { body } = await op.login(SCOPE)
    const userinfo = await op.userinfo(body['access_token'])

    expect(decodeJwt(String(body['id_token']))).to.include({ aud: 'web', azp: 'web' })
    expect(userinfo.body).not.to.have.property('azp')
  })

  for (const name of ['nonce', 'at_hash', 'c_hash', 's_hash', 'nbf']) {
    it(`A137 a ${name} of the account is not stated, not even when it names the client (OpenID Connect Core 1.0 §2)`, async () => {
      const op = await start(() => ({ [name]: 'web' }))
      const { body } = await op.login(SCOPE)

      expect(decodeJwt(String(body['id_token']))[name]).not.to.equal('web')
    })
  }

  it('A137 an azp that is another party is not stated (OpenID Connect Core 1.0 §2)', async () => {
    const op = await start(() => ({ azp: 'another' }))
    const { body } = await op.login(SCOPE)

    expect(decodeJwt(String(body['id_token']))).not.to.have.property('azp')
  })
})
