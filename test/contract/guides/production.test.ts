import { expect } from 'chai'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/production.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/production.md')
  let secrets: Record<string, string> = {}

  before(async () => {
    secrets = JSON.parse(await guide.output('secrets.js', guide.file('secrets.js')))
    await guide.write('provider.js', guide.file('provider.js'))
  })

  const environment = () => ({
    ...secrets,
    NODE_ENV: 'production',
    ISSUER: 'https://op.example.com',
    DATABASE: ':memory:',
    PORT: String(guide.port(3000)),
  })

  it('does not start without its secrets', async () => {
    const { ended, failed } = await guide.start('server.js', guide.file('server.js'))

    await ended
    expect(await failed).to.include('ISSUER is not set')
  })

  it('says nothing when it starts in production, is well, and ends when it is told to', async () => {
    const origin = guide.origin(3000)
    const DATABASE = `${await guide.write('op.sqlite', '')}`
    const program = await guide.start('server.js', guide.file('server.js'), origin, {
      ...environment(),
      DATABASE,
    })
    const headers = { 'x-forwarded-proto': 'https', connection: 'close' }

    const health = await fetch(`${origin}/healthz`, { headers })
    const document = await fetch(`${origin}/.well-known/openid-configuration`, { headers })

    expect(health.status).to.equal(200)
    expect(Object(await document.json())).to.include({ issuer: 'https://op.example.com' })
    // The first question, whether anybody is there, came without the header of the proxy.
    const said = `${program.printed()}${program.complained()}`
      .split('\n')
      .filter((line) => !line.includes('plain http'))
    expect(said.join('').trim()).to.equal('')
    program.signal('SIGTERM')
    await program.ended
  })
})
