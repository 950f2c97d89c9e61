import { expect } from 'chai'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/federation.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/federation.md', [3000, 3001, 3002])

  before(async () => {
    await guide.start('elsewhere.js', guide.file('elsewhere.js'), guide.origin(3002))
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
    await guide.start('app.js', await guide.fileOf('guides/client.md', 'app.js'), guide.origin(3001))
  })

  async function signIn(browser: Browsing, login: string): Promise<Record<string, unknown>> {
    const screen = await browser.open(guide.origin(3001))
    expect(screen.url).to.include(guide.origin(3002))
    const { text } = await browser.submit(await browser.submit(screen, { login, password: 'any' }))
    return JSON.parse(text)
  }

  it('a response is of no use in another browser (RFC 6749 §10.12)', async () => {
    const attacker = new Browsing(`${guide.origin(3000)}/federated/cb`)
    const screen = await attacker.open(guide.origin(3001))
    const { url } = await attacker.submit(await attacker.submit(screen, { login: 'eve', password: 'any' }))
    expect(url).to.include('code=')
    const victim = new Browsing()
    await victim.open(guide.origin(3001))
    expect((await victim.open(url)).status).to.equal(400)
  })

  it('an account of the other provider is one here, always the same, and has a sub of its own', async () => {
    const first = await signIn(new Browsing(), 'ann')
    const again = await signIn(new Browsing(), 'ann')
    const other = await signIn(new Browsing(), 'ben')
    expect(first).to.include({ email: 'ann@example.com' })
    expect(first['sub']).not.to.equal('ann')
    expect(again['sub']).to.equal(first['sub'])
    expect(other['sub']).not.to.equal(first['sub'])
  })
})
