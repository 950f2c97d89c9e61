import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { freePort } from '../../support/free_port.ts'
import { ProgramFolder, programsOf } from '../../support/page_programs.ts'

const PAGE = new URL('../../../docs/guides/sealed_storage.md', import.meta.url)
const APP = `Basic ${btoa('app:replace-this-by-32-random-characters')}`
const STORAGE_KEYS = 'k'.repeat(44)

describe('A184 the guide docs/guides/sealed_storage.md', function suite() {
  this.timeout(60_000)
  const folder = new ProgramFolder()
  before(() => folder.make())
  after(() => folder.remove())

  async function post(url: string, form: Record<string, string>): Promise<Record<string, unknown>> {
    const headers = { authorization: APP }
    const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) })
    return { ...Object(await response.json()) }
  }

  /** Whether a text stands in any of the files of the database. */
  async function isStored(text: string): Promise<boolean> {
    const files = (await readdir(folder.path)).filter((name) => name.startsWith('op.sqlite'))
    const contents = await Promise.all(files.map((name) => readFile(join(folder.path, name))))
    return contents.some((content) => content.includes(text))
  }

  it('its provider seals what it stores, its other program what was not sealed, and a wrong key is told', async () => {
    const port = await freePort()
    const issuer = `http://localhost:${port}`
    const [provider = '', resealing = ''] = await programsOf(PAGE, port)
    const issue = async () =>
      String((await post(`${issuer}/token`, { grant_type: 'client_credentials' }))['access_token'])
    const isActive = async (token: string) =>
      (await post(`${issuer}/token/introspection`, { token }))['active']

    // As it was before: the same program without a seal.
    const bare = provider.replace(/sealedAdapter\(sqlite.*\n.*check\(\)/, 'sqlite')
    const before = await folder.start('before.mjs', bare, issuer)
    const old = await issue()
    await folder.stop(before)
    expect(await isStored(old)).to.equal(true)

    expect(await folder.output('reseal.mjs', resealing, { STORAGE_KEYS })).to.equal(
      '1 of 1 entries were sealed',
    )

    const sealed = await folder.start('provider.mjs', provider, issuer, { STORAGE_KEYS })
    const token = await issue()
    expect([await isActive(old), await isActive(token), await isActive('another')]).to.deep.equal([
      true,
      true,
      false,
    ])
    expect(await isStored(token)).to.equal(false)
    await folder.stop(sealed)

    const failure = await folder.output('wrong.mjs', provider, { STORAGE_KEYS: 'w'.repeat(44) }).then(
      () => 'it started',
      (error: unknown) => String(error),
    )
    expect(failure).to.include('SealFailure').and.include('what is stored was sealed with the key')
  })
})
