import { expect } from 'chai'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import Provider from '../../../lib/index.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import type { FrontchannelLogoutOptions } from '../../../types/features/frontchannel_logout.ts'
import { documentOf } from '../../actions/client_auth/assertions.ts'
import { jwtPayload } from '../../support/jwt_payload.ts'
import { stopServers } from '../../support/local_server.ts'
import { type Asked, askToLogOut, LEAVING_CLIENT, LOGGED_OUT } from '../../support/logging_out.ts'
import { startLogoutReceiver } from '../../support/logout_receiver.ts'
import { type RunningProvider, startProvider, stopProviders } from '../../support/start_provider.ts'
import type { UserAgent } from '../../support/user_agent.ts'
import { wrapAdapter } from '../../support/wrap_adapter.ts'

const BROWSER = { accept: 'text/html' }

const client = (more: Partial<ClientMetadata> = {}): ClientMetadata => ({
  ...LEAVING_CLIENT,
  frontchannel_logout_uri: `https://rp.example.com/out/${more.client_id ?? 'web'}`,
  ...more,
})

const configuration = (
  clients: ClientMetadata[],
  options: FrontchannelLogoutOptions = {},
  more: Configuration = {},
): Configuration => ({
  clients,
  ...more,
  features: { frontchannelLogout: { enabled: true, ...options }, ...more.features },
})

/** That of the page that says how it went. */
const pathOf = ({ provider }: RunningProvider) => new URL(provider.urlFor('end_session_success')).pathname

const unescaped = (text: string) => text.replaceAll('&amp;', '&')

/** The page that a browser gets for its answer to the question. */
interface Shown {
  readonly page: string
  readonly frames: readonly string[]
  /** Where it leads. */
  readonly way: string | undefined
  readonly policy: ReadonlyMap<string, string>
}

async function read(response: Response): Promise<Shown> {
  const page = await response.text()
  const directives = (response.headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
    const [name = '', ...sources] = directive.split(' ')
    return [name, sources.join(' ')] as const
  })
  const href = /<a class="button" href="([^"]*)"/.exec(page)?.[1]
  return {
    page,
    frames: [...page.matchAll(/<iframe [^>]*src="([^"]*)"/g)].map(([, src = '']) => unescaped(src)),
    way: href === undefined ? undefined : unescaped(href),
    policy: new Map(directives),
  }
}

async function answer(agent: UserAgent, asked: Asked, decision: Record<string, string>): Promise<Shown> {
  return read(await agent.post(asked.action, { xsrf: asked.xsrf, ...decision }, BROWSER))
}

async function logOut(op: RunningProvider, agent: UserAgent, params: Record<string, string> = {}) {
  return answer(agent, await askToLogOut(op, agent, params), { logout: 'yes' })
}

/** Who could not be framed. */
function failures({ provider }: RunningProvider) {
  const told: { client: string; accountId: string; sid: string; error: string }[] = []
  provider.on('frontchannel.error', (_ctx, error, { clientId }, accountId, sid) =>
    told.push({ client: clientId, accountId, sid, error: error.message }),
  )
  return told
}

