import { expect } from 'chai'
import sinon from 'sinon'
import type { AdapterPayload } from '../../../../types/adapter.ts'
import { gateAdapter } from '../../../support/gate_adapter.ts'
import { mapAdapter } from '../../../support/map_adapter.ts'
import { ask } from '../../../support/screens.ts'
import {
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../../support/start_provider.ts'
import type { UserAgent } from '../../../support/user_agent.ts'

const HTML = { accept: 'text/html' }
const BACK = /<a class="button" href="(?<url>[^"]*)" rel="noreferrer">Back to <bdi>(?<name>[^<]*)<\/bdi><\/a>/

/** Where the page leads back to, of a page that says what happened. */
async function expectLost(response: Response): Promise<string | undefined> {
  const page = await response.text()
  expect(response.status).to.equal(400)
  expect(page).to.include('This took too long, or was opened in another tab.')
  expect(page).to.not.include('cannot be answered')
  return BACK.exec(page)?.groups?.['url']
}

describe('A107 interactions that are over (OpenID Connect Core 1.0 §3.1.2.3)', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  /** A browser that has been at the login screen, and where it goes on. */
  async function start(client: object = {}, entries = new Map<string, AdapterPayload>()) {
    const clients = [{ ...WEB_CLIENT, ...client }]
    const storage = gateAdapter(mapAdapter(entries))
    const op = await startProvider({ clients, adapter: storage.adapter })
    const agent = op.agent()
    const screen = (await ask(op, agent)).headers.get('location') ?? ''
    const resume = (await agent.get(screen)).headers.get('location') ?? ''
    return { op, agent, resume, entries, storage }
  }

  it('without its cookie, the end-user reads what happened and can go back to the application', async () => {
    const { op, resume } = await start()

    const back = await expectLost(await op.agent().get(resume, HTML))

    expect(back).to.equal('https://rp.example.com/')
  })

  it('expired, too', async () => {
    const { agent, resume } = await start()
    sinon.useFakeTimers({ now: Date.now() + 2 * 3_600_000, toFake: ['Date'] })

    expect(await expectLost(await agent.get(resume, HTML))).to.equal('https://rp.example.com/')
  })

  it('with the cookie of another interaction, too', async () => {
    const { op, agent, resume } = await start()
    const other = (await ask(op, agent)).headers.get('location') ?? ''
    const uid = other.slice(other.lastIndexOf('/') + 1)
    agent.setCookie('_interaction_resume', uid, new URL(resume).pathname)

    expect(await expectLost(await agent.get(resume, HTML))).to.equal('https://rp.example.com/')
  })

  it('used, there is nothing left that tells which application it was', async () => {
    const { op, agent, resume } = await start()
    await agent.get(resume)

    const page = await agent.get(resume, HTML)

    const text = await page.clone().text()
    expect(text).to.include('Go back to the application and start again.')
    expect(text).to.include('<h1>Please start again</h1>')
    expect(await expectLost(page)).to.equal(undefined)
    expect(op.serverErrors).to.deep.equal([])
  })

  it('used a moment ago by another tab, the application is known', async () => {
    const { op, agent, resume, storage } = await start()
    storage.gather('Interaction.find', 2)

    const [one, other] = await Promise.all([agent.get(resume, HTML), agent.get(resume, HTML)])

    const loser = one.status === 400 ? one : other
    expect([one.status, other.status].sort()).to.deep.equal([303, 400])
    expect(await expectLost(loser)).to.equal('https://rp.example.com/')
    expect(op.serverErrors).to.deep.equal([])
  })

  for (const [what, client, told] of [
    [
      'where it starts a login',
      {
        initiate_login_uri: 'https://rp.example.com/login?from=op',
        client_uri: 'https://rp.example.com/home',
      },
      (issuer: string) => `https://rp.example.com/login?from=op&amp;iss=${encodeURIComponent(issuer)}`,
    ],
    ['its home page', { client_uri: 'https://rp.example.com/home' }, () => 'https://rp.example.com/home'],
  ] as const) {
    it(`the way back is ${what}, where the client has one (OpenID Connect Core 1.0 §4)`, async () => {
      const { op, resume } = await start(client)

      expect(await expectLost(await op.agent().get(resume, HTML))).to.equal(told(op.issuer))
    })
  }

  it('an app of its own scheme is not led back to', async () => {
    const { op, resume, entries } = await start()
    for (const [key, payload] of entries) {
      if (key.startsWith('Interaction:'))
        payload['params'] = { client_id: 'web', redirect_uri: 'com.example.app:/cb' }
    }

    expect(await expectLost(await op.agent().get(resume, HTML))).to.equal(undefined)
  })

  for (const redirect_uri of ['nowhere', 'http://', '']) {
    it(`an address that is none, ${JSON.stringify(redirect_uri)}, is not led back to`, async () => {
      const { op, resume, entries } = await start()
      for (const [key, payload] of entries) {
        if (key.startsWith('Interaction:')) payload['params'] = { client_id: 'web', redirect_uri }
      }

      expect(await expectLost(await op.agent().get(resume, HTML))).to.equal(undefined)
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  it('a client that is gone changes nothing about the page', async () => {
    const { op, resume, entries } = await start()
    for (const [key, payload] of entries) {
      if (key.startsWith('Interaction:')) payload['params'] = { client_id: 'gone' }
    }

    expect(await expectLost(await op.agent().get(resume, HTML))).to.equal(undefined)
  })

  it('a client that is not valid any more changes nothing either, and is no fault of ours', async () => {
    const { op, resume, entries } = await start()
    entries.set('Client:stored', { client_id: 'stored', redirect_uris: ['nowhere'] })
    for (const [key, payload] of entries) {
      if (key.startsWith('Interaction:')) payload['params'] = { client_id: 'stored' }
    }

    expect(await expectLost(await op.agent().get(resume, HTML))).to.equal(undefined)
    expect(op.serverErrors).to.deep.equal([])
  })

  describe('without the session', () => {
    /** Another browser, which has only the resume cookie. */
    const withoutSession = async (op: RunningProvider, agent: UserAgent, resume: string) => {
      const other = op.agent()
      for (const name of ['_interaction_resume', '_interaction_resume.sig'])
        other.setCookie(name, String(agent.cookies.get(name)?.value), new URL(resume).pathname)
      const failed = op.nextError('authorization.error')
      await expectLost(await other.get(resume, HTML))
      return failed
    }

    it('the host is told which cookie was missing, and where', async () => {
      const { op, agent, resume } = await start()

      const { error_description, error_detail } = await withoutSession(op, agent, resume)

      expect(error_description).to.equal('session not found')
      expect(error_detail).to.match(/^the cookie "_session" \(path=\/, domain=host only, secure=false, /)
      expect(error_detail).to.include(`was not sent to ${new URL(resume).pathname}; likely remedy: `)
    })

    it('but with one of another browser, nothing is completed', async () => {
      const { op, agent, resume } = await start()
      const { agent: stranger } = await op.authorize()
      const other = op.agent()
      for (const cookies of [agent.cookies, stranger.cookies])
        for (const [name, { value }] of cookies)
          other.setCookie(name, value, name.startsWith('_session') ? '/' : new URL(resume).pathname)
      const failed = op.nextError('authorization.error')

      await expectLost(await other.get(resume, HTML))

      expect((await failed).error_description).to.equal(
        'interaction session and authentication session mismatch',
      )
    })

    for (const [what, cookies, told] of [
      [
        'secure by its own options',
        { long: { secure: true } },
        /secure=true.* a secure cookie is not sent over plain http/,
      ],
      [
        'limited to a path by its own options',
        { long: { path: '/only/here' } },
        /path=\/only\/here.* the cookie is limited to the path \/only\/here/,
      ],
      [
        'as usual, whatever the short cookies are',
        { short: { path: '/elsewhere', secure: true } },
        /path=\/,.* secure=false.* make sure that the interaction URL is under the path/,
      ],
    ] as const) {
      it(`the remedy is about a session cookie that is ${what}`, async () => {
        const { agent, resume, storage } = await start()
        const changed = await startProvider({
          adapter: storage.adapter,
          cookies: { keys: ['a key for cookies'], ...cookies },
        })

        const { error_detail } = await withoutSession(
          changed,
          agent,
          `${changed.origin}${new URL(resume).pathname}`,
        )

        expect(error_detail)
          .to.match(/^the cookie "_session"/)
          .and.match(told)
      })
    }
  })

  describe('at the screens for development', () => {
    const atScreen = async () => {
      const op: RunningProvider = await startProvider(
        { adapter: mapAdapter(), features: { devInteractions: { enabled: true } } },
        { screens: false },
      )
      const agent = op.agent()
      const screen = (await ask(op, agent)).headers.get('location') ?? ''
      return { op, agent, screen }
    }

    for (const [what, request] of [
      ['opens', (agent: UserAgent, screen: string) => agent.get(screen, HTML)],
      [
        'sends',
        (agent: UserAgent, screen: string) => agent.post(screen, { prompt: 'login', login: 'alice' }, HTML),
      ],
      ['cancels', (agent: UserAgent, screen: string) => agent.get(`${screen}/abort`, HTML)],
    ] as const) {
      it(`an end-user who ${what} one too late reads the same`, async () => {
        const { agent, screen } = await atScreen()
        sinon.useFakeTimers({ now: Date.now() + 2 * 3_600_000, toFake: ['Date'] })

        expect(await expectLost(await request(agent, screen))).to.equal('https://rp.example.com/')
      })

      it(`an end-user who ${what} one in another browser reads the same`, async () => {
        const { op, screen } = await atScreen()

        expect(await expectLost(await request(op.agent(), screen))).to.equal('https://rp.example.com/')
      })
    }
  })
})
