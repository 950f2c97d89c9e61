import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import type { Middleware } from 'koa'
import type { Configuration } from '../../../types/configuration.ts'
import { EVERYTHING, HYBRID_CLIENT, readAnswer, request } from '../../support/authorization_answer.ts'
import { REDIRECT_URI, startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const HOSTILE = `"'><script>alert(1)</script>\`&amp;\r\nSet-Cookie: a=b ${'x'.repeat(10_000)}`
const WEB_MESSAGE: Configuration = {
  ...EVERYTHING,
  features: { webMessageResponseMode: { enabled: true, ack: 'individual-draft-01' } },
}

/** A host that puts a policy on every answer, as security middleware does. */
const withPolicy =
  (policy: string | string[]): Middleware =>
  (ctx, next) => {
    ctx.set('content-security-policy', policy)
    return next()
  }

/** What a browser reads in an attribute. */
const attribute = (html: string, name: string) =>
  (new RegExp(`${name}="([^"]*)"`).exec(html)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&amp;', '&')

const directivesOf = (policy: string | null) =>
  new Map(
    (policy ?? '').split(';').map((text) => {
      const [name = '', ...sources] = text.trim().split(' ')
      return [name, sources] as const
    }),
  )

for (const ack of ['individual-draft-00', 'individual-draft-01']) {
  it(`F145 the web message draft may be acknowledged as ${ack}`, async () => {
    const told: string[] = []
    const tell = (message: string) => told.push(message)
    await startProvider({
      logger: { info: tell, warn: tell, error: tell },
      features: { webMessageResponseMode: { enabled: true, ack } },
    })

    expect(told.join()).not.to.contain('webMessageResponseMode')
    await stopProviders()
  })
}

describe('response modes', () => {
  afterEach(stopProviders)

  for (const mode of ['query', 'fragment', 'form_post', 'web_message']) {
    it(`A80 a hostile state comes back unchanged by ${mode}, and nothing of it is markup or a header`, async () => {
      const op = await startProvider(WEB_MESSAGE)

      const answer = await request(op, { response_type: 'none', response_mode: mode, state: HOSTILE })

      expect(answer.members['state']).to.equal(HOSTILE)
      expect(answer.html).to.not.include('<script>alert')
      expect([...answer.response.headers.keys()].filter((name) => name === 'a')).to.deep.equal([])
      expect(answer.response.headers.getSetCookie().join()).to.not.include('a=b')
    })
  }

  describe('query (RFC 6749 §3.1.2, §4.1.2)', () => {
    for (const [uri, start] of [
      ['https://rp.example.com/cb', 'https://rp.example.com/cb?'],
      ['https://rp.example.com/cb?', 'https://rp.example.com/cb?'],
      ['https://rp.example.com/cb?a=b', 'https://rp.example.com/cb?a=b&'],
      ['https://rp.example.com/cb?a=b&', 'https://rp.example.com/cb?a=b&'],
    ] as const) {
      it(`keeps the query of ${uri}, and puts the answer behind it`, async () => {
        const op = await startProvider({ clients: [{ ...WEB_CLIENT, redirect_uris: [uri] }] })

        const { response } = await op.authorize({ redirect_uri: uri, state: 's' })

        const location = response.headers.get('location') ?? ''
        expect(location.startsWith(start), location).to.equal(true)
        expect(location.slice(start.length)).to.match(/^code=[^&?]+&state=s&iss=/)
      })
    }
  })

  it('fragment keeps the query of the URI, and has the answer alone (OAuth 2.0 Multiple Response Types §2.1)', async () => {
    const uri = 'https://rp.example.com/cb?a=b'
    const op = await startProvider({ clients: [{ ...WEB_CLIENT, redirect_uris: [uri] }] })

    const { response } = await op.authorize({ redirect_uri: uri, response_mode: 'fragment' })

    expect(response.headers.get('location')).to.match(
      /^https:\/\/rp\.example\.com\/cb\?a=b#code=[\w-]+&iss=[^&]+$/,
    )
  })

  describe('form_post (OAuth 2.0 Form Post Response Mode 1.0)', () => {
    it('A72 an error posts to the verified redirect_uri only, all values escaped (§2)', async () => {
      const op = await startProvider(EVERYTHING)

      const answer = await request(op, { response_mode: 'form_post', prompt: 'none', state: HOSTILE })

      expect(answer.html.match(/<form/g)).to.have.length(1)
      expect(answer.to).to.equal(REDIRECT_URI)
      expect(answer.members).to.include({ error: 'login_required', state: HOSTILE })
    })

    it('A092 an error is answered with HTTP 400', async () => {
      const op = await startProvider(EVERYTHING)

      const failed = await request(op, { response_mode: 'form_post', prompt: 'none' })
      const succeeded = await request(op, { response_mode: 'form_post' })

      expect([failed.status, succeeded.status]).to.deep.equal([400, 200])
    })

    it('W7 its policy allows one script, by hash; where a client forwards to is not its business', async () => {
      const op = await startProvider(EVERYTHING)

      const { response } = await request(op, { response_mode: 'form_post' })

      const policy = directivesOf(response.headers.get('content-security-policy'))
      expect(policy.get('default-src')).to.deep.equal(["'none'"])
      expect(policy.get('script-src')?.[0]).to.match(/^'sha256-/)
      expect(policy.get('script-src')).to.have.length(1)
      expect(policy.has('form-action')).to.equal(false)
    })

    it('W11 there is a button for those who run no scripts', async () => {
      const op = await startProvider(EVERYTHING)

      const { html } = await request(op, { response_mode: 'form_post' })

      expect(html).to.match(/<form.*<button type="submit">.*<\/form>/s)
    })

    it('A81 nobody can frame it, and nothing keeps a copy (RFC 6749 §10.13)', async () => {
      const op = await startProvider(EVERYTHING)

      const { response } = await request(op, { response_mode: 'form_post' })

      expect(response.headers.get('content-security-policy')).to.include("frame-ancestors 'none'")
      expect(response.headers.get('x-frame-options')).to.equal('DENY')
      expect(response.headers.get('cache-control')).to.include('no-store')
    })

    it('A093 a policy of the host is extended by what the page needs, not replaced', async () => {
      const host =
        "default-src 'self'; Script-Src 'self' 'nonce-abc'; form-action 'self'; frame-ancestors *; report-uri /r"
      const op = await startProvider(EVERYTHING, { use: [withPolicy(host)] })

      const { response } = await request(op, { response_mode: 'form_post' })

      const policy = directivesOf(response.headers.get('content-security-policy'))
      expect(policy.get('default-src')).to.deep.equal(["'self'"])
      expect(policy.get('script-src')?.slice(0, 2)).to.deep.equal(["'self'", "'nonce-abc'"])
      expect(policy.get('script-src')?.[2]).to.match(/^'sha256-/)
      expect(policy.get('style-src')?.[0]).to.equal("'self'")
      expect(policy.get('style-src')?.[1]).to.match(/^'sha256-/)
      expect(policy.has('form-action')).to.equal(false)
      expect(policy.get('report-uri')).to.deep.equal(['/r'])
      expect(policy.get('frame-ancestors')).to.deep.equal(["'none'"])
    })

    it('A093 each of several policies has to allow the page', async () => {
      const op = await startProvider(EVERYTHING, {
        use: [withPolicy(["script-src 'none'; form-action 'none'", "script-src-elem 'self', img-src *"])],
      })

      const { response } = await request(op, { response_mode: 'form_post' })

      const policies = (response.headers.get('content-security-policy') ?? '').split(', ').map(directivesOf)
      expect(policies).to.have.length(3)
      expect(policies[0]?.get('script-src')?.join()).to.match(/^'sha256-[^,]+$/)
      expect(policies[0]?.has('form-action')).to.equal(false)
      expect(policies[1]?.get('script-src-elem')?.join()).to.match(/^'self','sha256-[^,]+$/)
      expect(policies[1]?.has('script-src')).to.equal(false)
      expect(policies[2]?.has('script-src')).to.equal(false)
    })
  })

  describe('web_message (OAuth 2.0 Web Message Response Mode)', () => {
    it('F145 its verified origin alone may frame it, whatever the host put on every answer (as helmet does)', async () => {
      for (const host of [
        "default-src 'self'; frame-ancestors 'self'",
        "default-src 'self'",
        'frame-ancestors *',
      ]) {
        const op = await startProvider(WEB_MESSAGE, {
          use: [
            withPolicy(host),
            (ctx, next) => {
              ctx.set('x-frame-options', 'SAMEORIGIN')
              return next()
            },
          ],
        })

        const { response } = await request(op, { response_mode: 'web_message' })

        const policy = directivesOf(response.headers.get('content-security-policy'))
        expect(policy.get('frame-ancestors')).to.deep.equal(['https://rp.example.com'])
        expect(response.headers.get('x-frame-options')).to.equal(null)
      }
    })

    it('A092 an error is answered with HTTP 400', async () => {
      const op = await startProvider(WEB_MESSAGE)

      const failed = await request(op, { response_mode: 'web_message', prompt: 'none' })
      const succeeded = await request(op, { response_mode: 'web_message' })

      expect([failed.status, succeeded.status]).to.deep.equal([400, 200])
    })

    it('is unknown while the feature is off', async () => {
      const op = await startProvider(EVERYTHING)

      const { way, members } = await request(op, { response_mode: 'web_message' })

      expect(way).to.equal('query')
      expect(members).to.include({ error: 'unsupported_response_mode' })
    })

    for (const name of ['web_message_uri', 'web_message_target']) {
      it(`F317 F360 A45 relay mode is refused with a page: ${name} (§4.2)`, async () => {
        const op = await startProvider(WEB_MESSAGE)

        const { way, status, html } = await request(op, {
          response_mode: 'web_message',
          [name]: 'https://evil.example',
        })

        expect({ way, status }).to.deep.equal({ way: 'page', status: 400 })
        expect(html).to.include('web_message_uri_mismatch')
      })
    }

    it('A45 a redirect_uri without an origin gets a page: nothing is sent to everybody', async () => {
      const uri = 'com.example.app:/cb'
      const op = await startProvider({
        ...WEB_MESSAGE,
        clients: [{ ...HYBRID_CLIENT, application_type: 'native', redirect_uris: [uri] }],
      })

      const { way, html } = await request(op, {
        response_mode: 'web_message',
        redirect_uri: uri,
        prompt: 'none',
      })

      expect(way).to.equal('page')
      expect(html).to.include('web_message_uri_mismatch').and.not.include('postMessage')
    })

    it('A45 the message goes to the origin of the redirect_uri, which alone may frame the page', async () => {
      const op = await startProvider(WEB_MESSAGE)

      const { to, html, response } = await request(op, { response_mode: 'web_message', prompt: 'none' })

      expect(to).to.equal('https://rp.example.com')
      expect(html).to.not.match(/postMessage\([^)]*\*/)
      expect(response.headers.get('content-security-policy')).to.include(
        'frame-ancestors https://rp.example.com;',
      )
      expect(response.headers.get('x-frame-options')).to.equal(null)
    })

    for (const [whose, names] of [
      ['opened', { opener: true, parent: false }],
      ['framed', { opener: false, parent: true }],
    ] as const) {
      it(`F145 the page sends its message to the window that ${whose} it, and to nobody else (§4.1)`, async () => {
        const op = await startProvider(WEB_MESSAGE)
        const { html, response, members } = await request(op, { response_mode: 'web_message', state: 's' })
        const [, script = ''] = /<script>(.*)<\/script>/s.exec(html) ?? []
        const sent: unknown[] = []
        const other = { postMessage: (...args: unknown[]) => sent.push(args) }
        const window: Record<string, unknown> = {}
        window['opener'] = names.opener ? other : null
        window['parent'] = names.parent ? other : window
        const data = (name: string) => attribute(html, `data-${name}`)
        const document = {
          querySelector: () => ({ dataset: { target: data('target'), message: data('message') } }),
        }

        runInNewContext(script, { window, document, JSON })

        const hash = createHash('sha256').update(script).digest('base64')
        const policy = directivesOf(response.headers.get('content-security-policy'))
        expect(sent).to.deep.equal([
          [{ type: 'authorization_response', response: members }, 'https://rp.example.com'],
        ])
        expect(members).to.include({ state: 's', iss: op.issuer })
        expect(policy.get('script-src')).to.deep.equal([`'sha256-${hash}'`])
        expect(policy.get('form-action')).to.deep.equal(["'none'"])
        expect(html).to.include('<title>One moment</title>')
      })
    }

    it('F145 the page sends nothing where no other window is', async () => {
      const op = await startProvider(WEB_MESSAGE)
      const { html } = await request(op, { response_mode: 'web_message' })
      const [, script = ''] = /<script>(.*)<\/script>/s.exec(html) ?? []
      const sent: unknown[] = []
      const window: Record<string, unknown> = { opener: null, postMessage: () => sent.push(1) }
      window['parent'] = window
      const document = { querySelector: () => ({ dataset: { target: '', message: '{}' } }) }

      runInNewContext(script, { window, document, JSON })

      expect(sent).to.deep.equal([])
    })

    it('A45 what names a relay means nothing in another mode', async () => {
      const op = await startProvider(WEB_MESSAGE)

      const { members } = await request(op, {
        response_mode: 'query',
        web_message_uri: 'https://other.example',
      })

      expect(members).to.have.property('code')
    })

    it('is announced by discovery', async () => {
      const op = await startProvider(WEB_MESSAGE)

      const response = await op.agent().get(`${op.issuer}/.well-known/openid-configuration`)

      expect(JSON.parse(await response.text()).response_modes_supported).to.deep.equal([
        'query',
        'fragment',
        'form_post',
        'web_message',
      ])
    })
  })

  describe('modes of the host: registerResponseMode', () => {
    it('F225 takes successes and errors to the client, and is announced', async () => {
      const op = await startProvider(EVERYTHING)
      op.provider.registerResponseMode('carrier_pigeon', (ctx, redirectUri, response) => {
        ctx.body = { redirectUri, response }
      })
      const send = async (params: Record<string, string>) =>
        JSON.parse((await request(op, { response_mode: 'carrier_pigeon', ...params })).html)

      const succeeded = await send({ response_type: 'code id_token', nonce: 'n', state: 's' })
      const failed = await send({ prompt: 'none' })
      const discovery = await op.agent().get(`${op.issuer}/.well-known/openid-configuration`)

      expect(succeeded.redirectUri).to.equal(REDIRECT_URI)
      expect(Object.keys(succeeded.response)).to.have.members(['code', 'id_token', 'state'])
      expect(failed.response).to.deep.equal({
        error: 'login_required',
        error_description: 'End-User authentication is required',
        iss: op.issuer,
      })
      expect(JSON.parse(await discovery.text()).response_modes_supported).to.include('carrier_pigeon')
    })

    it('one that fails shows an error page, and the failure goes to server_error', async () => {
      const op = await startProvider(EVERYTHING)
      const failure = new Error('no pigeons')
      op.provider.registerResponseMode('carrier_pigeon', async () => {
        throw failure
      })

      const { way, status } = await request(op, { response_mode: 'carrier_pigeon' })

      expect({ way, status }).to.deep.equal({ way: 'page', status: 500 })
      expect(op.serverErrors).to.include(failure)
    })

    it('F225 does not replace a mode that is there', async () => {
      const op = await startProvider(EVERYTHING)

      expect(() => op.provider.registerResponseMode('query', () => undefined)).to.throw(TypeError, 'query')
    })
  })

  describe('A82 POST at the authorization endpoint (OpenID Connect Core 1.0 §3.1.2.1)', () => {
    it('is not served where enableHttpPostMethods is off', async () => {
      const op = await startProvider({ ...EVERYTHING, enableHttpPostMethods: false })

      const response = await op.agent().post(op.provider.urlFor('authorization'), { client_id: 'web' })

      expect(response.status).to.equal(405)
    })

    it('A069 is answered like GET, and parameters of the query count for nothing', async () => {
      const op = await startProvider(EVERYTHING)
      const url = `${op.provider.urlFor('authorization')}?state=query`

      const response = await op.agent().post(url, {
        client_id: 'web',
        redirect_uri: REDIRECT_URI,
        response_type: 'none',
        scope: 'openid',
        prompt: 'none',
      })

      const { members } = await readAnswer(response)
      expect(members['error']).to.equal('login_required')
      expect(members).to.not.have.property('state')
    })
  })
})
