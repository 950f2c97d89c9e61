import { readFileSync, statSync } from 'node:fs'
import { expect } from 'chai'
import { type Demo, start } from '../../../example/start.ts'
import { newFile, removeSqliteFiles } from '../../support/sqlite_files.ts'
import { UserAgent } from '../../support/user_agent.ts'

const logger = { info() {}, warn() {}, error() {} }

/** Goes wherever a browser is sent to, and fills in every form. @returns the last page, and the prompts on the way */
async function visit(agent: UserAgent, first: Response): Promise<{ page: string; prompts: string[] }> {
  const prompts: string[] = []
  let response = first
  let at = response.url
  for (let hops = 0; hops < 30; hops += 1) {
    const location = response.headers.get('location')
    const page = location === null ? await response.text() : ''
    const action = /<form method="post" action="([^"]+interaction[^"]+)"/.exec(page)?.[1]
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1]
    if (location !== null) {
      at = new URL(location, at).href
      response = await agent.get(at)
    } else if (action === undefined || prompt === undefined) {
      return { page, prompts }
    } else {
      prompts.push(prompt)
      at = new URL(action, at).href
      response = await agent.post(at, { prompt, login: 'ann', password: 'any' })
    }
  }
  throw new Error('the login does not end')
}

describe('npm start -- --data FILE', () => {
  let demo: Demo | undefined
  afterEach(async () => {
    await demo?.close()
    demo = undefined
    await removeSqliteFiles()
  })

  const signIn = async (agent: UserAgent, { relyingParty }: Demo) =>
    visit(agent, await agent.post(`${relyingParty}/login`, {}))

  it('keeps sessions, keys and the client over a restart: nobody has to log in again', async () => {
    const data = newFile()
    demo = await start({ port: 0, rpPort: 0, data, logger })
    const [port, rpPort] = [demo.issuer, demo.relyingParty].map((url) => Number(new URL(url).port))
    const agent = new UserAgent(demo.relyingParty)
    const keys = async () => await (await fetch(`${demo?.issuer}/jwks`)).text()
    const [first, keysBefore] = [await signIn(agent, demo), await keys()]
    await demo.close()

    demo = await start({ port: port ?? 0, rpPort: rpPort ?? 0, data, logger })
    const second = await signIn(agent, demo)

    expect(first.prompts).to.include('login')
    expect(second.prompts).to.not.include('login')
    expect([first.page, second.page].map((page) => page.includes('Ann Example'))).to.deep.equal([true, true])
    expect(await keys()).to.equal(keysBefore)
  })

  it('keeps the keys in a file that its owner alone can read', async () => {
    const data = newFile()
    demo = await start({ port: 0, rpPort: 0, data, logger })

    expect(statSync(`${data}.keys.json`).mode & 0o777).to.equal(0o600)
    expect(readFileSync(`${data}.keys.json`, 'utf8')).to.contain('clientSecret')
  })
})
