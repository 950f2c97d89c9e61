import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { authority } from '../support/certificates.ts'
import { answersByTls } from '../support/nginx.ts'
import { UserAgent } from '../support/user_agent.ts'

const DOCS = new URL('../../docs/', import.meta.url)
const INTROSPECTION = new URL('introspection_and_revocation.md', DOCS)
const CUSTOM_GRANTS = new URL('guides/custom_grants.md', DOCS)
const ACCOUNT_PAGE = new URL('guides/account_page.md', DOCS)
const CIBA = new URL('guides/ciba.md', DOCS)
const JARM = new URL('guides/jarm.md', DOCS)
const DPOP = new URL('guides/dpop.md', DOCS)
const MUTUAL_TLS = new URL('guides/mutual_tls.md', DOCS)
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

/** The programs of a page, with packages and ports of this machine. */
async function programs(guide: URL, ports: readonly [provider: number, other: number]): Promise<string[]> {
  const page = await readFile(guide, 'utf8')
  const packages = ['openid-client', 'jose'].map(
    (name) => [name, pathToFileURL(createRequire(guide).resolve(name)).href] as const,
  )
  return [...page.matchAll(/```js\n(.*?)```/gs)].map(([, program = '']) => {
    let code = program
      .replaceAll("'openid-provider'", JSON.stringify(new URL('../../lib/index.ts', import.meta.url).href))
      .replaceAll(/\b3000\b/g, String(ports[0]))
      .replaceAll(/\b3001\b/g, String(ports[1]))
    for (const [name, path] of packages) code = code.replaceAll(`'${name}'`, JSON.stringify(path))
    return code
  })
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

/** A folder for the programs of a guide, for one suite. */
function inFolder() {
  const children: ChildProcess[] = []
  let folder = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guide-'))
  })
  after(async () => {
    for (const child of children) child.kill()
    await rm(folder, { recursive: true })
  })

  return {
    /** Starts a program that goes on, and waits until it answers. */
    async run(name: string, code: string, url: string): Promise<void> {
      const file = join(folder, name)
      await writeFile(file, code)
      children.push(spawn(process.execPath, ['--import', 'tsx', file], { env: ENVIRONMENT, stdio: 'ignore' }))
      await answers(url)
    },
    /** Runs a program to its end. @returns what it printed */
    async output(name: string, code: string, argument: string): Promise<string> {
      const file = join(folder, name)
      await writeFile(file, code)
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file, argument], {
        env: ENVIRONMENT,
      })
      return stdout.trim()
    },
  }
}

describe('the guide docs/introspection_and_revocation.md', function suite() {
  this.timeout(60_000)
  const { run } = inFolder()

  it('its provider and its API work as it says: 200 with a token, 401 after that is revoked (RFC 7662, RFC 7009)', async () => {
    const ports = [await freePort(), await freePort()] as const
    const [issuer, api] = [`http://localhost:${ports[0]}`, `http://localhost:${ports[1]}`]
    const [provider = '', resourceServer = ''] = await programs(INTROSPECTION, ports)
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
    const [provider = '', calls = ''] = await programs(CIBA, [port, 3001])
    const { printed } = await start('provider.mjs', provider)
    await answers(`http://localhost:${port}`)

    const said = await (await start('calls.mjs', calls)).ended

    expect(said).to.equal('It is alice\n')
    expect(printed.join('')).to.include('To alice: Call centre asks, W4SCT\n')
  })
})

/** Answers the screens for development, as a person does. @returns where the provider sends the browser on to */
async function logInAt(agent: UserAgent, location: string): Promise<string> {
  const first = await agent.follow(await agent.get(location))
  let screen = first.headers.get('location') ?? first.url
  for (const form of [{ prompt: 'login', login: 'alice', password: 'any' }, { prompt: 'consent' }]) {
    const html = await (await agent.get(screen)).text()
    const [, action = ''] = /<form method="post" action="([^"]*)"/.exec(html) ?? []
    const response = await agent.follow(await agent.post(action, form))
    screen = response.headers.get('location') ?? response.url
  }
  return screen
}

describe('the guide docs/guides/mutual_tls.md', function suite() {
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

  it('M10 its client gets a token that is bound to its certificate (RFC 8705)', async () => {
    const port = await freePort()
    const [provider = '', payments = ''] = await programs(MUTUAL_TLS, [port, 3001])
    const ca = await authority('Authority')
    const server = await ca.issue({
      subject: 'CN=localhost',
      alternatives: [{ type: 'dns', value: 'localhost' }],
    })
    const client = await ca.issue({ subject: [{ C: ['GB'] }, { O: ['Acme, Inc.'] }, { CN: ['payments'] }] })
    const files = {
      'ca.pem': ca.cert,
      'server.pem': server.cert,
      'server.key': server.key,
      'payments.pem': client.cert,
      'payments.key': client.key,
      'provider.mjs': provider,
      'payments.mjs': payments,
    }
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    const options = { cwd: folder, env: ENVIRONMENT }
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
    children.push(spawn(process.execPath, ['--import', tsx, 'provider.mjs'], { ...options, stdio: 'ignore' }))
    while (!(await answersByTls(port))) await new Promise((resolve) => setTimeout(resolve, 20))

    const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, 'payments.mjs'], options)

    const hex = client.certificate.fingerprint256.replaceAll(':', '')
    expect(stdout).to.equal(`bound to ${Buffer.from(hex, 'hex').toString('base64url')}\n`)
  })
})

