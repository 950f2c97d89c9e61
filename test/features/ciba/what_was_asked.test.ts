import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { useFakeTimers } from 'sinon'
import type { ClientMetadata } from '../../../types/client.ts'
import type { BackchannelResultOptions } from '../../../types/features/ciba.ts'
import {
  approve,
  CALL_CENTRE,
  find,
  grantFor,
  messageOf,
  poll,
  request,
  requestId,
  startForCiba,
} from '../../support/ciba.ts'
import { startClock, stopClock } from '../../support/clock.ts'
import { type RunningProvider, stopProviders } from '../../support/start_provider.ts'

const now = () => Math.floor(Date.now() / 1000)

describe('what a backchannel request asks for (OpenID Connect Core 1.0 §5.5, CIBA Core 1.0 §7.1)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  const start = (client: Partial<ClientMetadata> = {}) =>
    startForCiba({
      acrValues: ['high', 'low', 'a', 'b', 'c'],
      clients: [{ ...CALL_CENTRE, ...client }],
      claims: { email: ['email'], profile: ['name'] },
      features: { claimsParameter: { enabled: true } },
    })

  describe('claims by name', () => {
    const CLAIMS = {
      id_token: { email: null, auth_time: null },
      userinfo: { name: null, email: { essential: true } },
    }

    /** Asks for names and e-mail addresses, and gets what a person who grants this much lets out. */
    async function released(op: RunningProvider, scope: string, claims: readonly string[]) {
      const id = await requestId(op, { scope: 'openid email', claims: JSON.stringify(CLAIMS) })
      const { accountId, clientId } = await find(op, id)
      const grant = new op.provider.Grant({ accountId, clientId })
      grant.addOIDCScope(scope)
      grant.addOIDCClaims([...claims])
      await grant.save()
      await op.provider.backchannelResult(id, grant, { authTime: now() })
      const { body } = await poll(op, id)
      const userinfo = await op.userinfo(String(body['access_token']))
      return { idToken: decodeJwt(String(body['id_token'])), userinfo: userinfo.body }
    }

    it('are held back where nobody granted them', async () => {
      const { idToken, userinfo } = await released(await start(), 'openid', [])

      expect(idToken).not.to.have.any.keys('email', 'name')
      expect(idToken).to.include.keys('auth_time')
      expect(userinfo).to.deep.equal({ sub: 'alice' })
    })

    it('are let out one by one, as they were granted', async () => {
      const { idToken, userinfo } = await released(await start(), 'openid', ['name'])

      expect(idToken).not.to.have.any.keys('email', 'name')
      expect(userinfo).to.include.keys('name').and.not.to.include.keys('email')
    })

    it('that come with being logged in need not be granted', async () => {
      const op = await start()
      const claims = JSON.stringify({ id_token: { acr: { value: 'high' }, sub: null, email: null } })
      const id = await requestId(op, { claims })
      const { accountId, clientId } = await find(op, id)
      const grant = new op.provider.Grant({ accountId, clientId })
      grant.addOIDCScope('openid')
      await grant.save()

      await op.provider.backchannelResult(id, grant, { acr: 'high' })

      expect(Object.keys((await find(op, id)).claims?.id_token ?? {})).to.have.members(['acr', 'sub'])
      expect(decodeJwt(String((await poll(op, id)).body['id_token']))).to.include({ acr: 'high' })
    })

    it('are let out with a scope that was granted', async () => {
      const { idToken, userinfo } = await released(await start(), 'openid email', [])

      expect(idToken).to.include({ email: 'alice@example.com' })
      expect(userinfo).to.include.keys('email').and.not.to.include.keys('name')
    })
  })

  describe('how the person has authenticated', () => {
    const acr = (member: object) => ({ claims: JSON.stringify({ id_token: { acr: member } }) })
    const REFUSED: readonly (readonly [
      what: string,
      params: Record<string, string>,
      options: () => BackchannelResultOptions,
      message: RegExp,
      client?: Partial<ClientMetadata>,
    ])[] = [
      [
        'less than an essential acr',
        acr({ essential: true, value: 'high' }),
        () => ({ acr: 'low' }),
        /without acr high, and it is low/,
      ],
      [
        'none where an acr is essential',
        acr({ essential: true, value: 'high' }),
        () => ({}),
        /without acr high/,
      ],
      [
        'none of the essential acrs',
        acr({ essential: true, values: ['a', 'b'] }),
        () => ({ acr: 'c' }),
        /without acr a or b/,
      ],
      [
        'longer ago than max_age',
        { max_age: '60' },
        () => ({ authTime: now() - 3600 }),
        /longer ago than the 60 seconds/,
      ],
      ['nobody knows when, with max_age', { max_age: '60' }, () => ({}), /authTime is missing/],
      [
        'longer ago than default_max_age',
        {},
        () => ({ authTime: now() - 3600 }),
        /longer ago than the 60 seconds/,
        { default_max_age: 60 },
      ],
      [
        'nobody knows when, with require_auth_time',
        {},
        () => ({}),
        /authTime is missing/,
        { require_auth_time: true },
      ],
    ]
    for (const [what, params, options, message, client] of REFUSED) {
      it(`${what} is no result, and may be told again (§5.5.1.1, §3.1.2.1)`, async () => {
        const op = await start(client)
        const id = await requestId(op, params)

        const result = op.provider.backchannelResult(id, await grantFor(op, id), options())

        expect(await messageOf(result)).to.match(message)
        expect((await poll(op, id)).body['error']).to.equal('authorization_pending')
        await approve(op, id, { acr: params['claims']?.includes('values') ? 'a' : 'high', authTime: now() })
      })
    }

    it('an acr that is voluntary may be another (§5.5.1.1)', async () => {
      const op = await start()
      const id = await requestId(op, { acr_values: 'high' })
      await approve(op, id, { acr: 'low' })
      expect(decodeJwt(String((await poll(op, id)).body['id_token']))).to.include({ acr: 'low' })
    })

    it('whoever has authenticated since they were asked did so in time, with max_age 0 as well (§3.1.2.1)', async () => {
      stopClock()
      const op = await start()
      const id = await requestId(op, { max_age: '0' })
      const { iat = 0 } = await find(op, id)
      const early = op.provider.backchannelResult(id, await grantFor(op, id), { authTime: iat - 1 })
      expect(await messageOf(early)).to.match(/longer ago than the 0 seconds/)
      const later = Date.now() + 5000
      startClock()
      useFakeTimers({ now: later, toFake: ['Date'] })
      await approve(op, id, { authTime: iat })
    })

    it('max_age is met to the second (§3.1.2.1)', async () => {
      stopClock()
      const op = await start()
      const approving = async (age: number) => {
        const id = await requestId(op, { max_age: '60' })
        return messageOf(approve(op, id, { authTime: now() - age }))
      }
      expect(await approving(60)).to.equal('it did not fail')
      expect(await approving(61)).to.match(/longer ago/)
    })
  })

  it('the sub of another person is unknown_user_id, before anybody is asked (§5.5.1)', async () => {
    const op = await start()
    const asking = (sub: string) =>
      request(op, { claims: JSON.stringify({ id_token: { sub: { value: sub } } }) })

    const { status, body } = await asking('bob')

    expect([status, body['error']]).to.deep.equal([400, 'unknown_user_id'])
    expect((await asking('alice')).status).to.equal(200)
  })
})
