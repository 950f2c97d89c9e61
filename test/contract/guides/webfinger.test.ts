import { expect } from 'chai'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/webfinger.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/webfinger.md')

  it('its provider answers what the page shows, and knows nothing of other hosts (RFC 7033 §4.2)', async () => {
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
    const [, url = ''] = /curl '([^']+)'/.exec(guide.text()) ?? []
    const [, shown = ''] = /```json\n(.*?)```/s.exec(guide.text()) ?? []

    const found = await fetch(url)
    const unknown = await fetch(url.replace('example.com', 'example.org'))

    expect(await found.json()).to.deep.equal(JSON.parse(shown))
    expect(unknown.status).to.equal(404)
  })
})
