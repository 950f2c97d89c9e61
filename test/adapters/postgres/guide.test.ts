import { expect } from 'chai'
import { freePort } from '../../support/free_port.ts'
import { ProgramFolder, programsOf } from '../../support/page_programs.ts'
import { openPool, startPostgres, stopPostgres } from './support/postgres_server.ts'

const PAGE = new URL('../../../docs/storage.md', import.meta.url)
const APP = `Basic ${btoa('app:replace-this-by-32-random-characters')}`

describe('A177 the program for PostgreSQL in docs/storage.md', function suite() {
  this.timeout(60_000)
  const folder = new ProgramFolder()
  before(() => folder.make())
  after(async () => {
    await folder.remove()
    await stopPostgres()
  })

  it('makes its schema and keeps tokens in it', async () => {
    const { url } = await startPostgres()
    const port = await freePort()
    const issuer = `http://localhost:${port}`
    const all = await programsOf(PAGE, port)
    const program = all.find((code) => code.includes('postgresAdapter(pool')) ?? ''
    await folder.start('provider.mjs', program.replace('postgres://127.0.0.1:5432/op', url), issuer)

    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: APP },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    const token = String(Object(await answer.json()).access_token)

    const { rows } = await openPool(url).query('SELECT model FROM my_provider.entries WHERE id = $1', [token])
    expect(rows).to.deep.equal([{ model: 'ClientCredentials' }])
  })
})
