import { expect } from 'chai'
import sinon from 'sinon'
import { errors } from '../../../lib/index.ts'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import {
  abort,
  allow,
  askForCodes,
  confirmCode,
  enterCode,
  openPage,
  poll,
  readScreen,
  sendForm,
  startForDevices,
  TV,
} from '../../support/device.ts'
import { type RunningProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'
import type { UserAgent } from '../../support/user_agent.ts'

const REFUSED = 'This code is not right, was used already or is too old. Try again.'

/** The page of a host, which shows what it was given. */
const showing =
  (told: unknown[]) =>
  (ctx: KoaContextWithOIDC, form: string, out?: object, err?: Error & { userCode?: string | undefined }) => {
    told.push(err === undefined ? undefined : { name: err.name, userCode: err.userCode, out })
    ctx.body = `<p>Mine</p>${form}`
  }

describe('user code page (RFC 8628 §3.3)', () => {
  let clock: sinon.SinonFakeTimers

  it('listeners hear that the session was saved which the page left its form in', async () => {
    const op = await startForDevices()
    let saved = 0
    op.provider.on('session.saved', () => {
      saved += 1
    })

    await openPage(op, op.agent())

    expect(saved).to.equal(1)
  })

  it('F094 shows what the host knows of the device, whatever it is (RFC 8628 §5.4)', async () => {
    const op = await startForDevices({
      deviceFlow: { deviceInfo: () => ({ ip: '192.0.2.7', ua: 'TV/1', screens: [{ inches: 42 }] }) },
    })
    const { text } = await enterCode(op, op.agent(), (await askForCodes(op)).userCode)

    expect(text)
      .to.match(/Address.*192\.0\.2\.7/s)
      .and.match(/Program.*TV\/1/s)
    expect(text).to.include('screens').and.include('[{&quot;inches&quot;:42}]')
  })

  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
  })
  afterEach(async () => {
    clock.restore()
    await stopProviders()
  })
  const pass = (seconds: number) => clock.setSystemTime(Date.now() + seconds * 1000)

  describe('asks again, and tells nobody else', () => {
    async function entering(userCode: (op: RunningProvider) => Promise<string>) {
      const told: unknown[] = []
      const events: unknown[] = []
      const op = await startForDevices({ deviceFlow: { userCodeInputSource: showing(told) } })
      op.provider.on('code_verification.error', (_ctx, error) => events.push(error))
      op.provider.on('server_error', (_ctx, error) => events.push(error))
      const entered = await userCode(op)
      told.length = 0
      const screen = await enterCode(op, op.agent(), entered)
      const [, last] = told
      return { op, screen, entered, last, events }
    }

    const CAUSES: readonly [name: string, userCode: (op: RunningProvider) => Promise<string>][] = [
      ['NotFoundError', async () => 'BCDF-GHJK'],
      [
        'ExpiredError',
        async (op) => {
          const { userCode } = await askForCodes(op)
          pass(601)
          return userCode
        },
      ],
      [
        'AlreadyUsedError',
        async (op) => {
          const { userCode } = await askForCodes(op)
          await allow(op, op.agent(), userCode)
          return userCode
        },
      ],
      [
        'AlreadyUsedError',
        async (op) => {
          const { userCode } = await askForCodes(op)
          await abort(op, op.agent(), userCode)
          return userCode
        },
      ],
      [
        'AlreadyUsedError',
        async (op) => {
          const { userCode } = await askForCodes(op)
          await confirmCode(op, op.agent(), userCode)
          return userCode
        },
      ],
    ]
    for (const [name, cause] of CAUSES) {
      it(`A170 F098 ${name}: err has name and userCode, out what may be shown`, async () => {
        const { screen, entered, last, events } = await entering(cause)

        expect(screen.status).to.equal(400)
        expect(screen.text).to.include('<p>Mine</p>')
        expect(last).to.deep.equal({
          name,
          userCode: entered,
          out: {
            error: 'invalid_request',
            error_description: 'the code is not right, was used already or is too old',
          },
        })
        expect(events).to.deep.equal([])
      })
    }

    for (const entered of ['', ' ', '--']) {
      it(`A170 NoCodeError without userCode: ${JSON.stringify(entered)}`, async () => {
        const { last, events } = await entering(async () => entered)

        expect(last).to.deep.equal({
          name: 'NoCodeError',
          userCode: undefined,
          out: { error: 'invalid_request', error_description: 'no code was entered' },
        })
        expect(events).to.deep.equal([])
      })
    }

    it('A170 A168 AbortedError after name=abort value=yes, and the code is refused', async () => {
      const told: unknown[] = []
      const op = await startForDevices({ deviceFlow: { userCodeInputSource: showing(told) } })
      const codes = await askForCodes(op)

      const screen = await abort(op, op.agent(), codes.userCode)

      expect(screen.status).to.equal(200)
      expect(told.at(-1)).to.deep.equal({
        name: 'AbortedError',
        userCode: undefined,
        out: { error: 'invalid_request', error_description: 'the sign-in was interrupted' },
      })
      expect(await op.provider.DeviceCode.find(codes.deviceCode)).to.include({
        error: 'access_denied',
        errorDescription: 'End-User aborted interaction',
      })
    })

    it('what was entered stands in the form again, and what is wrong beside it', async () => {
      const op = await startForDevices()
      const { text, userCode } = await enterCode(op, op.agent(), 'b"cd')

      expect(text).to.include(REFUSED)
      expect(userCode).to.equal('b&quot;cd')
      expect(text).to.include('aria-invalid="true"')
    })

    it('the form that is shown again can be sent', async () => {
      const op = await startForDevices()
      const { userCode } = await askForCodes(op)
      const agent = op.agent()
      const { xsrf } = await enterCode(op, agent, 'wrong')

      const screen = await readScreen(sendForm(op, agent, { xsrf, user_code: userCode }))

      expect(screen.text).to.include('Is this your device?')
    })
  })

  describe('the code', () => {
    for (const [title, spell] of [
      ['in lower case', (code: string) => code.toLowerCase()],
      ['without its dash', (code: string) => code.replace('-', '')],
      ['with spaces', (code: string) => ` ${[...code].join(' ')} `],
      ['with a long dash', (code: string) => code.replace('-', '—')],
      [
        'with wide letters',
        (code: string) => code.replace(/[A-Z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
      ],
    ] as const) {
      it(`A171 is taken ${title} (§6.1)`, async () => {
        const op = await startForDevices()
        const { userCode } = await askForCodes(op)

        const { text } = await enterCode(op, op.agent(), spell(userCode))

        expect(text).to.include(`<bdi>${userCode}</bdi>`)
      })
    }

    it('F15 A168 of the link is sent on by the page itself, or by its button, and never confirmed (§3.3.1)', async () => {
      const op = await startForDevices()
      const { userCode } = await askForCodes(op)
      const agent = op.agent()

      const { text, headers, xsrf, userCode: filled } = await openPage(op, agent, `?user_code=${userCode}`)
      const asked = await readScreen(sendForm(op, agent, { xsrf, user_code: filled }))

      expect(filled).to.equal(userCode)
      expect(text).to.include('<button type="submit">Continue</button>')
      expect(text).to.include('document.forms[0]')
      expect(text).to.include(`action="${op.provider.pathFor('code_verification')}"`)
      expect(headers.get('content-security-policy'))
        .to.include("form-action 'self'")
        .and.to.include("script-src 'sha256-")
      expect(asked.text).to.include('Is this your device?')
    })

    it('of the link that is nonsense, or there twice, is nothing worse than a wrong one', async () => {
      const op = await startForDevices()
      const agent = op.agent()

      const nonsense = await openPage(op, agent, `?user_code=${encodeURIComponent('"><script>')}`)
      const twice = await openPage(op, agent, '?user_code=a&user_code=b')

      expect(nonsense.text).to.not.include('"><script>')
      expect(twice.text).to.include('Enter the code that your device shows')
    })

    it('A171 inFlight marks it while the person is at the screens, and no longer', async () => {
      const op = await startForDevices()
      const codes = await askForCodes(op)
      const stored = async () => (await op.provider.DeviceCode.find(codes.deviceCode))?.inFlight
      const agent = op.agent()
      await enterCode(op, agent, codes.userCode)
      const before = await stored()
      const started = await confirmCode(op, agent, codes.userCode)
      const during = await stored()
      await agent.follow(started)

      expect([before, during, await stored()]).to.deep.equal([undefined, true, undefined])
    })

    it('A171 a browser that lost its way to the screens may start again, another one may not', async () => {
      const op = await startForDevices()
      const codes = await askForCodes(op)
      const agent = op.agent()
      await confirmCode(op, agent, codes.userCode)

      const stranger = await enterCode(op, op.agent(), codes.userCode)
      const again = await allow(op, agent, codes.userCode)

      expect(stranger.text).to.include(REFUSED)
      expect(again.text).to.include('Device connected')
      expect((await poll(op, codes)).status).to.equal(200)
    })
  })

  describe('the confirmation', () => {
    it('A172 F097 shows client, code and what is known of the device from when it asked (§5.4)', async () => {
      const op = await startForDevices()
      const { body } = await op.post(
        'device_authorization',
        { client_id: 'tv' },
        { 'user-agent': 'TV <b>9</b>' },
      )
      const { text } = await enterCode(op, op.agent(), String(body['user_code']))

      expect(text).to.include('<bdi>Television</bdi>')
      expect(text).to.include(`<bdi>${body['user_code']}</bdi>`)
      expect(text).to.include('<dd><bdi>127.0.0.1</bdi></dd>')
      expect(text).to.include('<dd><bdi>TV &lt;b&gt;9&lt;/b&gt;</bdi></dd>')
    })

    it('a code that was made with another mask is shown as it is', async () => {
      const op = await startForDevices({ deviceFlow: { mask: '*** ***' } })
      const code = new op.provider.DeviceCode({
        clientId: 'tv',
        userCode: 'BCDF',
        params: { client_id: 'tv' },
      })
      await code.save()

      const { text } = await enterCode(op, op.agent(), 'BCDF')

      expect(text).to.include('<bdi>BCDF</bdi>')
    })

    it('goes on with the person who is logged in already, and what they allowed before', async () => {
      const op = await startForDevices()
      const [one, other] = [await askForCodes(op), await askForCodes(op)]
      const agent = op.agent()
      await allow(op, agent, one.userCode)

      const answered = await confirmCode(op, agent, other.userCode)

      expect(answered.status).to.equal(200)
      expect(await answered.text()).to.include('Device connected')
      expect((await poll(op, other)).status).to.equal(200)
    })

    it('a form of the host may say that it is cancelled, and nothing else (RFC 8628 §3.5)', async () => {
      const op = await startForDevices()
      const codes = await askForCodes(op)
      const agent = op.agent()
      const { xsrf } = await enterCode(op, agent, codes.userCode)

      const { text } = await readScreen(
        sendForm(op, agent, { xsrf, user_code: codes.userCode, abort: 'yes' }),
      )

      expect(text).to.include('was interrupted')
      expect((await poll(op, codes)).body['error']).to.equal('access_denied')
    })

    it('leads a browser on by a page that navigates, for redirects after a form are held against its policy', async () => {
      const op = await startForDevices()
      const { userCode } = await askForCodes(op)
      const agent = op.agent()
      const { xsrf } = await enterCode(op, agent, userCode)
      const response = await agent.post(
        op.provider.urlFor('code_verification'),
        { xsrf, user_code: userCode, confirm: 'yes' },
        { accept: 'text/html' },
      )
      const [, url = ''] = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(await response.text()) ?? []

      expect(response.status).to.equal(200)
      expect(response.headers.get('location')).to.equal(null)
      expect((await readScreen(await agent.follow(await agent.get(url)))).text).to.include('Device connected')
    })
  })

  describe('interactions in between', () => {
    const details = async (op: RunningProvider, agent: UserAgent, userCode: string) => {
      const started = await confirmCode(op, agent, userCode)
      const url = started.headers.get('location') ?? ''
      return { url, uid: url.slice(url.lastIndexOf('/') + 1) }
    }

    it('A102 F251 F298 know the device code, and return to the device flow', async () => {
      const op = await startForDevices()
      const codes = await askForCodes(op)
      const agent = op.agent()

      const { uid } = await details(op, agent, codes.userCode)

      const interaction = await op.provider.Interaction.find(uid)
      expect(interaction).to.include({
        deviceCode: codes.deviceCode,
        returnTo: op.provider.urlFor('device_resume', { uid }),
      })
      expect(interaction?.params).to.deep.equal({ client_id: 'tv', scope: 'openid' })
      expect(agent.cookies.get('_interaction_resume')?.path).to.equal(
        new URL(op.provider.urlFor('device_resume', { uid })).pathname,
      )
    })

    it('the whole policy is asked: login, then consent, also for somebody who is logged in', async () => {
      const asked: string[] = []
      const op = await startForDevices(
        {},
        {
          async interact(provider, prompt, { clientId, scope }) {
            asked.push(prompt)
            if (prompt === 'login') return { login: { accountId: 'bob' } }
            const grant = new provider.Grant({ accountId: 'bob', clientId })
            grant.addOIDCScope(`openid ${scope.join(' ')}`)
            return { consent: { grantId: await grant.save() } }
          },
        },
      )
      const [one, other] = [await askForCodes(op), await askForCodes(op, { scope: 'openid offline_access' })]
      const agent = op.agent()
      await allow(op, agent, one.userCode)
      await allow(op, agent, other.userCode)

      expect(asked).to.deep.equal(['login', 'consent', 'consent'])
      expect((await poll(op, other)).body['scope']).to.equal('openid offline_access')
    })

    it('max_age=0 asks for a new login, once', async () => {
      const asked: string[] = []
      const op = await startForDevices()
      op.provider.on('interaction.started', (_ctx, prompt) => asked.push(prompt.name))
      const [one, other] = [await askForCodes(op), await askForCodes(op, { max_age: '0' })]
      const agent = op.agent()
      await allow(op, agent, one.userCode)
      await allow(op, agent, other.userCode)

      expect(asked).to.deep.equal(['login', 'consent', 'login'])
      expect((await poll(op, other)).status).to.equal(200)
    })

    it('F060 A172 a host that refuses on the way back leads to the page for the code, and the device hears it', async () => {
      let isRefused = false
      const told: unknown[] = []
      const op = await startForDevices({
        deviceFlow: { userCodeInputSource: showing(told) },
        async loadExistingGrant(ctx) {
          if (isRefused) throw new errors.AccessDenied('not on this day')
          const id = ctx.oidc.result?.consent?.grantId
          return id === undefined ? undefined : ctx.oidc.provider.Grant.find(id)
        },
      })
      const codes = await askForCodes(op)
      const agent = op.agent()
      const started = await confirmCode(op, agent, codes.userCode)
      const failed = op.nextError('device_resume.error')
      isRefused = true

      const screen = await readScreen(await agent.follow(started))

      expect(screen.status).to.equal(400)
      expect(told.at(-1)).to.deep.equal({
        name: 'AccessDenied',
        userCode: undefined,
        out: { error: 'access_denied', error_description: 'not on this day' },
      })
      expect((await failed).error).to.equal('access_denied')
      expect((await poll(op, codes)).body).to.deep.equal({
        error: 'access_denied',
        error_description: 'not on this day',
      })
    })

    it('a way back that comes after the code expired leads to the page for the code', async () => {
      const op = await startForDevices({ ttl: { DeviceCode: 60 } })
      const codes = await askForCodes(op)
      const agent = op.agent()
      const started = await confirmCode(op, agent, codes.userCode)
      pass(61)

      const screen = await readScreen(await agent.follow(started))

      expect(screen.status).to.equal(400)
      expect(screen.text).to.include(REFUSED)
    })

    it('F060 a way back that comes too late is told to listeners as expired, and is stored nowhere', async () => {
      const told: unknown[] = []
      const op = await startForDevices({
        ttl: { DeviceCode: 60 },
        deviceFlow: { userCodeInputSource: showing(told) },
      })
      const codes = await askForCodes(op)
      const agent = op.agent()
      const started = await confirmCode(op, agent, codes.userCode)
      pass(61)

      const screen = await readScreen(await agent.follow(started))

      expect(told.at(-1)).to.deep.include({ name: 'ExpiredError', userCode: codes.userCode.replace('-', '') })
      expect(screen.headers.get('cache-control')).to.equal('no-store')
    })

    it('an interaction of another kind does not return here', async () => {
      const op = await startForDevices({ clients: [WEB_CLIENT, TV] })
      const agent = op.agent()
      const started = await agent.get(
        op.authorizationUrl({ code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }),
      )
      const url = started.headers.get('location') ?? ''
      const uid = url.slice(url.lastIndexOf('/') + 1)
      const cookies = [...agent.cookies.values()].map(({ name, value }) => `${name}=${value}`).join('; ')

      const response = await agent.get(op.provider.urlFor('device_resume', { uid }), { cookie: cookies })

      expect(response.status).to.equal(400)
      // To enter a code would not help.
      expect(await response.text())
        .to.include('interaction was not started by a device')
        .and.not.include('user_code')
    })

    it('logging in as somebody else switches the account, and the device is theirs', async () => {
      let who = 'ann'
      const op = await startForDevices(
        {},
        {
          async interact(provider, prompt, { clientId, scope }) {
            if (prompt === 'login') return { login: { accountId: who } }
            const grant = new provider.Grant({ accountId: who, clientId })
            grant.addOIDCScope(scope.join(' '))
            return { consent: { grantId: await grant.save() } }
          },
        },
      )
      const [one, other] = [await askForCodes(op), await askForCodes(op, { max_age: '0' })]
      const agent = op.agent()
      await allow(op, agent, one.userCode)
      who = 'bob'
      await allow(op, agent, other.userCode)

      const { body } = await poll(op, other)

      expect((await op.userinfo(body['access_token'])).body['sub']).to.equal('bob')
    })
  })

  it('F057 code_verification.error tells what no new code helps against', async () => {
    const op = await startForDevices()
    const failed = op.nextError('code_verification.error')

    const { status } = await sendForm(op, op.agent(), { xsrf: 'x', user_code: 'BCDF-GHJK' })

    expect(status).to.equal(400)
    expect(await failed).to.include({ error: 'invalid_request', error_description: 'xsrf token invalid' })
  })

  it('F057 a form in another encoding is refused, and the page is there again', async () => {
    const op = await startForDevices()
    const failed = op.nextError('code_verification.error')
    const response = await op.agent().post(op.provider.urlFor('code_verification'), '{}', {
      'content-type': 'application/json',
    })

    expect(response.status).to.be.oneOf([400, 415])
    expect((await readScreen(response)).xsrf).to.not.equal('')
    expect((await failed).error).to.equal('invalid_request')
  })

  it('F057 a code that is longer than any is refused for just that', async () => {
    const op = await startForDevices()
    const agent = op.agent()
    const { xsrf } = await openPage(op, agent)
    const failed = op.nextError('code_verification.error')

    const { status } = await sendForm(op, agent, { xsrf, user_code: 'B'.repeat(4001) })

    expect(status).to.equal(400)
    expect(await failed).to.deep.include({ reason: 'parameter.malformed', seen: ['user_code'] })
  })

  it('nobody keeps the page, nor what is shown after a form (RFC 9111 §5.2.2.5)', async () => {
    const op = await startForDevices()
    const agent = op.agent()
    const shown = [
      await openPage(op, agent),
      await enterCode(op, agent, 'BCDF-GHJK'),
      await enterCode(op, agent, (await askForCodes(op)).userCode),
    ]

    expect(shown.map(({ headers }) => headers.get('cache-control'))).to.deep.equal(Array(3).fill('no-store'))
  })

  it('says that the device is connected, and which one', async () => {
    const op = await startForDevices()
    const { text } = await allow(op, op.agent(), (await askForCodes(op)).userCode)

    expect(text).to.match(/<strong>(?:<bdi>)?Television/)
  })

  it('says what happened: it was interrupted, or could not be read', async () => {
    const op = await startForDevices()
    const interrupted = await abort(op, op.agent(), (await askForCodes(op)).userCode)
    const malformed = await readScreen(
      op.agent().post(op.provider.urlFor('code_verification'), '{}', { 'content-type': 'application/json' }),
    )

    expect(interrupted.text).to.include('The sign-in was interrupted. Nothing was allowed.')
    expect(malformed.text).to.include('Your code could not be checked. Try again.')
  })

  it('F057 a form with a repeated field is refused', async () => {
    const op = await startForDevices()
    const agent = op.agent()
    const { userCode } = await askForCodes(op)
    const { xsrf } = await openPage(op, agent)
    const form = `xsrf=${xsrf}&user_code=${userCode}&user_code=${userCode}`

    const screen = await readScreen(agent.post(op.provider.urlFor('code_verification'), form))

    expect(screen.status).to.equal(400)
    expect(screen.text).to.not.include('Is this your device?')
  })

  it('F250 GET and POST are served, nothing else is', async () => {
    const op = await startForDevices()
    const put = await op.agent().request(op.provider.urlFor('code_verification'), { method: 'PUT' })
    const head = await op.agent().request(op.provider.urlFor('code_verification'), { method: 'HEAD' })

    expect(put.status).to.equal(405)
    expect(head.status).to.equal(405)
    expect(head.headers.getSetCookie()).to.deep.equal([])
  })

  it("several tabs of one browser do not get in each other's way", async () => {
    const op = await startForDevices()
    const [one, other] = [await askForCodes(op), await askForCodes(op)]
    const agent = op.agent()
    const [first, second] = [await openPage(op, agent), await openPage(op, agent)]
    const confirmOne = await readScreen(sendForm(op, agent, { xsrf: first.xsrf, user_code: one.userCode }))
    const confirmOther = await readScreen(
      sendForm(op, agent, { xsrf: second.xsrf, user_code: other.userCode }),
    )
    const confirm = (xsrf: string, userCode: string) =>
      sendForm(op, agent, { xsrf, user_code: userCode, confirm: 'yes' })

    await agent.follow(await confirm(confirmOne.xsrf, one.userCode))
    await agent.follow(await confirm(confirmOther.xsrf, other.userCode))

    expect((await poll(op, one)).status).to.equal(200)
    expect((await poll(op, other)).status).to.equal(200)
  })

  it('keeps what a host stores in session.state', async () => {
    const op = await startForDevices()
    const agent = op.agent()
    await openPage(op, agent)
    const id = agent.cookies.get('_session')?.value ?? ''
    const session = await op.provider.Session.find(id)
    if (session === undefined) throw new Error('no session')
    session.state = { ...session.state, mine: 1 }
    await session.persist()
    await openPage(op, agent)

    expect((await op.provider.Session.find(id))?.state).to.include({ mine: 1 })
  })
})
