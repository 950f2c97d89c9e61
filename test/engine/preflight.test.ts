import { expect } from 'chai'
import { startProvider, stopProviders } from '../support/start_provider.ts'

const ORIGIN = 'https://app.example.com'

describe('preflights (Fetch standard, CORS-preflight fetch)', () => {
  afterEach(stopProviders)

  async function ask(headers: Record<string, string>, use: Parameters<typeof startProvider>[1] = {}) {
    const op = await startProvider({}, use)
    return op.agent().request(op.provider.urlFor('token'), { method: 'OPTIONS', headers })
  }
  const asking = { origin: ORIGIN, 'access-control-request-method': 'POST' }

  it('allow the methods and the headers that are asked for, for an hour', async () => {
    const { status, headers } = await ask({ ...asking, 'access-control-request-headers': 'authorization' })

    expect(status).to.equal(204)
    expect(headers.get('access-control-allow-origin')).to.equal(ORIGIN)
    expect(headers.get('access-control-allow-methods')).to.equal('POST')
    expect(headers.get('access-control-allow-headers')).to.equal('authorization')
    expect(headers.get('access-control-max-age')).to.equal('3600')
    expect(headers.get('vary')).to.match(/origin/i)
  })

  it('name no headers where none are asked for, and repeat no list without measure', async () => {
    const none = await ask(asking)
    const most = await ask({ ...asking, 'access-control-request-headers': 'x'.repeat(1024) })
    const more = await ask({ ...asking, 'access-control-request-headers': 'x'.repeat(1025) })

    expect(none.headers.has('access-control-allow-headers')).to.equal(false)
    expect(most.headers.get('access-control-allow-headers')).to.have.length(1024)
    expect(more.headers.has('access-control-allow-headers')).to.equal(false)
  })

  for (const [title, headers] of [
    ['no origin asks', { 'access-control-request-method': 'POST' }],
    ['no method is named', { origin: ORIGIN }],
  ] as const) {
    it(`allow nothing where ${title}`, async () => {
      const response = await ask({ ...headers })

      expect(response.status).to.equal(204)
      expect(response.headers.has('access-control-allow-origin')).to.equal(false)
    })
  }

  it('leave it to a host that answers them itself', async () => {
    const { headers } = await ask(asking, {
      use: [
        (ctx, next) => {
          ctx.set('access-control-allow-origin', 'https://own.example.com')
          return next()
        },
      ],
    })

    expect(headers.get('access-control-allow-origin')).to.equal('https://own.example.com')
    expect(headers.has('access-control-allow-methods')).to.equal(false)
  })
})
