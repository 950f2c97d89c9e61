import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'
import { startIssuerOfTokens } from '../../support/issuer_of_tokens.ts'
import { jwtPayload } from '../../support/jwt_payload.ts'

const VERIFIER = 'a-code-verifier-that-is-as-long-as-it-has-to-be'
const CALLBACK = 'http://127.0.0.1:9/callback'
const OTHER_SERVER = 'https://files.example.com/mcp'

async function membersOf(response: Response): Promise<Record<string, unknown>> {
  return { ...Object(await response.json()) }
}

describe('the guide docs/guides/mcp.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/mcp.md', [3000, 3001])
  const mcpServer = () => `${guide.origin(3001)}/mcp`
  const metadataUrl = () => `${guide.origin(3001)}/.well-known/oauth-protected-resource/mcp`

  before(async () => {
    const opensRegistration = guide.text().match(/^ {2}```js\n(.*?)^ {2}```/ms)?.[1] ?? ''
    const provider = `${guide.file('provider.js')}\n${opensRegistration}`
    await guide.start('provider.js', provider, guide.origin(3000))
    await guide.start('server.js', guide.file('server.js'), guide.origin(3001))
  })

  const register = (metadata: object) =>
    fetch(`${guide.origin(3000)}/reg`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://inspector.example.com' },
      body: JSON.stringify({ redirect_uris: [CALLBACK], client_name: 'Assistant', ...metadata }),
    })

  /** What a client gets back from `/auth` that somebody allowed it. */
  async function authorize(request: Record<string, string>) {
    const client_id = String((await membersOf(await register({})))['client_id'])
    const query = new URLSearchParams({
      client_id,
      response_type: 'code',
      redirect_uri: CALLBACK,
      code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      code_challenge_method: 'S256',
      ...request,
    })
    const browser = new Browsing(CALLBACK)
    let page = await browser.open(`${guide.origin(3000)}/auth?${query}`)
    if (!page.url.startsWith(CALLBACK)) {
      page = await browser.submit(page, { login: 'alice', password: 'any' })
      page = await browser.submit(page)
    }
    return { client_id, answer: new URL(page.url).searchParams }
  }

  async function tokenFor(request: Record<string, string>): Promise<unknown> {
    const { client_id, answer } = await authorize(request)
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id,
      code: answer.get('code') ?? '',
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
      resource: request['resource'] ?? '',
    })
    const response = await fetch(`${guide.origin(3000)}/token`, { method: 'POST', body })
    return (await membersOf(response))['access_token']
  }

  /** Lists the tools. */
  const call = (token?: unknown, server = mcpServer()) =>
    fetch(server, {
      method: 'POST',
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    })

  it('its MCP server says without a token where to log in (RFC 9728 §3.1, §5.1, RFC 6750 §3.1)', async () => {
    const { status, headers } = await call()
    const document = await membersOf(await fetch(metadataUrl()))

    expect(status).to.equal(401)
    const challenge = `Bearer resource_metadata="${metadataUrl()}", scope="tools"`
    expect(headers.get('www-authenticate')).to.equal(challenge)
    expect(document['resource']).to.equal(mcpServer())
    expect(document['authorization_servers']).to.deep.equal([guide.origin(3000)])
  })

  it('its MCP server refuses a token for another one (RFC 8707 §3, RFC 9068 §4)', async () => {
    const token = await tokenFor({ resource: OTHER_SERVER, scope: 'tools' })

    const { status, headers } = await call(token)

    expect(jwtPayload(token)).to.include({ aud: OTHER_SERVER, sub: 'alice', scope: 'tools' })
    expect(status).to.equal(401)
    expect(headers.get('www-authenticate')).to.include('error="invalid_token"')
  })

  it('its MCP server refuses a token without the scope (RFC 6750 §3.1)', async () => {
    const { status, headers } = await call(await tokenFor({ resource: mcpServer(), scope: 'openid' }))

    expect(status).to.equal(403)
    expect(headers.get('www-authenticate')).to.include('error="insufficient_scope"')
  })

  it('its MCP server refuses a token that is bound to a key without the proof (RFC 9449 §7.2)', async () => {
    const [elsewhere, port] = [await guide.anotherPort(), await guide.anotherPort()]
    const server = `http://localhost:${port}/mcp`
    const issuer = await startIssuerOfTokens(elsewhere, server)
    const program = guide.file('server.js').replaceAll(guide.origin(3000), `http://localhost:${elsewhere}`)
    await guide.start('other_server.js', program.replaceAll(`${guide.port(3001)}`, `${port}`), server)
    const claims = { sub: 'alice', client_id: 'app', scope: 'tools' }

    const free = await call(await issuer.sign(claims), server)
    const bound = await call(await issuer.sign({ ...claims, cnf: { jkt: 'of-somebody' } }), server)
    issuer.stop()

    expect([free.status, bound.status]).to.deep.equal([200, 401])
    expect(bound.headers.get('www-authenticate')).to.include('error="invalid_token"')
  })

  it('its provider lets nobody in who asks for no scope at all (RFC 6749 §3.3)', async () => {
    const { answer } = await authorize({ resource: mcpServer() })

    expect(answer.get('error')).to.equal('access_denied')
  })

  it('its MCP server answers a token of its own', async () => {
    const response = await call(await tokenFor({ resource: mcpServer(), scope: 'tools' }))

    expect(response.status).to.equal(200)
    expect(await response.text()).to.include('"whoami"')
  })

  it('its provider knows MCP servers letter by letter (RFC 8707 §2)', async () => {
    const { answer } = await authorize({ resource: `${mcpServer()}/`, scope: 'tools' })

    expect(answer.get('error')).to.equal('invalid_target')
  })

  const strangers: [title: string, metadata: object][] = [
    ['answers at a page of its own', { redirect_uris: ['https://evil.example.com/cb'] }],
    ['answers at such a page, too', { redirect_uris: [CALLBACK, 'https://evil.example.com/cb'] }],
    ['a secret', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['nowhere to answer', { redirect_uris: undefined }],
    ['a scope that nobody knows', { scope: 'tools admin' }],
  ]
  for (const [title, metadata] of strangers)
    it(`its provider registers no client that wants ${title} (RFC 7591 §3.2.2)`, async () => {
      const response = await register(metadata)

      expect(response.status).to.equal(400)
      expect((await membersOf(response))['error']).to.be.oneOf([
        'invalid_client_metadata',
        'invalid_redirect_uri',
      ])
    })

  it('its provider registers a page that is known, as no native client', async () => {
    const response = await register({ redirect_uris: ['https://assistant.example.com/cb'] })

    expect(response.status).to.equal(201)
    expect((await membersOf(response))['application_type']).to.equal('web')
  })

  it('its registration opens to pages by the lines that are shown for that (Fetch Standard, CORS protocol)', async () => {
    const url = `${guide.origin(3000)}/reg`
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: { origin: 'https://inspector.example.com' },
    })
    const registered = await register({})
    const refused = await register({ token_endpoint_auth_method: 'client_secret_basic' })

    expect([preflight.status, registered.status, refused.status]).to.deep.equal([204, 201, 400])
    for (const { headers } of [preflight, registered, refused])
      expect(headers.get('access-control-allow-origin')).to.equal('*')
  })

  it('the reference client registers itself, logs in, calls a tool and refreshes (RFC 7591, RFC 8414, RFC 9728)', async () => {
    const { printed, ended, failed } = await guide.start('client.js', guide.file('client.js'))
    const early = failed.then((why) => Promise.reject(new Error(why)))
    early.catch(() => undefined)
    while (!printed().includes('Open '))
      await Promise.race([early, new Promise((resolve) => setImmediate(resolve))])
    const [, address = ''] = /Open (\S+)/.exec(printed()) ?? []
    const browser = new Browsing()

    const login = await browser.open(address)
    const consent = await browser.submit(login, { login: 'alice', password: 'any' })
    const end = await browser.submit(consent)

    expect(new URL(address).searchParams.get('resource')).to.equal(mcpServer())
    expect(consent.text).to.include('Example assistant')
    expect(end.text).to.equal('You can close this window.\n')
    expect((await ended).split('\n').slice(1)).to.deep.equal(['You are alice', 'You are alice', ''])
  })
})
