import { once } from 'node:events'
import {
  type ClientHttp2Session,
  connect,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
} from 'node:http2'
import { expect } from 'chai'
import Provider from '../../lib/index.ts'
import { pkce, REDIRECT_URI, WEB_CLIENT } from '../support/start_provider.ts'

type Screen = (
  provider: Provider,
  req: Http2ServerRequest,
  res: Http2ServerResponse,
) => Promise<unknown> | undefined

/** A browser that speaks HTTP/2: keeps cookies by name, whatever their path. */
class Browser {
  readonly #session: ClientHttp2Session
  readonly #cookies = new Map<string, string>()

  constructor(session: ClientHttp2Session) {
    this.#session = session
  }

  async send(path: string, form?: Record<string, string>) {
    const request = this.#session.request({
      ':path': path,
      cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; '),
      ...(form === undefined
        ? {}
        : { ':method': 'POST', 'content-type': 'application/x-www-form-urlencoded' }),
    })
    request.end(form === undefined ? undefined : new URLSearchParams(form).toString())
    const answered = new Promise<IncomingHttpHeaders & { ':status'?: number }>((resolve) => {
      request.once('response', resolve)
    })
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk)
    const headers = await answered
    for (const line of headers['set-cookie'] ?? []) {
      const [name = '', value = ''] = line.slice(0, line.indexOf(';')).split(/=(.*)/)
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return { status: headers[':status'], location: headers.location ?? '', body }
  }

  /** Asks for authorization. @returns where the screens are, as a path */
  async askForAuthorization(challenge: string): Promise<string> {
    const query = new URLSearchParams({
      client_id: WEB_CLIENT.client_id,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: REDIRECT_URI,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })
    return (await this.send(`/auth?${query}`)).location
  }
}

/** The screens of a host, written with what `interactionDetails` and `interactionFinished` are given. */
const finishing: Screen = async (provider, req, res) => {
  const { prompt, params } = await provider.interactionDetails(req, res)
  if (prompt.name === 'login')
    return provider.interactionFinished(req, res, { login: { accountId: 'alice' } })
  const grant = new provider.Grant({ accountId: 'alice', clientId: String(params['client_id']) })
  grant.addOIDCScope('openid')
  const result = { consent: { grantId: await grant.save() } }
  return provider.interactionFinished(req, res, result, { mergeWithLastSubmission: true })
}

/** Screens of an application in the browser, which goes on by itself. */
const asking: Screen = async (provider, req, res) => {
  const { prompt } = await provider.interactionDetails(req, res)
  const location = await provider.interactionResult(req, res, { error: 'access_denied' })
  res.end(JSON.stringify({ prompt: prompt.name, location }))
}

describe('a provider and its screens on HTTP/2 (RFC 9113)', () => {
  let server: Http2Server
  let session: ClientHttp2Session

  async function start(screen: Screen): Promise<Browser> {
    server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    const provider = new Provider(origin, {
      clients: [WEB_CLIENT],
      logger: { info() {}, warn() {}, error() {} },
      cookies: { keys: ['a key for cookies'], long: { signed: true }, short: { signed: true } },
      interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
      features: { devInteractions: { enabled: false } },
    })
    const handle = provider.callback()
    server.on('request', (req: Http2ServerRequest, res: Http2ServerResponse) => {
      const pending = req.url.startsWith('/interaction/') ? screen(provider, req, res) : handle(req, res)
      pending?.catch((error: unknown) => {
        res.statusCode = 500
        res.end(String(error))
      })
    })
    session = connect(origin)
    return new Browser(session)
  }

  afterEach(async () => {
    session.close()
    server.close()
    await once(server, 'close')
  })

  it('answers HEAD as GET, without a body (RFC 9110 §9.3.2)', async () => {
    await start(finishing)
    const answered: unknown[] = []
    for (const path of ['/jwks', '/nowhere']) {
      for (const method of ['GET', 'HEAD']) {
        const request = session.request({ ':method': method, ':path': path })
        const [headers] = await once(request, 'response')
        let body = ''
        for await (const chunk of request.setEncoding('utf8')) body += String(chunk)
        answered.push([method, headers[':status'], body !== ''])
      }
    }

    expect(answered).to.deep.equal([
      ['GET', 200, true],
      ['HEAD', 200, false],
      ['GET', 404, true],
      ['HEAD', 404, false],
    ])
  })

  it('F267 interactionDetails refuses a browser that is in no interaction', async () => {
    const browser = await start(finishing)

    const { status, body } = await browser.send('/interaction/made-up')

    expect(status).to.equal(500)
    expect(body).to.include('SessionNotFound')
  })

  it('F267 F268 interactionDetails and interactionFinished take its requests, up to the tokens', async () => {
    const browser = await start(finishing)
    const { verifier, challenge } = pkce()

    const login = await browser.askForAuthorization(challenge)
    const loggedIn = new URL((await browser.send(login)).location)
    const consent = await browser.send(loggedIn.pathname)
    const agreed = new URL((await browser.send(consent.location)).location)
    const answer = new URL((await browser.send(agreed.pathname)).location)
    const { status, body } = await browser.send('/token', {
      client_id: WEB_CLIENT.client_id,
      client_secret: WEB_CLIENT.client_secret ?? '',
      grant_type: 'authorization_code',
      code: answer.searchParams.get('code') ?? '',
      code_verifier: verifier,
      redirect_uri: REDIRECT_URI,
    })

    expect(`${answer.origin}${answer.pathname}`).to.equal(REDIRECT_URI)
    expect(status).to.equal(200)
    expect(body).to.include('access_token')
  })

  it('F269 interactionResult takes its requests', async () => {
    const browser = await start(asking)

    const login = await browser.askForAuthorization(pkce().challenge)
    const { body } = await browser.send(login)
    const answer: { prompt: string; location: string } = JSON.parse(body)
    const ended = new URL((await browser.send(new URL(answer.location).pathname)).location)

    expect(answer.prompt).to.equal('login')
    expect(ended.searchParams.get('error')).to.equal('access_denied')
  })
})
