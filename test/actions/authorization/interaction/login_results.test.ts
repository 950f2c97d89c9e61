import { expect } from 'chai'
import { memoryAdapter } from '../../../../lib/adapters/memory.ts'
import type { InteractionResults } from '../../../../types/models.ts'
import { gateAdapter } from '../../../support/gate_adapter.ts'
import { answerOf, ask, consent, startScreens } from '../../../support/screens.ts'
import { REDIRECT_URI, stopProviders } from '../../../support/start_provider.ts'

/** A result as a host without types may return it. */
const result = (login: unknown): InteractionResults => Object.assign({}, { login: Object(login) }, { login })

describe('login results (OpenID Connect Core 1.0 §3.1.2.3)', () => {
  afterEach(stopProviders)

  for (const login of [
    null,
    'alice',
    5,
    { accountId: '' },
    { accountId: 5 },
    { accountId: ['alice'] },
    { accountId: 'alice', acr: 5 },
    { accountId: 'alice', amr: 'pwd' },
    { accountId: 'alice', amr: ['pwd', 5] },
    { accountId: 'alice', amr: { every: 'pwd' } },
    { accountId: 'alice', remember: 'no' },
    { accountId: 'alice', ts: '1700000000' },
  ]) {
    it(`A106 ${JSON.stringify(login)} logs nobody in, and is an error of ours`, async () => {
      const { op } = await startScreens({}, (interaction, provider) =>
        interaction.prompt.name === 'login' ? result(login) : consent(interaction, provider),
      )
      const { answer, agent } = await op.authorize()
      const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))

      expect(answer.get('code')).to.equal(null)
      expect(session?.accountId).to.equal(undefined)
      expect(String(op.serverErrors[0])).to.match(/TypeError: interaction result login must be/)
    })
  }

  it('F284 A106 an error result ends the interaction, and tells listeners', async () => {
    const { op, seen } = await startScreens({}, () => ({ error: 'access_denied' }))
    const destroyed: unknown[] = []
    op.provider.on('interaction.destroyed', ({ uid }) => destroyed.push(uid))
    const { agent } = await op.authorize()

    expect(destroyed).to.deep.equal([seen[0]?.uid])
    expect(agent.cookies.has('_interaction_resume')).to.equal(false)
  })

  it('A106 an error result goes to the client once of two returns at the same time', async () => {
    const gate = gateAdapter(memoryAdapter())
    const { op } = await startScreens({ adapter: gate.adapter }, () => ({ error: 'access_denied' }))
    const agent = op.agent()
    const screen = (await ask(op, agent)).headers.get('location') ?? ''
    const resume = (await agent.get(screen)).headers.get('location') ?? ''
    gate.gather('Interaction.find', 2)
    const answers = await Promise.all([agent.get(resume), agent.get(resume)])

    const redirected = answers.filter(({ headers }) => headers.get('location')?.startsWith(REDIRECT_URI))
    expect(redirected.map((response) => answerOf(response).get('error'))).to.deep.equal(['access_denied'])
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([303, 400])
  })
})
