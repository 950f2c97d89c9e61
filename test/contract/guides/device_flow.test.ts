import { expect } from 'chai'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/device_flow.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/device_flow.md')

  it('its television is signed in by a code that somebody enters (RFC 8628)', async () => {
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
    const television = await guide.start('tv.js', guide.file('tv.js'))
    while (!television.printed().includes('enter')) await new Promise((resolve) => setImmediate(resolve))
    const [, uri = '', user_code = ''] = /Open (\S+) and enter (\S+)/.exec(television.printed()) ?? []
    const browser = new Browsing()

    let page = await browser.submit(await browser.open(uri), { user_code })
    expect(page.text).to.include('Television')
    page = await browser.submit(page)
    page = await browser.submit(page, { login: 'alice', password: 'any' })
    await browser.submit(page)

    expect(await television.ended).to.include('Signed in as alice')
  })
})
