import { expect } from 'chai'
import debug from 'debug'
import { startRegistering } from '../support/registering.ts'
import { type RunningProvider, startProvider, stopProviders } from '../support/start_provider.ts'

describe('A027 interactions.url of a provider that is mounted', () => {
  afterEach(stopProviders)

  const firstLocation = async (op: RunningProvider) => {
    const request = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }
    return (await op.agent().get(op.authorizationUrl(request))).headers.get('location')
  }

  it('A027 its default is not prefixed with the mount path', async () => {
    const op = await startProvider({ interactions: {} }, { mountPath: '/oidc', screens: false })

    expect(await firstLocation(op)).to.match(/^\/interaction\/[\w-]+$/)
  })

  for (const url of ['/own/screen', 'https://login.example.com/here', 'relative']) {
    it(`A027 ${url} is used as it is`, async () => {
      const op = await startProvider(
        { interactions: { url: () => url } },
        { mountPath: '/oidc', screens: false },
      )

      expect(await firstLocation(op)).to.equal(url)
    })
  }
})

describe('A036 answers that must not be kept (RFC 6749 §5.1, RFC 6750 §5.3)', () => {
  afterEach(stopProviders)

  const expectNoStore = (headers: Headers) => {
    expect(headers.get('cache-control')).to.equal('no-store')
    expect(headers.get('pragma')).to.equal('no-cache')
  }

  it('A036 tokens, and errors of the token endpoint', async () => {
    const op = await startProvider()
    const tokens = await op.login()

    expect(tokens.status).to.equal(200)
    expectNoStore(tokens.headers)
    expectNoStore((await op.refresh('unknown')).headers)
    expectNoStore((await op.post('token', {})).headers)
  })

  it('A036 claims, and errors of the userinfo endpoint', async () => {
    const op = await startProvider()
    const { body } = await op.login()
    const claims = await op.userinfo(body['access_token'])

    expect(claims.status).to.equal(200)
    expectNoStore(claims.headers)
    expectNoStore((await op.userinfo('unknown')).headers)
  })

  it('A036 pushed requests (RFC 9126 §2.2)', async () => {
    const op = await startProvider()
    const { client_id, client_secret = '' } = op.client
    const form = { client_id, client_secret, response_type: 'code', code_challenge: 'a'.repeat(43) }
    const pushed = await op.post('pushed_authorization_request', { ...form, code_challenge_method: 'S256' })

    expect(pushed.status).to.equal(201)
    expectNoStore(pushed.headers)
    expectNoStore((await op.post('pushed_authorization_request', {})).headers)
  })

  it('A036 registrations, read or refused (RFC 7591 §3.2.1)', async () => {
    const op = await startRegistering()
    const url = op.provider.urlFor('registration')
    const send = (metadata: object) =>
      op.agent().request(url, {
        method: 'POST',
        body: JSON.stringify(metadata),
        headers: { 'content-type': 'application/json' },
      })
    const registered = await send({ redirect_uris: ['https://rp.example.com/cb'] })

    expect(registered.status).to.equal(201)
    expectNoStore(registered.headers)
    expectNoStore((await send({ redirect_uris: ['no URI'] })).headers)
  })

  it('A036 authorization responses, and screens of ours', async () => {
    const op = await startProvider({ features: { devInteractions: { enabled: true } } }, { screens: false })
    const agent = op.agent()
    const request = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }
    const sent = await agent.get(op.authorizationUrl(request))
    const screen = await agent.get(sent.headers.get('location') ?? '')

    expect(sent.status).to.equal(303)
    expectNoStore(sent.headers)
    expect(screen.status).to.equal(200)
    expectNoStore(screen.headers)
  })
})

describe('A038 debug output', () => {
  const { log } = debug
  const lines: string[] = []

  beforeEach(() => {
    lines.length = 0
    debug.log = (...words: unknown[]) => lines.push(words.join(' '))
  })
  afterEach(async () => {
    debug.log = log
    debug.disable()
    await stopProviders()
  })

  const failing = () =>
    startProvider({
      findAccount: () => {
        throw new Error('the directory is down')
      },
    })

  it('A038 traces failures of ours, with where they came from, under oidc-provider:*', async () => {
    debug.enable('oidc-provider:*')
    await (await failing()).login()

    expect(lines.join('\n')).to.match(/oidc-provider:server_error/)
    expect(lines.join('\n')).to.include('the directory is down')
    expect(lines.join('\n')).to.include('answers.test.ts')
  })

  it('A038 is silent about errors of clients', async () => {
    debug.enable('oidc-provider:*')
    const op = await startProvider()
    await op.refresh('unknown')

    expect(lines).to.deep.equal([])
  })

  it('A038 is silent unless it is asked for', async () => {
    debug.enable('something:else')
    await (await failing()).login()

    expect(lines).to.deep.equal([])
  })
})
