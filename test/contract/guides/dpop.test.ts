import { expect } from 'chai'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/dpop.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/dpop.md', [3000, 3001])

  it('its robot gets in with its key, and whoever has stolen its token does not (RFC 9449 §7)', async () => {
    const [provider = '', robot = '', api = ''] = guide.blocks()
    await guide.start('provider.js', provider, guide.origin(3000))
    await guide.start('api.js', api, guide.origin(3001))

    const said = await guide.output('robot.js', robot)

    expect(said.split('\n')).to.deep.equal([
      'token_type dpop',
      'with the key 200 notes for robot',
      'without it 401',
    ])
  })
})
