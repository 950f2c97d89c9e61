import { expect } from 'chai'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/key_rotation.md', function suite() {
  this.timeout(120_000)
  const guide = followGuide('guides/key_rotation.md')

  it('its keys change while it runs, and nothing that was signed is refused (OpenID Connect Core 1.0 §10.1.1)', async () => {
    const issuer = guide.origin(3000)
    const keys = (step: string) => guide.output('keys.js', guide.file('keys.js'), step)
    await keys('add')
    const program = await guide.start('provider.js', guide.file('provider.js'), issuer)
    let readings = 0
    const reread = async () => {
      readings += 1
      program.signal('SIGHUP')
      while (program.printed().split('keys were read').length <= readings)
        await new Promise((resolve) => setImmediate(resolve))
    }
    const issue = async () => {
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('job:change+me%2C+it+has+to+be+a+long+one')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      })
      return String(Object(await answer.json()).access_token)
    }
    const published = async (): Promise<unknown[]> =>
      Object(await (await fetch(`${issuer}/jwks`)).json()).keys
    const holds = (token: string) =>
      jwtVerify(token, createRemoteJWKSet(new URL(`${issuer}/jwks`)), { issuer }).then(
        () => true,
        () => false,
      )
    const first = await issue()

    await keys('add')
    await reread()
    const second = await issue()
    expect(await published()).to.have.length(4)
    await keys('promote')
    await reread()
    const third = await issue()

    expect(decodeProtectedHeader(second).kid).to.equal(decodeProtectedHeader(first).kid)
    expect(decodeProtectedHeader(third).kid).to.not.equal(decodeProtectedHeader(first).kid)
    expect([await holds(first), await holds(third)]).to.deep.equal([true, true])
    await keys('remove')
    await reread()
    expect(await published()).to.have.length(2)
    expect([await holds(first), await holds(third)]).to.deep.equal([false, true])
  })
})
