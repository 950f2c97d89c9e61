import { expect } from 'chai'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/fapi.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/fapi.md')

  it('its partner pushes requests and binds tokens, and gets nothing else (FAPI 2.0 Security Profile §5.3.2)', async () => {
    const [keys = '', provider = '', partner = ''] = guide.blocks()
    await guide.output('keys.js', keys)
    await guide.start('provider.js', provider, guide.origin(3000))

    const said = await guide.output('partner.js', partner)

    expect(said.split('\n')).to.deep.equal([
      "send the browser to /auth [ 'request_uri', 'client_id' ]",
      'without pushing invalid_request - Pushed Authorization Request must be used',
      'token_type dpop',
      'without a key invalid_dpop_proof',
    ])
  })
})
