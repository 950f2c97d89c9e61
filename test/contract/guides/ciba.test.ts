import { expect } from 'chai'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/ciba.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/ciba.md')

  it('its provider asks alice, and its call centre hears that it is her (OpenID Connect CIBA Core 1.0)', async () => {
    const [provider = '', calls = ''] = guide.blocks()
    const { printed } = await guide.start('provider.js', provider, guide.origin(3000))

    const said = await (await guide.start('calls.js', calls)).ended

    expect(said).to.equal('It is alice\n')
    expect(printed()).to.include('To alice: Call centre asks, W4SCT\n')
  })
})