describe('the guide docs/guides/jarm.md', function suite() {
  this.timeout(60_000)
  const { run } = inFolder()

  it('A092 its client logs alice in by a response that is one JWT (JWT Secured Authorization Response Mode)', async () => {
    const ports = [await freePort(), await freePort()] as const
    const [issuer, bank] = [`http://localhost:${ports[0]}`, `http://localhost:${ports[1]}`]
    const [provider = '', client = ''] = await programs(JARM, ports)
    await run('provider.mjs', provider, issuer)
    await run('bank.mjs', client, bank)
    const started = await fetch(bank, { redirect: 'manual' })

    const back = new URL(await logInAt(new UserAgent(issuer), started.headers.get('location') ?? ''))

    expect([...back.searchParams.keys()]).to.deep.equal(['response'])
    expect(await (await fetch(back)).text()).to.equal('It is alice\n')
    back.searchParams.set('response', `${back.searchParams.get('response')}x`)
    expect((await fetch(back)).status).to.equal(400)
  })
})

describe('the guide docs/guides/custom_grants.md', function suite() {
  this.timeout(120_000)
  const { run, output } = inFolder()

  it('A140 F214 its grant, its exchange and its assertion work as it says, the first and the last once (RFC 8693, RFC 7523)', async () => {
    const ports = [await freePort(), await freePort()] as const
    const [issuer, partner] = [`http://localhost:${ports[0]}`, `http://localhost:${ports[1]}`]
    const [provider = '', exchange = '', others = ''] = await programs(CUSTOM_GRANTS, ports)
    await run('provider.mjs', provider, issuer)
    await run('partner.mjs', others, partner)
    const ask = async (form: Record<string, string>) => {
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: APP },
        body: new URLSearchParams(form),
      })
      const body: Record<string, unknown> = Object(await answer.json())
      return { status: answer.status, ...body }
    }
    const resource = 'https://orders.example.com'
    const code = { grant_type: 'urn:example:login-code', login_code: '1234-5678', resource }
    const granted = await ask(code)
    expect(granted).to.include({ status: 200, scope: 'orders:read' })
    expect(await ask(code)).to.include({ status: 400, error: 'invalid_grant' })

    const token = Object(granted).access_token
    const exchanged = decodeJwt(await output('exchange.mjs', exchange, String(token)))
    expect(exchanged).to.deep.include({
      sub: 'alice',
      aud: 'https://billing.example.com',
      scope: 'billing:read',
      act: { sub: 'orders', client_id: 'orders' },
    })

    const bearer = async (subject: string) => ({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      resource,
      assertion: await (await fetch(`${partner}/${subject}`)).text(),
    })
    const known = await bearer('p-17')
    expect(await ask(known)).to.include({ status: 200, scope: 'orders:read' })
    expect(await ask(known)).to.include({ status: 400, error: 'invalid_grant' })
    expect(await ask(await bearer('p-18'))).to.include({ status: 400, error: 'invalid_grant' })
  })
})

describe('the guide docs/guides/dpop.md', function suite() {
  this.timeout(60_000)
  const { run, output } = inFolder()

  it('its robot gets in with its key, and whoever has stolen its token does not (RFC 9449 §7)', async () => {
    const ports = [await freePort(), await freePort()] as const
    const [provider = '', robot = '', api = ''] = await programs(DPOP, ports)
    await run('provider.mjs', provider, `http://localhost:${ports[0]}`)
    await run('api.mjs', api, `http://localhost:${ports[1]}`)

    const said = await output('robot.mjs', robot, '')

    expect(said.split('\n')).to.deep.equal([
      'token_type dpop',
      'with the key 200 notes for robot',
      'without it 401',
    ])
  })
})

describe('the guide docs/guides/account_page.md', function suite() {
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

  it('its page shows a login, disconnects an application and signs out everywhere', async () => {
    const port = await freePort()
    const issuer = `http://localhost:${port}`
    const text = await readFile(ACCOUNT_PAGE, 'utf8')
    const [program = ''] = await programs(ACCOUNT_PAGE, [port, 3001])
    const [login = ''] = /http:\/\/localhost:3000\/auth\S+/.exec(text) ?? []
    const file = join(folder, 'provider.mjs')
    await writeFile(file, program)
    children.push(spawn(process.execPath, ['--import', 'tsx', file], { env: ENVIRONMENT, stdio: 'ignore' }))
    await answers(issuer)
    const agent = new UserAgent(issuer)
    const page = async () => (await agent.get(`${issuer}/account`)).text()
    const send = async (form: Record<string, string>, origin = issuer) =>
      (await agent.post(`${issuer}/account`, form, { origin })).status
    const act = async (screen: string, form: Record<string, string>) => {
      const html = await (await agent.get(screen)).text()
      const [, action = ''] = /<form method="post" action="([^"]*)"/.exec(html) ?? []
      const response = await agent.follow(await agent.post(action, form))
      return response.headers.get('location') ?? response.url
    }

    expect(await page()).to.equal('sign in first\n')
    let response = await agent.get(login.replace('3000', String(port)))
    const consent = await act(response.headers.get('location') ?? '', {
      prompt: 'login',
      login: 'alice',
      password: 'any',
    })
    await act(consent, { prompt: 'consent' })

    expect(await page()).to.match(/this one: signed in .* for shop .*Shop, since/s)
    expect(await send({ client: 'shop' }, 'https://evil.example.com')).to.equal(403)
    expect(await page()).to.include('Shop, since')
    expect(await send({ client: 'shop' })).to.equal(303)
    expect(await page()).to.not.include('Shop, since')
    expect(await send({ everywhere: 'yes' })).to.equal(303)
    response = await agent.get(`${issuer}/account`)
    expect(response.status).to.equal(401)
  })
})
