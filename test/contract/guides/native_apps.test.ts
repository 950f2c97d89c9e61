import { expect } from 'chai'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/native_apps.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/native_apps.md')

  it('its program gets tokens at a port of its own, and consent is asked for each time (RFC 8252 §7.3, §8.6)', async () => {
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
    const browser = new Browsing()
    const run = async () => {
      const { printed, ended } = await guide.start('cli.js', guide.file('cli.js'))
      while (!printed().includes('Open ')) await new Promise((resolve) => setImmediate(resolve))
      const [, address = ''] = /Open (\S+)/.exec(printed()) ?? []
      return { page: await browser.open(address), ended }
    }

    const first = await run()
    const consent = await browser.submit(first.page, { login: 'alice', password: 'any' })
    expect((await browser.submit(consent)).text).to.equal('You can close this window.\n')
    const said = await first.ended
    expect(said.split('\n')[1]).to.equal('access_token token_type expires_in scope refresh_token id_token')

    const second = await run()
    expect(second.page.text).to.include('Example CLI')
    await browser.submit(second.page)
    expect(await second.ended).to.include('refresh_token')
  })
})
