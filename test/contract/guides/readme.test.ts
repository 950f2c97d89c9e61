import { expect } from 'chai'
import { followGuide } from '../../support/guide.ts'

describe('README.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('../README.md')

  it('its program is a provider in an application of express (OpenID Connect Discovery 1.0 §4)', async () => {
    const [program = ''] = guide.blocks()
    await guide.start('server.js', program, guide.origin(3000))
    const issuer = `${guide.origin(3000)}/oidc`

    const answer = await fetch(`${issuer}/.well-known/openid-configuration`)

    expect(Object(await answer.json())).to.include({ issuer, authorization_endpoint: `${issuer}/auth` })
  })

  it('fits two screens', () => {
    expect(guide.text().split('\n')).to.have.length.below(90)
  })
})
