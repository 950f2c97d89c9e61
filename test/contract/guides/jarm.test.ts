import { expect } from 'chai'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/jarm.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/jarm.md', [3000, 3001])

  it('A092 its client logs alice in by a response that is one JWT (JWT Secured Authorization Response Mode)', async () => {
    const bank = guide.origin(3001)
    const [provider = '', client = ''] = guide.blocks()
    await guide.start('provider.js', provider, guide.origin(3000))
    await guide.start('bank.js', client, bank)
    const started = await fetch(bank, { redirect: 'manual' })
    const browser = new Browsing(`${bank}/cb`)

    const login = await browser.open(started.headers.get('location') ?? '')
    const consent = await browser.submit(login, { login: 'alice', password: 'any' })
    const back = new URL((await browser.submit(consent)).url)

    expect([...back.searchParams.keys()]).to.deep.equal(['response'])
    expect(await (await fetch(back)).text()).to.equal('It is alice\n')
    back.searchParams.set('response', `${back.searchParams.get('response')}x`)
    expect((await fetch(back)).status).to.equal(400)
  })
})
