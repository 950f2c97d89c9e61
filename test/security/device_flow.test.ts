import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import {
  abort,
  allow,
  askForCodes,
  confirmCode,
  DEVICE_CODE,
  enterCode,
  openPage,
  poll,
  readScreen,
  sendForm,
  TV,
} from '../support/device.ts'
import { attack, expectRefusal } from '../support/invariants.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'
import { wrapAdapter } from '../support/wrap_adapter.ts'

const KIOSK = {
  ...TV,
  client_id: 'kiosk',
  client_secret: 'a secret with 32 characters or so',
  token_endpoint_auth_method: 'client_secret_post' as const,
}
const OTHER = { ...TV, client_id: 'other' }

const devices = (clients = [TV, OTHER, KIOSK], more: object = {}) => ({
  clients,
  features: { deviceFlow: { enabled: true, ...more } },
})

/** Answers that tell a person nothing but what every other one tells them. */
const shown = (text: string, code: string) =>
  text.replaceAll(/name="xsrf" value="[^"]*"/g, '').replaceAll(code, '')

describe('device authorization (RFC 8628)', () => {
  attack('F1', 'a client that proves nothing, or may not do this, gets no codes', async (scene) => {
    const op = await scene.start(devices([{ ...TV, grant_types: ['refresh_token'] }, KIOSK]))
    scene.begin()

    expectRefusal(await op.post('device_authorization', { client_id: 'tv' }), 400, 'unauthorized_client')
    expectRefusal(await op.post('device_authorization', { client_id: 'kiosk' }), 401, 'invalid_client')
    expectRefusal(await op.post('device_authorization', { client_id: 'nobody' }), 401, 'invalid_client')
    expectRefusal(await op.post('device_authorization', {}), 401, 'invalid_client')
  })

  attack('F2', 'a scope that is malformed, or that the client must not have, is refused', async (scene) => {
    const op = await scene.start(devices([{ ...TV, scope: 'openid' }]))
    scene.begin()
    const ask = (scope: string) => op.post('device_authorization', { client_id: 'tv', scope })

    expectRefusal(await ask('openid "'), 400, 'invalid_scope')
    expectRefusal(await ask('openid offline_access'), 400, 'invalid_scope')
  })

  attack('F2', 'a scope that nobody knows is dropped', async (scene) => {
    const op = await scene.start(devices())
    const codes = await askForCodes(op, { scope: 'openid unknown' })
    await allow(op, op.agent(), codes.userCode)

    scene.begin('consume DeviceCode', 'insert AccessToken')
    expect((await poll(op, codes)).body['scope']).to.equal('openid')
  })

  attack('F4', 'user codes have 20^8 possibilities, and no vowels', async (scene) => {
    const op = await scene.start(devices())
    scene.begin('insert ReplayDetection', 'insert DeviceCode')
    const asked = await Promise.all(Array.from({ length: 30 }, () => askForCodes(op)))
    const codes = asked.map(({ userCode }) => userCode)

    expect(new Set(codes).size).to.equal(codes.length)
    for (const code of codes) expect(code).to.match(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/)
  })

  attack('F5', 'from one browser ten wrong codes are looked at in five minutes, then none', async (scene) => {
    const op = await scene.start(devices())
    const codes = await askForCodes(op)
    const agent = op.agent()
    scene.begin('insert Session', 'put Session', 'insert ReplayDetection')
    const statuses: number[] = []
    for (let n = 0; n < 12; n += 1) {
      statuses.push((await enterCode(op, agent, `BCDF-GH${'BCDFGHJKLMNP'[n]}J`)).status)
    }
    const right = await enterCode(op, agent, codes.userCode)

    expect(statuses).to.deep.equal([...Array.from({ length: 10 }, () => 400), 429, 429])
    expect(right.status).to.equal(429)
    expect(Number(right.headers.get('retry-after'))).to.be.within(1, 300)
    expect(right.text).to.not.include('Is this your device?')
    expect(scene.calls.filter((name) => name === 'DeviceCode.findByUserCode')).to.have.length(10)
  })

  attack(
    'F5',
    'from one address ten wrong codes are looked at, however many browsers it has',
    async (scene) => {
      const op = await scene.start(devices())
      const codes = await askForCodes(op)
      scene.begin('insert Session', 'put Session', 'insert ReplayDetection')
      const entered = await Promise.all(
        Array.from({ length: 15 }, () => enterCode(op, op.agent(), 'BCDF-GHJK')),
      )
      const right = await enterCode(op, op.agent(), codes.userCode)

      expect(entered.filter(({ status }) => status === 400)).to.have.length(10)
      expect(entered.filter(({ status }) => status === 429)).to.have.length(5)
      expect(right.status).to.equal(429)
    },
  )

  attack('F5', 'wrong, expired, used and refused codes are answered alike', async (scene) => {
    const op = await scene.start(devices())
    const [used, refused, held, late] = [
      await askForCodes(op),
      await askForCodes(op),
      await askForCodes(op),
      await askForCodes(op),
    ]
    await allow(op, op.agent(), used.userCode)
    await abort(op, op.agent(), refused.userCode)
    await confirmCode(op, op.agent(), held.userCode)
    const stored = await op.provider.DeviceCode.find(late.deviceCode)
    await scene.adapter('DeviceCode').upsert(late.deviceCode, {
      ...(await scene.adapter('DeviceCode').find(late.deviceCode)),
      exp: (stored?.iat ?? 0) - 1,
    })
    scene.begin('insert Session', 'put Session', 'insert ReplayDetection')
    const codes = [used.userCode, refused.userCode, held.userCode, late.userCode, 'BCDF-GHJK', 'nonsense']
    const answers: string[] = []
    for (const code of codes) {
      const { status, text } = await enterCode(op, op.agent(), code)
      answers.push(`${status} ${shown(text, code)}`)
    }

    expect(new Set(answers).size).to.equal(1)
  })

  attack('F7', 'each state of a code has its own answer, and reading it changes nothing', async (scene) => {
    const op = await scene.start(devices())
    const [pending, denied] = [await askForCodes(op), await askForCodes(op)]
    await abort(op, op.agent(), denied.userCode)
    scene.begin()

    expectRefusal(await poll(op, pending), 400, 'authorization_pending')
    expectRefusal(await poll(op, denied), 400, 'access_denied')
    expectRefusal(await poll(op, { deviceCode: 'x'.repeat(43) }), 400, 'invalid_grant')
    expectRefusal(await poll(op, { deviceCode: 'x'.repeat(4000) }), 400, 'invalid_grant')
  })

  attack(
    'F8',
    'the device code of another client is invalid_grant, and not spent (CVE-2023-2585)',
    async (scene) => {
      const op = await scene.start(devices())
      const codes = await askForCodes(op)
      await allow(op, op.agent(), codes.userCode)

      scene.begin('consume DeviceCode', 'insert AccessToken')
      expectRefusal(await poll(op, codes, { client_id: 'other' }), 400, 'invalid_grant')

      expect((await poll(op, codes)).status).to.equal(200)
    },
  )

  attack('T20', 'a device code is no code, and other credentials are no device code', async (scene) => {
    const both = {
      ...TV,
      grant_types: [...(TV.grant_types ?? []), 'authorization_code'],
      response_types: ['code' as const],
      redirect_uris: ['https://rp.example.com/cb'],
    }
    const op = await scene.start({ ...devices([both]), issueRefreshToken: () => true })
    const codes = await askForCodes(op)
    await allow(op, op.agent(), codes.userCode)
    const { code, verifier } = await op.authorize()
    scene.begin('consume DeviceCode', 'insert AccessToken', 'insert RefreshToken')
    const asCode = await op.exchange(codes.deviceCode, verifier)
    const asDeviceCode = await poll(op, { deviceCode: code })
    const { body } = await poll(op, codes)

    expectRefusal(asCode, 400, 'invalid_grant')
    expectRefusal(asDeviceCode, 400, 'invalid_grant')
    for (const token of [body['access_token'], body['refresh_token'], body['id_token']]) {
      expectRefusal(await poll(op, { deviceCode: String(token) }), 400, 'invalid_grant')
    }
  })

  attack(
    'F11',
    'two people who enter the same code: the device is whose who confirmed it first',
    async (scene) => {
      const op = await scene.start(devices(), {
        async interact(provider, prompt, { clientId }) {
          if (prompt === 'login') return { login: { accountId: 'first' } }
          const grant = new provider.Grant({ accountId: 'first', clientId })
          grant.addOIDCScope('openid')
          return { consent: { grantId: await grant.save() } }
        },
      })
      const codes = await askForCodes(op)
      const [one, other] = [op.agent(), op.agent()]
      const [mine, theirs] = [
        await enterCode(op, one, codes.userCode),
        await enterCode(op, other, codes.userCode),
      ]
      const confirm = (agent: typeof one, xsrf: string) =>
        sendForm(op, agent, { xsrf, user_code: codes.userCode, confirm: 'yes' })
      const started = await confirm(one, mine.xsrf)
      const late = await readScreen(confirm(other, theirs.xsrf))
      await one.follow(started)
      scene.begin('consume DeviceCode', 'insert AccessToken')

      const { body } = await poll(op, codes)

      expect(late.text).to.include('was used already')
      expect((await op.userinfo(body['access_token'])).body['sub']).to.equal('first')
    },
  )

  attack(
    'F12',
    'a form without session, without its secret, with another or a used one is refused',
    async (scene) => {
      const op = await scene.start(devices())
      const codes = await askForCodes(op)
      const [agent, stranger] = [op.agent(), op.agent()]
      const { xsrf } = await openPage(op, agent)
      const { xsrf: foreign } = await openPage(op, stranger)
      const user_code = codes.userCode
      const told: string[] = []
      op.provider.on('code_verification.error', (_ctx, { error_description = '' }) =>
        told.push(error_description),
      )
      scene.begin('insert Session', 'put Session')
      const answers = [
        await readScreen(sendForm(op, op.agent(), { xsrf, user_code })),
        await readScreen(sendForm(op, agent, { user_code })),
        await readScreen(sendForm(op, agent, { xsrf: foreign, user_code })),
        await readScreen(sendForm(op, agent, { xsrf: '', user_code })),
      ]
      const first = await readScreen(sendForm(op, agent, { xsrf, user_code }))
      const again = await readScreen(sendForm(op, agent, { xsrf, user_code }))

      for (const { status, text } of [...answers, again]) {
        expect(status).to.equal(400)
        expect(text).to.not.include('Is this your device?')
      }
      expect(first.text).to.include('Is this your device?')
      expect(told).to.deep.equal(Array.from({ length: 5 }, () => 'xsrf token invalid'))
      expect((await op.provider.DeviceCode.find(codes.deviceCode))?.isPending).to.equal(true)
    },
  )

  for (const decision of ['confirm', 'abort']) {
    attack(
      'F14',
      `${decision} by somebody who did not enter the code is refused (GHSA-cq3f-vc6p-68fh)`,
      async (scene) => {
        const op = await scene.start(devices())
        const [theirs, mine] = [await askForCodes(op), await askForCodes(op)]
        const agent = op.agent()
        await allow(op, agent, (await askForCodes(op)).userCode)
        const { xsrf } = await openPage(op, agent)
        const { xsrf: asked } = await enterCode(op, agent, mine.userCode)
        scene.begin('put Session')
        const sent = {
          user_code: theirs.userCode,
          confirm: 'yes',
          ...(decision === 'abort' ? { abort: 'yes' } : {}),
        }

        const statuses = [
          (await sendForm(op, agent, { ...sent, xsrf })).status,
          (await sendForm(op, agent, { ...sent, xsrf: asked })).status,
        ]

        expect(statuses).to.deep.equal([400, 400])
        expect(await op.provider.DeviceCode.find(theirs.deviceCode)).to.include({ isPending: true })
        expect((await op.provider.DeviceCode.find(theirs.deviceCode))?.inFlight).to.equal(undefined)
      },
    )
  }

  attack('F15', 'a code in the URL is filled in, and never confirmed by that (§3.3.1)', async (scene) => {
    const op = await scene.start(devices())
    const codes = await askForCodes(op)
    const agent = op.agent()
    await allow(op, agent, (await askForCodes(op)).userCode)
    scene.begin('put Session')
    const query = `?user_code=${codes.userCode}&confirm=yes`
    const { status, userCode } = await openPage(op, agent, query)

    expect(status).to.equal(200)
    expect(userCode).to.equal(codes.userCode)
    expect((await op.provider.DeviceCode.find(codes.deviceCode))?.isPending).to.equal(true)
  })

  attack('F17', 'what a device says about itself is text to the page (§5.4)', async (scene) => {
    const op = await scene.start(devices())
    scene.begin('insert ReplayDetection', 'insert DeviceCode', 'insert Session', 'put Session')
    const agents = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '\u00ad'.repeat(3)]
    for (const ua of agents) {
      const { body } = await op.post('device_authorization', { client_id: 'tv' }, { 'user-agent': ua })
      const { text } = await enterCode(op, op.agent(), String(body['user_code']))
      expect(text).to.not.include('<script>alert').and.not.include('<img src=x')
    }
  })

  attack('F18', 'a client that is gone when the device is allowed: the device is refused', async (scene) => {
    const adapter = memoryAdapter()
    await adapter('Client').upsert('stored', { ...TV, client_id: 'stored' })
    const op = await scene.start({ ...devices(), adapter })
    const { body } = await op.post('device_authorization', { client_id: 'stored', scope: 'openid' })
    const agent = op.agent()
    const started = await confirmCode(op, agent, String(body['user_code']))
    await adapter('Client').destroy('stored')
    scene.begin('put Interaction', 'put DeviceCode', 'put Session')

    const { status, text } = await readScreen(await agent.follow(started))

    expect(status).to.equal(400)
    expect(text).to.not.include('Device connected')
    expect(await op.provider.DeviceCode.find(String(body['device_code']))).to.include({
      error: 'access_denied',
    })
  })

  attack('F18', 'a client that may not any more when the device is allowed: access_denied', async (scene) => {
    const adapter = memoryAdapter()
    const client = { ...TV, client_id: 'stored', grant_types: [DEVICE_CODE, 'refresh_token'] }
    await adapter('Client').upsert('stored', client)
    const op = await scene.start({ ...devices(), adapter })
    const { body } = await op.post('device_authorization', { client_id: 'stored', scope: 'openid' })
    const agent = op.agent()
    const started = await confirmCode(op, agent, String(body['user_code']))
    await adapter('Client').upsert('stored', { ...client, grant_types: ['refresh_token'] })
    scene.begin('put Interaction', 'put DeviceCode', 'put Session')
    await agent.follow(started)
    await adapter('Client').upsert('stored', client)

    const answer = await poll(op, { deviceCode: String(body['device_code']) }, { client_id: 'stored' })

    expectRefusal(answer, 400, 'access_denied')
  })

  attack('F18', 'the rules are held once more when the device is allowed (CVE-2024-38371)', async (scene) => {
    const adapter = memoryAdapter()
    const client = { ...TV, client_id: 'stored', scope: 'openid offline_access' }
    await adapter('Client').upsert('stored', client)
    const op = await scene.start({ ...devices(), adapter })
    const { body } = await op.post('device_authorization', {
      client_id: 'stored',
      scope: 'openid offline_access',
    })
    await adapter('Client').upsert('stored', { ...client, scope: 'openid' })
    scene.begin('put DeviceCode', 'insert Session', 'put Session')
    const { status } = await allow(op, op.agent(), String(body['user_code']))

    const answer = await poll(op, { deviceCode: String(body['device_code']) }, { client_id: 'stored' })

    expect(status).to.equal(400)
    expectRefusal(answer, 400, 'invalid_scope')
  })

  attack('F20', 'the way back without its cookie is a page, and nothing happens', async (scene) => {
    const op = await scene.start(devices())
    const codes = await askForCodes(op)
    const agent = op.agent()
    const started = await confirmCode(op, agent, codes.userCode)
    const screen = await agent.get(started.headers.get('location') ?? '')
    const resume = screen.headers.get('location') ?? ''
    const failed = op.nextError('device_resume.error')
    scene.begin()

    const page = await op.agent().get(resume, { accept: 'text/html' })
    const json = await op.agent().get(resume, { accept: 'application/json' })

    expect(page.status).to.equal(400)
    expect(page.headers.get('content-type')).to.match(/^text\/html/)
    expect(page.headers.get('location')).to.equal(null)
    expect(await json.json()).to.have.property('error', 'invalid_request')
    expect((await failed).name).to.equal('SessionNotFound')
  })

  attack('P15', 'a client that has to push authorization requests may use the device flow', async (scene) => {
    const op = await scene.start(devices([{ ...TV, require_pushed_authorization_requests: true }]))
    const codes = await askForCodes(op)
    await allow(op, op.agent(), codes.userCode)
    scene.begin('consume DeviceCode', 'insert AccessToken')

    expect((await poll(op, codes)).status).to.equal(200)
  })

  attack('H32', 'answers about devices are not stored', async (scene) => {
    const op = await scene.start(devices())
    scene.begin('insert ReplayDetection', 'insert DeviceCode', 'insert Session')
    const { headers } = await op.post('device_authorization', { client_id: 'tv' })
    const refused = await op.post('device_authorization', { client_id: 'nobody' })

    expect(headers.get('cache-control')).to.equal('no-store')
    expect(refused.headers.get('cache-control')).to.equal('no-store')
    expect((await openPage(op, op.agent())).headers.get('cache-control')).to.include('no-store')
  })

  describe('F5 several processes (§5.1)', () => {
    afterEach(stopProviders)

    it('F5 share the ten wrong codes of an address: each may let one more through, no more', async () => {
      const adapter = memoryAdapter()
      const processes = [1, 2, 3].map(() => startProvider({ ...devices(), adapter }))
      const [first, second, third] = await Promise.all(processes)
      const seen: number[] = []
      for (const op of [first, second, third]) {
        if (op === undefined) throw new Error('not started')
        for (let n = 0; n < 12; n += 1) seen.push((await enterCode(op, op.agent(), 'BCDF-GHJK')).status)
      }

      expect(seen.filter((status) => status === 400)).to.have.length(10)
      expect(seen.slice(0, 10)).to.deep.equal(Array.from({ length: 10 }, () => 400))
    })

    it('F5 an address is heard again when its five minutes are over', async () => {
      const clock = sinon.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] })
      try {
        const op = await startProvider(devices())
        const codes = await askForCodes(op)
        for (let n = 0; n < 11; n += 1) await enterCode(op, op.agent(), 'BCDF-GHJK')
        expect((await enterCode(op, op.agent(), codes.userCode)).status).to.equal(429)
        clock.setSystemTime(1_800_000_300_000)

        expect((await enterCode(op, op.agent(), codes.userCode)).status).to.equal(200)
      } finally {
        clock.restore()
      }
    })

    it('F5 what was entered right may be confirmed, whatever others at the address do meanwhile', async () => {
      const op = await startProvider(devices())
      const codes = await askForCodes(op)
      const agent = op.agent()
      const { xsrf } = await enterCode(op, agent, codes.userCode)
      for (let n = 0; n < 11; n += 1) await enterCode(op, op.agent(), 'BCDF-GHJK')

      const started = await sendForm(op, agent, { xsrf, user_code: codes.userCode, confirm: 'yes' })

      expect(started.status).to.equal(303)
    })

    it('F5 a browser that changes its address is bounded as well, for five minutes', async () => {
      const clock = sinon.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] })
      try {
        const op = await startProvider(devices())
        op.provider.proxy = true
        const agent = op.agent()
        const enter = async (from: number) => {
          const { xsrf } = await openPage(op, agent)
          const headers = { 'x-forwarded-for': `192.0.2.${from}` }
          const form = { xsrf, user_code: 'BCDF-GHJK' }
          return (await agent.post(op.provider.urlFor('code_verification'), form, headers)).status
        }
        const statuses: number[] = []
        for (let n = 0; n < 11; n += 1) statuses.push(await enter(n))
        clock.setSystemTime(1_800_000_299_000)
        statuses.push(await enter(20))
        clock.setSystemTime(1_800_000_300_000)
        for (let n = 21; n < 32; n += 1) statuses.push(await enter(n))

        const ten = Array.from({ length: 10 }, () => 400)
        expect(statuses).to.deep.equal([...ten, 429, 429, ...ten, 429])
      } finally {
        clock.restore()
      }
    })

    it('F5 codes from one address are looked for one after the other: none slips through uncounted', async () => {
      let looking = 0
      let most = 0
      const adapter = wrapAdapter(memoryAdapter(), async ({ name }, run) => {
        if (name !== 'DeviceCode.findByUserCode') return run()
        looking += 1
        most = Math.max(most, looking)
        for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
        looking -= 1
        return run()
      })
      const op = await startProvider({ ...devices(), adapter })
      const agents = Array.from({ length: 5 }, () => op.agent())
      const forms = await Promise.all(agents.map((agent) => openPage(op, agent)))
      await Promise.all(
        agents.map((agent, at) =>
          sendForm(op, agent, { xsrf: forms[at]?.xsrf ?? '', user_code: 'BCDF-GHJK' }),
        ),
      )

      expect(most).to.equal(1)
    })

    it('F5 the host is told when an address reached the bound: it may be its own proxy', async () => {
      const notices: string[] = []
      const tell = (message: string) => notices.push(message)
      const op = await startProvider({ ...devices(), logger: { info: tell, warn: tell, error: tell } })
      notices.length = 0
      for (let n = 0; n < 10; n += 1) await enterCode(op, op.agent(), 'BCDF-GHJK')
      expect(notices).to.deep.equal([])
      await enterCode(op, op.agent(), 'BCDF-GHJK')

      expect(notices.join()).to.match(/^NOTICE: so many wrong user codes came from one address/)
    })

    it('F5 userCodeAttempts is another number, or none', async () => {
      const [two, none] = await Promise.all([
        startProvider(devices([TV], { userCodeAttempts: 2 })),
        startProvider(devices([TV], { userCodeAttempts: 0 })),
      ])
      const statuses = async (op: typeof two) => {
        const seen: number[] = []
        for (let n = 0; n < 12; n += 1) seen.push((await enterCode(op, op.agent(), 'BCDF-GHJK')).status)
        return seen.filter((status) => status === 400).length
      }

      expect(await statuses(two)).to.equal(2)
      expect(await statuses(none)).to.equal(12)
    })
  })
})