describe('front-channel logout (OpenID Connect Front-Channel Logout 1.0)', () => {
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })

  describe('options', () => {
    const start = (options: FrontchannelLogoutOptions, more: Configuration = {}) =>
      new Provider('https://op.example.com', configuration([], options, more))

    for (const [option, value] of [
      ['maxFrames', 0],
      ['maxFrames', 1.5],
      ['timeout', 0],
      ['timeout', Number.NaN],
      ['timeout', 3_000_000],
    ] as const) {
      it(`${option} cannot be ${value}`, () => {
        expect(() => start({ [option]: value })).to.throw(
          TypeError,
          new RegExp(`^features\\.frontchannelLogout\\.${option} must be`),
        )
      })
    }

    it('it needs a page to log out at', () => {
      expect(() => start({}, { features: { rpInitiatedLogout: { enabled: false } } })).to.throw(
        TypeError,
        'features.frontchannelLogout needs features.rpInitiatedLogout',
      )
    })
  })

  describe('discovery (§3)', () => {
    it('says that it is supported, with sessions', async () => {
      const op = await startProvider(configuration([client()]))

      expect(await documentOf(op)).to.include({
        frontchannel_logout_supported: true,
        frontchannel_logout_session_supported: true,
      })
    })

    it('says nothing while it is off', async () => {
      const op = await startProvider({ clients: [LEAVING_CLIENT] })

      const members = Object.keys(await documentOf(op))

      expect(members.filter((name) => name.startsWith('frontchannel'))).to.deep.equal([])
    })
  })

  describe('what fails', () => {
    it('a client that is gone, or not valid any more, stops nothing', async () => {
      const adapter = memoryAdapter()
      const clients = adapter('Client')
      await clients.upsert('gone', client({ client_id: 'gone' }))
      await clients.upsert('broken', client({ client_id: 'broken' }))
      const op = await startProvider(configuration([client()], {}, { adapter }))
      const { agent } = await op.authorize()
      await op.authorize({ client_id: 'gone' }, agent)
      await op.authorize({ client_id: 'broken' }, agent)
      await clients.destroy('gone')
      await clients.upsert('broken', { ...client({ client_id: 'broken' }), redirect_uris: ['nonsense'] })

      const { frames } = await logOut(op, agent)

      expect(frames).to.deep.equal(['https://rp.example.com/out/web'])
      expect(op.serverErrors).to.deep.equal([])
    })

    it('a client that storage cannot find now is a failure of ours, and stops nobody', async () => {
      const inner = memoryAdapter()
      await inner('Client').upsert('stored', client({ client_id: 'stored' }))
      let isOut = false
      const adapter = wrapAdapter(inner, async ({ name }, run) => {
        if (isOut && name === 'Client.find') throw new Error('no database')
        return run()
      })
      const op = await startProvider(configuration([client()], {}, { adapter }))
      const { agent } = await op.authorize()
      await op.authorize({ client_id: 'stored' }, agent)
      const asked = await askToLogOut(op, agent)
      isOut = true

      const { frames } = await answer(agent, asked, { logout: 'yes' })

      expect(frames).to.deep.equal(['https://rp.example.com/out/web'])
      expect(String(op.serverErrors)).to.include('no database')
      expect(agent.cookies.has('_session')).to.equal(false)
    })

    it('a client that storage does not tell of in time keeps nobody', async () => {
      const inner = memoryAdapter()
      await inner('Client').upsert('stored', client({ client_id: 'stored' }))
      let isSlow = false
      const adapter = wrapAdapter(inner, async ({ name }, run) =>
        isSlow && name === 'Client.find' ? new Promise(() => {}) : run(),
      )
      const op = await startProvider(configuration([client()], { timeout: 0.05 }, { adapter }))
      const { agent } = await op.authorize()
      await op.authorize({ client_id: 'stored' }, agent)
      const asked = await askToLogOut(op, agent)
      isSlow = true

      const { frames } = await answer(agent, asked, { logout: 'yes' })

      expect(frames).to.deep.equal(['https://rp.example.com/out/web'])
      expect(String(op.serverErrors)).to.include('storage did not tell the clients of a logout')
      expect(op.serverErrors[0]).to.have.nested.property('cause.name', 'TimeoutError')
    })

    it('a client that needs a sid where the session knows none is not framed, and told of', async () => {
      const op = await startProvider(
        configuration([
          client({ frontchannel_logout_session_required: true }),
          client({ client_id: 'other' }),
        ]),
      )
      const { agent } = await op.authorize()
      await op.authorize({ client_id: 'other' }, agent)
      const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
      if (session === undefined) throw new Error('no session')
      const { grantId } = session.authorizations?.['web'] ?? {}
      session.authorizations = { ...session.authorizations, web: { grantId } }
      await session.persist()
      const told = failures(op)

      const { frames } = await logOut(op, agent)

      expect(frames).to.deep.equal(['https://rp.example.com/out/other'])
      expect(told).to.deep.equal([
        { client: 'web', accountId: 'alice', sid: '', error: 'this client needs the sid of the session' },
      ])
    })

    it('no more than maxFrames, those that were used last; of the others the host is told', async () => {
      const names = ['web', 'b', 'c']
      const op = await startProvider(
        configuration(
          names.map((client_id) => client({ client_id })),
          { maxFrames: 2 },
        ),
      )
      const { agent } = await op.authorize()
      for (const client_id of names) await op.authorize({ client_id }, agent)
      const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
      const told = failures(op)

      const { frames } = await logOut(op, agent)

      expect(frames).to.deep.equal(['https://rp.example.com/out/b', 'https://rp.example.com/out/c'])
      expect(told).to.deep.equal([
        {
          client: 'web',
          accountId: 'alice',
          sid: session?.sidFor('web'),
          error: 'only 2 clients of a logout are framed',
        },
      ])
    })

    it('where nobody is framed the browser goes on at once', async () => {
      const op = await startProvider(configuration([LEAVING_CLIENT]))
      const { agent } = await op.authorize()

      const { page, frames } = await logOut(op, agent)

      expect(frames).to.deep.equal([])
      expect(page).to.include(`content="0; url=${pathOf(op)}"`)
    })

    it('who is no browser is redirected: it frames nothing', async () => {
      const op = await startProvider(configuration([client()]))
      const { agent } = await op.authorize()
      const { action, xsrf } = await askToLogOut(op, agent)

      const response = await agent.post(action, { xsrf, logout: 'yes' })

      expect(response.status).to.equal(303)
    })
  })

  describe('who is framed (§3)', () => {
    it('every client of this session that wants to be, and nobody else', async () => {
      const op = await startProvider(
        configuration([
          client(),
          client({ client_id: 'b' }),
          { ...LEAVING_CLIENT, client_id: 'c' },
          client({ client_id: 'elsewhere' }),
        ]),
      )
      const { agent } = await op.authorize()
      await op.authorize({ client_id: 'b' }, agent)
      await op.authorize({ client_id: 'c' }, agent)
      await op.authorize({ client_id: 'elsewhere' })

      const { frames } = await logOut(op, agent)

      expect(frames).to.deep.equal(['https://rp.example.com/out/web', 'https://rp.example.com/out/b'])
    })

    it('only the client that asked, when the person stays signed in', async () => {
      const op = await startProvider(configuration([client(), client({ client_id: 'b' })]))
      const { agent } = await op.authorize()
      await op.authorize({ client_id: 'b' }, agent)

      const { frames, way } = await answer(agent, await askToLogOut(op, agent, { client_id: 'b' }), {})

      expect(frames).to.deep.equal(['https://rp.example.com/out/b'])
      expect(way).to.equal(`${pathOf(op)}?client_id=b`)
    })

    it('nobody, when the person stays signed in and the client is not in the session', async () => {
      const op = await startProvider(configuration([client(), client({ client_id: 'b' })]))
      const { agent } = await op.authorize()

      const { frames } = await answer(agent, await askToLogOut(op, agent, { client_id: 'b' }), {})

      expect(frames).to.deep.equal([])
    })

    it('clients are told by both channels', async () => {
      const receiver = await startLogoutReceiver()
      const op = await startProvider(
        configuration(
          [client({ backchannel_logout_uri: `${receiver.origin}/web` })],
          {},
          {
            allowSpecialUseAddresses: true,
            features: { backchannelLogout: { enabled: true }, frontchannelLogout: { enabled: true } },
          },
        ),
      )
      const { agent } = await op.authorize()

      const { frames } = await logOut(op, agent)

      expect(frames).to.have.length(1)
      expect(receiver.told).to.have.length(1)
    })

    it('iss and sid, as the ID Token told it, go to clients that need them (§2, §3)', async () => {
      const op = await startProvider(
        configuration([
          client({
            frontchannel_logout_session_required: true,
            frontchannel_logout_uri: 'https://rp.example.com/out?of=shop',
          }),
        ]),
      )
      const { agent, body } = await op.login()

      const { frames } = await logOut(op, agent)

      const { sid } = jwtPayload(String(body['id_token']))
      expect(sid).to.be.a('string')
      const query = new URLSearchParams({ of: 'shop', iss: op.issuer, sid: String(sid) })
      expect(frames).to.deep.equal([`https://rp.example.com/out?${query}`])
    })

    it('sid stays out of ID Tokens and frames of clients that do not need it', async () => {
      const op = await startProvider(configuration([client()]))
      const { agent, body } = await op.login()

      const { frames } = await logOut(op, agent)

      expect(jwtPayload(String(body['id_token']))).to.not.have.property('sid')
      expect(frames).to.deep.equal(['https://rp.example.com/out/web'])
    })
  })

  describe('the page', () => {
    const two = () =>
      configuration([
        client({
          redirect_uris: ['https://rp.example.com/cb', 'https://other.example.com:8443/cb'],
          frontchannel_logout_uri: "https://other.example.com:8443/?a=1&b='2'",
        }),
        client({ client_id: 'b' }),
      ])

    async function show(params: Record<string, string> = {}, given: Configuration = two()) {
      const op = await startProvider(given)
      const { agent } = await op.authorize()
      await op.authorize({ client_id: 'b' }, agent)
      return logOut(op, agent, params)
    }

    it('may frame the origins of these clients and nothing else (Content Security Policy Level 3 §6.1.5)', async () => {
      const { policy } = await show()

      expect(policy.get('frame-src')).to.equal('https://other.example.com:8443 https://rp.example.com')
      expect(policy.get('default-src')).to.equal("'none'")
      expect(policy.get('frame-ancestors')).to.equal("'none'")
      expect(policy.get('form-action')).to.equal("'none'")
    })

    it('adds these origins to the policy of the host, wherever that speaks of frames', async () => {
      for (const [host, expected] of [
        ["default-src 'self'", "'self' https://rp.example.com"],
        ["default-src 'self'; child-src https://a.example", 'https://a.example https://rp.example.com'],
        ["child-src 'self'; frame-src 'none'", 'https://rp.example.com'],
      ] as const) {
        const op = await startProvider(configuration([client()]), {
          use: [
            (ctx, next) => {
              ctx.set('content-security-policy', host)
              return next()
            },
          ],
        })
        const { agent } = await op.authorize()

        expect((await logOut(op, agent)).policy.get('frame-src'), host).to.equal(expected)
      }
    })

    it('what is framed cannot take the browser anywhere; its URL is escaped', async () => {
      const { page } = await show()

      const [first = ''] = /<iframe [^>]*>/.exec(page) ?? []
      expect(first).to.include('sandbox="allow-same-origin allow-scripts allow-forms"')
      expect(first).to.include('src="https://other.example.com:8443/?a=1&amp;b=&#39;2&#39;"')
    })

    it('goes on to the client, with its state, without scripts after the time, and by a link', async () => {
      const { page, way } = await show({
        client_id: 'web',
        post_logout_redirect_uri: LOGGED_OUT,
        state: 'a&"b',
      })

      const url = `${LOGGED_OUT}?${new URLSearchParams({ state: 'a&"b' })}`
      expect(way).to.equal(url)
      expect(page).to.include(
        `<noscript><meta http-equiv="refresh" content="3; url=${url.replaceAll('&', '&amp;')}"></noscript>`,
      )
      expect(page).to.include('data-wait="2500"')
    })

    it('waits as long as the host says', async () => {
      const { page } = await show({}, configuration([client(), client({ client_id: 'b' })], { timeout: 7 }))

      expect(page).to.include('data-wait="7000"').and.include('content="7; url=')
    })

    it('the session is over by then, and end_session.success told (RP-Initiated Logout 1.0 §2)', async () => {
      const op = await startProvider(configuration([client()]))
      const { agent } = await op.authorize()
      const told = op.next('end_session.success')

      await logOut(op, agent)

      expect(await told).to.have.length(1)
      expect(agent.cookies.has('_session')).to.equal(false)
    })
  })
})
