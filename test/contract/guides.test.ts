import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'

const DOCS = new URL('../../docs/', import.meta.url)
const APP = `Basic ${btoa('app:replace-this-by-32-random-characters')}`

/** What these programs cover is not the suite's doing. */
const { NODE_V8_COVERAGE: _, ...ENVIRONMENT } = process.env

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no address')
  return address.port
}

/** The programs of the page, with packages and ports of this machine. */
async function programs(name: string, ports: readonly [provider: number, api?: number]): Promise<string[]> {
  const page = await readFile(new URL(name, DOCS), 'utf8')
  return [...page.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) =>
    code
      .replaceAll("'openid-provider'", JSON.stringify(new URL('../../lib/index.ts', import.meta.url).href))
      .replaceAll(
        "'openid-client'",
        JSON.stringify(pathToFileURL(createRequire(DOCS).resolve('openid-client')).href),
      )
      .replaceAll(/\b3000\b/g, String(ports[0]))
      .replaceAll(/\b3001\b/g, String(ports[1] ?? 3001)),
  )
}

/** Waits until somebody answers there; the runner's own time limit ends it. */
async function answers(url: string): Promise<void> {
  for (;;) {
    const isThere = await fetch(url).then(
      () => true,
      () => false,
    )
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('the guide docs/introspection_and_revocation.md', function suite() {
  this.timeout(60_000)
  const children: ChildProcess[] = []
  let folder = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guide-'))
  })
  after(async () => {
    for (const child of children) child.kill()
    await rm(folder, { recursive: true })
  })

  async function run(name: string, code: string, url: string): Promise<void> {
    const file = join(folder, name)
    await writeFile(file, code)
    children.push(spawn(process.execPath, ['--import', 'tsx', file], { env: ENVIRONMENT, stdio: 'ignore' }))
    await answers(url)
  }

  it('its provider and its API work as it says: 200 with a token, 401 after that is revoked (RFC 7662, RFC 7009)', async () => {
    const ports = [await freePort(), await freePort()] as const
    const [issuer, api] = [`http://localhost:${ports[0]}`, `http://localhost:${ports[1]}`]
    const [provider = '', resourceServer = ''] = await programs('introspection_and_revocation.md', ports)
    await run('provider.mjs', provider, issuer)
    await run('api.mjs', resourceServer, api)
    const send = (path: string, form: Record<string, string>) =>
      fetch(`${issuer}${path}`, {
        method: 'POST',
        headers: { authorization: APP },
        body: new URLSearchParams(form),
      })
    const show = async (token: string) => {
      const answer = await fetch(api, { headers: { authorization: `Bearer ${token}` } })
      return [answer.status, await answer.text()]
    }
    const issue = async (params: Record<string, string>) => {
      const answer: unknown = await (
        await send('/token', { grant_type: 'client_credentials', ...params })
      ).json()
      return String(Object(answer).access_token)
    }
    const [token, weak] = [await issue({ scope: 'notes:read' }), await issue({})]

    expect((await fetch(api)).status).to.equal(401)
    expect(await show('made.up')).to.deep.equal([401, ''])
    expect(await show(weak)).to.deep.equal([403, ''])
    expect(await show(token)).to.deep.equal([200, 'notes for app\n'])
    expect((await send('/token/revocation', { token })).status).to.equal(200)
    expect(await show(token)).to.deep.equal([401, ''])
  })
})

describe('the guide docs/guides/ciba.md', function suite() {
  this.timeout(60_000)
  const children: ChildProcess[] = []
  let folder = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guide-'))
  })
  after(async () => {
    for (const child of children) child.kill()
    await rm(folder, { recursive: true })
  })

  /** Starts a program of the page; what it prints is collected. */
  async function start(name: string, code: string) {
    const file = join(folder, name)
    await writeFile(file, code)
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      env: ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    const printed: string[] = []
    child.stdout.on('data', (data) => printed.push(String(data)))
    const ended = new Promise<string>((resolve) => child.once('close', () => resolve(printed.join(''))))
    return { printed, ended }
  }

  it('its provider asks alice, and its call centre hears that it is her (OpenID Connect CIBA Core 1.0)', async () => {
    const port = await freePort()
    const [provider = '', calls = ''] = await programs('guides/ciba.md', [port])
    const { printed } = await start('provider.mjs', provider)
    await answers(`http://localhost:${port}`)

    const said = await (await start('calls.mjs', calls)).ended

    expect(said).to.equal('It is alice\n')
    expect(printed.join('')).to.include('To alice: Call centre asks, W4SCT\n')
  })
})
