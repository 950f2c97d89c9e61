import { readdir, readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { Browsing, type Page } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'
import { PEERS, stopPeers } from '../../support/peers.ts'

const EXAMPLE = new URL('../../../example/federation/', import.meta.url)
const FILES = ['elsewhere.js', 'others.js', 'accounts.js', 'pages.js', 'provider.js']
const CAROL = { email: 'carol@example.com', password: 'correct horse battery staple' }

/** Somebody else's product, in which alice has the e-mail address that carol has here. */
function startForeign(redirectUri: string) {
  const start = PEERS['oidc-provider 9']
  if (start === undefined) throw new Error('there is no such provider')
  return start({
    clients: [
      {
        client_id: 'federated',
        client_secret: 'replace-this-by-32-random-characters',
        redirect_uris: [redirectUri],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    findAccount: (_ctx: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, email: CAROL.email, email_verified: true }),
    }),
    cookies: {
      keys: ['a key for cookies'],
      names: { session: 'foreign_session', interaction: 'foreign_interaction', resume: 'foreign_resume' },
    },
  })
}

describe('the guide docs/guides/federation.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/federation.md', [3000, 3001, 3002])

  before(async () => {
    const foreign = await startForeign(`${guide.origin(3000)}/federated/foreign/cb`)
    for (const name of FILES) await guide.write(name, guide.file(name))
    await guide.start('elsewhere.js', guide.file('elsewhere.js'), guide.origin(3002))
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000), {
      FOREIGN: foreign.issuer,
    })
    await guide.start('app.js', await guide.fileOf('guides/client.md', 'app.js'), guide.origin(3001))
  })
  after(stopPeers)

  /** Takes a way in that the login page offers. */
  async function take(browser: Browsing, name: string): Promise<Page> {
    const screen = await browser.open(guide.origin(3001))
    const [, link = ''] = new RegExp(`href="([^"]*/to/${name})"`).exec(screen.text) ?? []
    expect(link, screen.text).to.not.equal('')
    return browser.open(new URL(link, screen.url).href)
  }

  /** Signs in at the provider of this package. */
  async function elsewhere(browser: Browsing, login: string): Promise<Page> {
    const screen = await take(browser, 'elsewhere')
    expect(screen.url).to.include(guide.origin(3002))
    return browser.submit(await browser.submit(screen, { login, password: 'any' }))
  }

  /** Signs in at the foreign one, which knows everybody as alice. */
  const foreign = (browser: Browsing): Promise<Page> => take(browser, 'foreign')

  const create = (browser: Browsing, page: Page) => browser.submit(page, {}, 'register')
  const connect = (browser: Browsing, page: Page, values: object) =>
    browser.submit(page, { ...CAROL, ...values }, '/link')

  /** What the application was told in the end. */
  function told({ text }: Page): Record<string, unknown> {
    const claims: unknown = JSON.parse(text)
    return { ...Object(claims) }
  }

  it('a response is of no use in another browser (RFC 6749 §10.12)', async () => {
    const attacker = new Browsing(`${guide.origin(3000)}/federated/`)
    const { url } = await elsewhere(attacker, 'eve')
    expect(url).to.include('code=')
    const victim = new Browsing()
    await victim.open(guide.origin(3001))
    expect((await victim.open(url)).status).to.equal(400)
  })

  it('a response of one provider is not taken for one of the other (RFC 9700 §4.4), and none counts twice', async () => {
    const browser = new Browsing(`${guide.origin(3000)}/federated/`)
    const { url } = await elsewhere(browser, 'eve')
    const moved = await browser.open(url.replace('/elsewhere/', '/foreign/'))
    const taken = await browser.open(url)
    const again = await browser.open(url)
    expect([moved.status, taken.status, again.status]).to.deep.equal([400, 200, 400])
  })

  it('whoever came is asked in the browser that they came with, and by its own pages alone', async () => {
    const browser = new Browsing()
    const page = await elsewhere(browser, 'fay')
    expect(page.url).to.match(/\/link$/)
    expect((await new Browsing().open(page.url)).status).to.equal(400)
    const action = page.url.replace(/link$/, 'register')
    const forged = await browser.agent.post(action, {}, { origin: 'https://evil.example.com' })
    expect(forged.status).to.equal(403)
  })

  it('an account elsewhere is one here, always the same, and has a sub of its own', async () => {
    const [first, again, other] = [new Browsing(), new Browsing(), new Browsing()]
    const created = told(await create(first, await elsewhere(first, 'ann')))
    expect(created['sub']).not.to.equal('ann')
    expect(told(await elsewhere(again, 'ann'))['sub']).to.equal(created['sub'])
    expect(told(await create(other, await elsewhere(other, 'ben')))['sub']).not.to.equal(created['sub'])
  })

  it('one sub at two providers is two people (OpenID Connect Core 1.0 §5.7)', async () => {
    const [here, there] = [new Browsing(), new Browsing()]
    const one = told(await create(here, await elsewhere(here, 'alice')))
    const page = await foreign(there)
    expect(page.url).to.match(/\/link$/)
    expect(page.text).to.include(CAROL.email)
    expect(one['sub']).to.be.a('string')
  })

  it('an e-mail address links nothing: an account is linked by whoever signs in to it', async () => {
    const carol = new Browsing()
    const screen = await carol.open(guide.origin(3001))
    const own = told(await carol.submit(screen, CAROL))

    const browser = new Browsing()
    const asked = await foreign(browser)
    const refused = await connect(browser, asked, { password: 'wrong' })
    expect(refused.text).to.include('That is not right.')
    expect((await foreign(new Browsing())).url).to.match(/\/link$/)
    const linked = told(await connect(browser, refused, {}))
    const again = told(await foreign(new Browsing()))

    expect(own).to.include({ email: CAROL.email })
    expect([linked['sub'], again['sub']]).to.deep.equal([own['sub'], own['sub']])
  })

  it('who gives up elsewhere is back at the application (RFC 6749 §4.1.2.1)', async () => {
    const browser = new Browsing()
    const screen = await take(browser, 'elsewhere')
    const [, cancel = ''] = /href="([^"]*)"[^>]*>Cancel/.exec(screen.text) ?? []
    const { url, text } = await browser.open(new URL(cancel, screen.url).href)
    expect(`${url} ${text}`).to.include(guide.origin(3001)).and.to.include('access_denied')
  })

  it('shows the programs of example/federation as they are', async () => {
    expect(await readdir(EXAMPLE)).to.have.members(FILES)
    const page = await readFile(new URL('../../../docs/guides/federation.md', import.meta.url), 'utf8')
    for (const name of FILES)
      expect(page, name).to.include(`\`\`\`js\n${await readFile(new URL(name, EXAMPLE), 'utf8')}\`\`\``)
  })
})
