import { once } from 'node:events'
import { type ClientHttp2Session, connect, createServer, type Http2Server } from 'node:http2'
import { expect } from 'chai'
import Provider from '../../lib/index.ts'
import { REDIRECT_URI, WEB_CLIENT } from '../support/start_provider.ts'

const QUIET = { info() {}, warn() {}, error() {} }

/** Asks once. @returns the headers of the answer, and its body */
async function ask(session: ClientHttp2Session, path: string, cookie = '') {
  const stream = session.request({ ':path': path, ...(cookie === '' ? {} : { cookie }) })
  const [headers] = await once(stream, 'response')
  let body = ''
  for await (const chunk of stream) body += chunk
  return { headers, body }
}

const cookiesOf = (headers: { 'set-cookie'?: string[] }) =>
  (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';', 1)[0]).join('; ')

describe('a host over HTTP/2 (RFC 9113)', () => {
  let server: Http2Server
  let session: ClientHttp2Session

  afterEach(() => {
    session.destroy()
    server.close()
  })

  it('mounts the callback, and reads and ends interactions', async () => {
    const provider = new Provider('http://op.example.com', {
      clients: [WEB_CLIENT],
      cookies: { keys: ['k'] },
      pkce: { required: () => false },
      features: { devInteractions: { enabled: false } },
      logger: QUIET,
    })
    const handle = provider.callback()
    server = createServer(async (req, res) => {
      if (!req.url.startsWith('/interaction/')) return handle(req, res)
      const { prompt } = await provider.interactionDetails(req, res)
      await provider.interactionFinished(req, res, { error: 'access_denied', error_description: prompt.name })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    session = connect(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)

    const query = new URLSearchParams({
      client_id: 'web',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: REDIRECT_URI,
    })
    const started = await ask(session, `/auth?${query}`)
    const cookies = cookiesOf(started.headers)
    const ended = await ask(session, String(started.headers.location), cookies)
    const { pathname } = new URL(String(ended.headers.location))
    const answered = await ask(session, pathname, cookies)

    expect([started, ended, answered].map(({ headers }) => headers[':status'])).to.deep.equal([303, 303, 303])
    const answer = new URL(String(answered.headers.location)).searchParams
    expect([answer.get('error'), answer.get('error_description')]).to.deep.equal(['access_denied', 'login'])
  })
})
