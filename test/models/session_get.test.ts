import { expect } from 'chai'
import { type RunningProvider, startProvider, stopProviders } from '../support/start_provider.ts'

describe('Session.get (A115, F334)', () => {
  afterEach(stopProviders)

  /** With a page of the host's own site in front of the provider. */
  const start = async () => {
    const op: RunningProvider = await startProvider(
      {},
      {
        use: [
          async (ctx, next) => {
            if (ctx.path !== '/whoami') return next()
            const session = await op.provider.Session.get(op.provider.app.createContext(ctx.req, ctx.res))
            ctx.body = { signedIn: session.accountId ?? null, isNew: session.isNew }
          },
        ],
      },
    )
    return op
  }

  it('F285 A115 tells a page of the host, outside of any request of the protocol, who is signed in', async () => {
    const op = await start()
    const { agent } = await op.authorize()

    const response = await agent.get('/whoami')

    expect(await response.json()).to.deep.equal({ signedIn: 'alice', isNew: false })
  })

  it('A115 gives a session that nobody is logged in to, and stores nothing, without a cookie', async () => {
    const op = await start()

    const response = await op.agent().get('/whoami')

    expect(await response.json()).to.deep.equal({ signedIn: null, isNew: true })
    expect(response.headers.getSetCookie()).to.deep.equal([])
  })

  it('A115 gives a new session for a cookie that names none', async () => {
    const op = await start()

    const response = await op.agent().get('/whoami', { cookie: '_session=made-up' })

    expect(await response.json()).to.deep.equal({ signedIn: null, isNew: true })
  })
})
