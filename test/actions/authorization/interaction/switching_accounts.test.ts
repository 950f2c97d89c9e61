import { expect } from 'chai'
import { memoryAdapter } from '../../../../lib/adapters/memory.ts'
import type { AdapterFactory } from '../../../../types/adapter.ts'
import { legacyAdapter } from '../../../support/legacy_adapter.ts'
import { consent, type Screen, startScreens } from '../../../support/screens.ts'
import { stopProviders } from '../../../support/start_provider.ts'
import type { UserAgent } from '../../../support/user_agent.ts'

const ADAPTERS: readonly [title: string, make: () => AdapterFactory][] = [
  ['an adapter that commits', () => memoryAdapter()],
  ['an adapter without commit()', () => legacyAdapter()],
]

const sub = (jwt: unknown): unknown =>
  JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString()).sub

const sessionId = (agent: UserAgent) => String(agent.cookies.get('_session')?.value)

/** Logs in and consents on one screen, with a new grant. */
const both =
  (accountId: () => string): Screen =>
  async ({ params }, provider) => {
    const grant = new provider.Grant({ accountId: accountId(), clientId: String(params['client_id']) })
    grant.addOIDCScope(String(params['scope']))
    return { login: { accountId: accountId() }, consent: { grantId: await grant.save() } }
  }

/** The same, written as the documentation's example does: the grant there is gets extended. */
const bothExtending =
  (accountId: () => string): Screen =>
  async (interaction, provider) => {
    const { grantId, params } = interaction
    const known = grantId === undefined ? undefined : await provider.Grant.find(grantId)
    const grant =
      known ?? new provider.Grant({ accountId: accountId(), clientId: String(params['client_id']) })
    grant.addOIDCScope(String(params['scope']))
    const result = { consent: { grantId: await grant.save() } }
    return interaction.prompt.name === 'login' ? { ...result, login: { accountId: accountId() } } : result
  }

for (const [title, make] of ADAPTERS) {
  describe(`logging in as somebody else, with login and consent in one result, with ${title} (OpenID Connect Core 1.0 §3.1.2.3)`, () => {
    afterEach(stopProviders)

    for (const [what, screen] of [
      ['a new grant', both],
      ['the grant of the one before, extended', bothExtending],
    ] as const) {
      it(`A108 works with ${what}: the new account gets its own session and grant`, async () => {
        let who = 'alice'
        const { op } = await startScreens(
          { adapter: make() },
          screen(() => who),
        )
        const { agent } = await op.authorize()
        const before = await op.provider.Session.find(sessionId(agent))
        who = 'bob'

        const { code, verifier } = await op.authorize({ prompt: 'login' }, agent)

        const { body } = await op.exchange(code, verifier)
        expect(sub(body['id_token'])).to.equal('bob')
        expect(op.serverErrors).to.deep.equal([])
        const after = await op.provider.Session.find(sessionId(agent))
        expect(after?.accountId).to.equal('bob')
        expect(after?.uid).to.not.equal(before?.uid)
        expect(await op.provider.Session.find(before?.jti ?? '')).to.equal(undefined)
        const grant = await op.provider.Grant.find(after?.grantIdFor('web') ?? '')
        expect(grant?.accountId).to.equal('bob')
        expect(grant?.jti).to.not.equal(before?.grantIdFor('web'))
      })
    }

    it('A108 what the one before allowed is not taken over: the new account is asked', async () => {
      let who = 'alice'
      const asked: string[] = []
      const { op } = await startScreens({ adapter: make() }, (interaction, provider) => {
        asked.push(`${who} ${interaction.prompt.name}`)
        if (interaction.prompt.name === 'consent') return consent(interaction, provider)
        return bothExtending(() => who)(interaction, provider)
      })
      const { agent } = await op.authorize()
      who = 'bob'
      asked.length = 0

      await op.authorize({ prompt: 'login' }, agent)

      expect(asked).to.deep.equal(['bob login', 'bob consent'])
    })

    it('A108 a grant of a third account is refused', async () => {
      let who = 'alice'
      const { op } = await startScreens({ adapter: make() }, async (interaction, provider) => {
        if (who === 'alice') return both(() => who)(interaction, provider)
        const { consent: agreed } = await both(() => 'carol')(interaction, provider)
        return { login: { accountId: 'bob' }, ...(agreed === undefined ? {} : { consent: agreed }) }
      })
      const { agent } = await op.authorize()
      who = 'bob'

      const { answer } = await op.authorize({ prompt: 'login' }, agent)

      expect(answer.get('code')).to.equal(null)
      expect(answer.get('error')).to.equal('server_error')
    })
  })
}
