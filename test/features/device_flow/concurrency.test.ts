import { expect } from 'chai'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import {
  allow,
  askForCodes,
  type Codes,
  confirmCode,
  enterCode,
  poll,
  readScreen,
  sendForm,
  startForDevices,
} from '../../support/device.ts'
import { gateAdapter } from '../../support/gate_adapter.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'
import { type RunningProvider, stopProviders } from '../../support/start_provider.ts'

const FIFTY = Array.from({ length: 50 }, (_, n) => n)

const ADAPTERS = [
  ['an adapter that commits', () => memoryAdapter()],
  ['an adapter without commit()', () => legacyAdapter(new Map())],
] as const

for (const [title, make] of ADAPTERS) {
  describe(`device flow, many at once, with ${title} (SECURITY "What must be atomic")`, () => {
    afterEach(stopProviders)

    it('A125 A149 50 polls with an approved code: one token response, and what a replay gets (RFC 6749 §10.5)', async () => {
      const op = await startForDevices({ adapter: make(), issueRefreshToken: () => true })
      const codes = await askForCodes(op)
      await allow(op, op.agent(), codes.userCode)

      const answers = await Promise.all(FIFTY.map(() => poll(op, codes)))

      const won = answers.filter(({ status }) => status === 200)
      expect(won).to.have.length(1)
      expect(
        answers
          .filter(({ status }) => status !== 200)
          .map(({ status, body }) => `${status} ${body['error']}`),
      ).to.deep.equal(Array.from({ length: 49 }, () => '400 invalid_grant'))
      expect((await op.userinfo(won[0]?.body['access_token'])).status).to.equal(401)
      expect((await op.refresh(won[0]?.body['refresh_token'])).body['error']).to.equal('invalid_grant')
      expect(op.serverErrors).to.deep.equal([])
    })

    it('A149 where revokeGrantPolicy keeps the grant, the rest is invalid_grant all the same', async () => {
      const op = await startForDevices({ adapter: make(), revokeGrantPolicy: () => false })
      const codes = await askForCodes(op)
      await allow(op, op.agent(), codes.userCode)

      const answers = await Promise.all(FIFTY.map(() => poll(op, codes)))

      expect(answers.filter(({ status }) => status === 200)).to.have.length(1)
    })

    it('F11 50 confirmations of one user code in as many browsers: one counts', async () => {
      const op = await startForDevices({ adapter: make(), deviceFlow: { userCodeAttempts: 0 } })
      const codes = await askForCodes(op)
      const forms = await Promise.all(
        FIFTY.map(async () => {
          const agent = op.agent()
          return { agent, ...(await enterCode(op, agent, codes.userCode)) }
        }),
      )

      const answers = await Promise.all(
        forms.map(async ({ agent, xsrf }) => ({
          agent,
          response: await sendForm(op, agent, { xsrf, user_code: codes.userCode, confirm: 'yes' }),
        })),
      )

      const won = answers.filter(({ response }) => response.status === 303)
      expect(won).to.have.length(1)
      expect(answers.filter(({ response }) => response.status === 400)).to.have.length(49)
      for (const { agent, response } of won) await agent.follow(response)
      expect((await poll(op, codes)).status).to.equal(200)
      expect(op.serverErrors).to.deep.equal([])
    })

    it('F11 50 confirmations of one user code by one form: one counts', async () => {
      const op = await startForDevices({ adapter: make(), deviceFlow: { userCodeAttempts: 0 } })
      const codes = await askForCodes(op)
      const agent = op.agent()
      await allow(op, agent, (await askForCodes(op)).userCode)
      const { xsrf } = await enterCode(op, agent, codes.userCode)

      const answers = await Promise.all(
        FIFTY.map(() => readScreen(sendForm(op, agent, { xsrf, user_code: codes.userCode, confirm: 'yes' }))),
      )

      expect(answers.filter(({ text }) => text.includes('Device connected'))).to.have.length(1)
      expect(answers.filter(({ status }) => status === 400)).to.have.length(49)
      expect((await poll(op, codes)).status).to.equal(200)
      expect(op.serverErrors).to.deep.equal([])
    })

    it('F10 allowed and refused at once: one of them, for good', async () => {
      const op = await startForDevices({ adapter: make(), deviceFlow: { userCodeAttempts: 0 } })
      const agent = op.agent()
      await allow(op, agent, (await askForCodes(op)).userCode)

      for (const codes of await Promise.all(FIFTY.slice(0, 8).map(() => askForCodes(op)))) {
        await checkOneDecision(op, agent, codes)
      }
      expect(op.serverErrors).to.deep.equal([])
    })

    async function checkOneDecision(
      op: RunningProvider,
      agent: ReturnType<RunningProvider['agent']>,
      codes: Codes,
    ): Promise<void> {
      const user_code = codes.userCode
      const [yes, no] = [await enterCode(op, agent, user_code), await enterCode(op, agent, user_code)]

      const [allowed, refused] = await Promise.all([
        readScreen(sendForm(op, agent, { xsrf: yes.xsrf, user_code, confirm: 'yes' })),
        readScreen(sendForm(op, agent, { xsrf: no.xsrf, user_code, confirm: 'yes', abort: 'yes' })),
      ])

      const wasAllowed = allowed.text.includes('Device connected')
      const wasRefused = refused.text.includes('interrupted')
      expect(wasAllowed).to.not.equal(wasRefused)
      const { status, body } = await poll(op, codes)
      expect(status === 200 ? 'allowed' : body['error']).to.equal(wasAllowed ? 'allowed' : 'access_denied')
    }
  })
}

