import { expect } from 'chai'
import { followGuide } from '../../support/guide.ts'
import { UserAgent } from '../../support/user_agent.ts'

describe('the guide docs/guides/account_page.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/account_page.md')

  it('its page takes forms of its own where the issuer has a path (RFC 6454 §7)', async () => {
    const [written, port] = [String(guide.port(3000)), String(await guide.anotherPort())]
    const origin = `http://localhost:${port}`
    const [program = ''] = guide.blocks()
    const mounted = program
      .replaceAll(written, port)
      .replace(`'${origin}'`, `'${origin}/oidc'`)
      .replace(
        'return serve(req, res)',
        "{ req.originalUrl = req.url; req.url = req.url.replace(/^\\/oidc/, ''); return serve(req, res) }",
      )
    await guide.start('mounted.js', mounted, origin)
    const agent = new UserAgent(origin)
    const screen = async (path: string, form: Record<string, string>) => {
      const html = await (await agent.get(path)).text()
      const [, action = ''] = /<form method="post" action="([^"]*)"/.exec(html) ?? []
      const response = await agent.follow(await agent.post(action, form))
      return response.headers.get('location') ?? response.url
    }
    const [, query = ''] = /\/auth(\?\S+)/.exec(guide.text()) ?? []
    const login = await agent.get(`${origin}/oidc/auth${query}`)
    const first = new URL(login.headers.get('location') ?? '', origin).href
    await screen(first, { prompt: 'login', login: 'alice', password: 'any' })

    const sent = await agent.post(`${origin}/account`, { everywhere: 'yes' }, { origin })

    expect(sent.status).to.equal(303)
    expect((await agent.get(`${origin}/account`)).status).to.equal(401)
  })

  it('its page shows a login, disconnects an application and signs out everywhere', async () => {
    const issuer = guide.origin(3000)
    const [program = ''] = guide.blocks()
    const [login = ''] = /http:\/\/localhost:\d+\/auth\S+/.exec(guide.text()) ?? []
    await guide.start('provider.js', program, issuer)
    const agent = new UserAgent(issuer)
    const page = async () => (await agent.get(`${issuer}/account`)).text()
    const send = async (form: Record<string, string>, origin = issuer) =>
      (await agent.post(`${issuer}/account`, form, { origin })).status
    const act = async (screen: string, form: Record<string, string>) => {
      const html = await (await agent.get(screen)).text()
      const [, action = ''] = /<form method="post" action="([^"]*)"/.exec(html) ?? []
      const response = await agent.follow(await agent.post(action, form))
      return response.headers.get('location') ?? response.url
    }

    expect(await page()).to.equal('sign in first\n')
    let response = await agent.get(login)
    const consent = await act(response.headers.get('location') ?? '', {
      prompt: 'login',
      login: 'alice',
      password: 'any',
    })
    await act(consent, { prompt: 'consent' })

    expect(await page()).to.match(/this one: signed in .* for shop .*Shop, since/s)
    expect(await send({ client: 'shop' }, 'https://evil.example.com')).to.equal(403)
    expect(await page()).to.include('Shop, since')
    expect(await send({ client: 'shop' })).to.equal(303)
    expect(await page()).to.not.include('Shop, since')
    expect(await send({ everywhere: 'yes' })).to.equal(303)
    response = await agent.get(`${issuer}/account`)
    expect(response.status).to.equal(401)
  })
})
