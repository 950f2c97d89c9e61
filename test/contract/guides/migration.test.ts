import { expect } from 'chai'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/migration.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/migration.md')

  async function check(configuration: string): Promise<string> {
    await guide.write('configuration.js', `export default ${configuration}`)
    const { ended } = await guide.start('check.js', guide.file('check.js'))
    return ended
  }

  it('its check names an option that nobody knows', async () => {
    expect(await check('{ pcke: { required: () => true } }'))
      .to.include('the option pcke is not known')
      .and.include('pkce')
  })

  it('its check names a client that breaks a rule', async () => {
    const said = await check("{ clients: [{ client_id: 'app', redirect_uris: ['javascript:alert(1)'] }] }")

    expect(said).to.match(/redirect_uris/)
    expect(said).to.not.include('NOTICE')
  })
})