describe('device flow, while storage answers late', () => {
  afterEach(stopProviders)

  it('F10 a code that is refused elsewhere while the person is at the screens cannot be allowed any more', async () => {
    const op = await startForDevices()
    const codes = await askForCodes(op)
    const agent = op.agent()
    const started = await confirmCode(op, agent, codes.userCode)
    const code = await op.provider.DeviceCode.find(codes.deviceCode)
    if (code === undefined) throw new Error('no code')
    code.deny('access_denied', 'by an administrator')
    await code.save()

    const { status, text } = await readScreen(await agent.follow(started))

    expect(status).to.equal(400)
    expect(text).to.include('was used already')
    expect((await poll(op, codes)).body['error']).to.equal('access_denied')
  })

  it('A125 polls that all find the code approved: one token response, and the grant is revoked', async () => {
    const gate = gateAdapter(memoryAdapter())
    const op = await startForDevices({ adapter: gate.adapter })
    const codes = await askForCodes(op)
    await allow(op, op.agent(), codes.userCode)
    gate.gather('DeviceCode.find', 50)

    const answers = await Promise.all(FIFTY.map(() => poll(op, codes)))

    const [won, ...others] = answers.filter(({ status }) => status === 200)
    expect(others).to.deep.equal([])
    expect((await op.userinfo(won?.body['access_token'])).status).to.equal(401)
    expect(answers.filter(({ body }) => body['error'] === 'invalid_grant')).to.have.length(49)
  })

  it('F11 confirmations that all find the code free: one counts', async () => {
    const gate = gateAdapter(memoryAdapter())
    const op = await startForDevices({ adapter: gate.adapter, deviceFlow: { userCodeAttempts: 0 } })
    const codes = await askForCodes(op)
    const forms = await Promise.all(
      FIFTY.map(async () => {
        const agent = op.agent()
        return { agent, ...(await enterCode(op, agent, codes.userCode)) }
      }),
    )
    gate.gather('DeviceCode.findByUserCode', 50)

    const answers = await Promise.all(
      forms.map(({ agent, xsrf }) =>
        sendForm(op, agent, { xsrf, user_code: codes.userCode, confirm: 'yes' }),
      ),
    )

    expect(answers.filter(({ status }) => status === 303)).to.have.length(1)
    expect(answers.filter(({ status }) => status === 400)).to.have.length(49)
    expect(op.serverErrors).to.deep.equal([])
  })
})
