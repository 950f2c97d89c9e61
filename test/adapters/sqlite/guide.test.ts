import { expect } from 'chai'
import { freePort } from '../../support/free_port.ts'
import { ProgramFolder, programsOf } from '../../support/page_programs.ts'
import { UserAgent } from '../../support/user_agent.ts'

const PAGE = new URL('../../../docs/storage.md', import.meta.url)
const REQUEST = new URLSearchParams({
  client_id: 'app',
  response_type: 'code',
  scope: 'openid',
  redirect_uri: 'http://localhost:8080/cb',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
})

describe('A177 the program for SQLite in docs/storage.md', function suite() {
  this.timeout(60_000)
  const folder = new ProgramFolder()
  before(() => folder.make())
  after(() => folder.remove())

  it('goes on after a restart with what people were doing', async () => {
    const port = await freePort()
    const issuer = `http://localhost:${port}`
    const all = await programsOf(PAGE, port)
    const program = all.find((code) => code.includes('sqliteAdapter({')) ?? ''
    const first = await folder.start('provider.mjs', program, issuer)
    const agent = new UserAgent(issuer)
    const started = await agent.get(`/auth?${REQUEST}`)
    const screen = started.headers.get('location') ?? ''
    await folder.stop(first)

    await folder.start('provider.mjs', program, issuer)

    expect((await agent.get(screen)).status).to.equal(200)
    expect((await new UserAgent(issuer).get(screen)).status).to.equal(400)
  })
})
