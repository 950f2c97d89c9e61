import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { parse } from 'yaml'
import { builtPackage } from '../support/built_package.ts'
import { freePort } from '../support/free_port.ts'
import { answers } from '../support/local_programs.ts'

const ENVIRONMENT = { ...process.env, NODE_V8_COVERAGE: '' }

describe('npx openid-provider', function suite() {
  this.timeout(60_000)
  const children: ChildProcess[] = []
  let folder = ''
  let command = ''

  before(async () => {
    command = join(await builtPackage(), 'dist/lib/development/command/command.js')
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'command-'))
  })
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill()
    await rm(folder, { recursive: true })
  })

  /** Starts it in the empty folder. */
  function run(...args: string[]) {
    const child = spawn(process.execPath, [command, ...args], {
      cwd: folder,
      env: ENVIRONMENT,
    })
    children.push(child)
    const printed: string[] = []
    child.stdout.on('data', (data) => printed.push(String(data)))
    child.stderr.on('data', (data) => printed.push(String(data)))
    const ended = once(child, 'close').then(([status]) => ({ status, text: printed.join('') }))
    return { child, printed, ended }
  }

  /** Starts it at a free port, and waits until it answers. */
  async function serve(...args: string[]) {
    const port = await freePort()
    const running = run('--port', `${port}`, ...args)
    const issuer = `http://localhost:${port}`
    await Promise.race([
      answers(issuer),
      running.ended.then(({ text }) => Promise.reject(new Error(`it ended: ${text}`))),
    ])
    return { ...running, issuer, port }
  }

  const refusals: readonly (readonly [args: readonly string[], reason: string])[] = [
    [['serve'], 'serve is nothing it can do'],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['--port', 'nine'], 'a port must be a number'],
    [['--clock-offset', 'soon'], '--clock-offset must be a number'],
    [['--port', '0', '--feature', 'devicFlow'], 'devicFlow'],
    [['--user', 'ann=x'], 'must be a JSON object'],
    [['--ci'], '--ci needs --seed'],
    [['--config', 'missing.json'], 'missing.json'],
  ]
  for (const [args, reason] of refusals) {
    it(`refuses ${args.join(' ')} and says why`, async () => {
      const { status, text } = await run(...args).ended
      expect(status).to.equal(2)
      expect(text).to.contain(reason)
    })
  }

  it('refuses a member of the file that it does not know, by name', async () => {
    await writeFile(join(folder, 'openid-provider.json'), '{ "user": {} }')
    expect((await run().ended).text).to.contain('does not know user')
  })

  it('takes everything that a file may say', async () => {
    const issuer = 'http://localhost:4711'
    const resource = 'https://api.example.com'
    const content = {
      port: 0,
      host: '0.0.0.0',
      issuer,
      clients: [{ client_id: 'shop', client_secret: 'secret', redirect_uris: ['http://localhost/cb'] }],
      users: { ann: { name: 'Ann' } },
      anyClient: false,
      resourceServers: { [resource]: { scope: 'read' } },
      features: { deviceFlow: { enabled: true } },
      ttl: { AccessToken: 77 },
      seed: 'a seed',
      autoLogin: true,
      configuration: { acrValues: ['gold'] },
    }
    await writeFile(join(folder, 'openid-provider.json'), JSON.stringify(content))
    const { issuer: origin, child, printed } = await serve('--user', 'ben')
    while (!printed.join('').includes('ben')) await once(child.stdout, 'data')
    const discovery = Object(await (await fetch(`${origin}/.well-known/openid-configuration`)).json())
    const logIn = async (client: string) => {
      const body = JSON.stringify({ user: 'ann', client, parameters: { scope: 'openid read', resource } })
      const headers = { 'content-type': 'application/json' }
      return Object(await (await fetch(`${origin}/_test/log_in`, { method: 'POST', headers, body })).json())
    }

    expect(printed.join('')).to.contain('ann  Ann').and.contain('0.0.0.0 can log in as anybody')
    expect(discovery).to.include({ issuer }).and.to.have.property('device_authorization_endpoint')
    expect(discovery.acr_values_supported).to.deep.equal(['gold'])
    expect(await logIn('shop')).to.include({ expires_in: 77, scope: 'read' })
    expect((await logIn('stranger')).error).to.contain('no client stranger')
  })

  it('has nothing to warn of at an address of this device', async () => {
    const { child, printed } = await serve('--host', '127.0.0.1')
    while (!printed.join('').includes('bob')) await once(child.stdout, 'data')

    expect(printed.join('')).not.to.contain('can log in as anybody')
  })

  it('has the issuer that --issuer says', async () => {
    const port = await freePort()
    const issuer = `http://127.0.0.1:${port}`
    const running = run('--port', `${port}`, '--host', '127.0.0.1', '--issuer', issuer)
    await Promise.race([
      answers(issuer),
      running.ended.then(({ text }) => Promise.reject(new Error(`it ended: ${text}`))),
    ])

    const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
    expect(discovery).to.include({ issuer, token_endpoint: `${issuer}/token` })
  })

  it('says that a port is taken', async () => {
    const { port } = await serve()
    expect((await run('--port', `${port}`).ended).text).to.contain('choose another one with --port')
  })

  it('prints what is there, and ends with SIGTERM', async () => {
    const { issuer, child, printed, ended } = await serve(
      '--client',
      'shop:secret',
      '--client',
      'spa',
      '--user',
      'ann={"name":"Ann"}',
    )
    while (!printed.join('').includes('Ann')) await once(child.stdout, 'data')
    child.kill('SIGTERM')
    const { status, text } = await ended
    expect(status).to.equal(0)
    expect(text).to.contain(`${issuer}/.well-known/openid-configuration`)
    expect(text).to.contain('shop  with a secret').and.contain('spa  public, with PKCE')
    expect(text).to.contain('ann  Ann')
    expect(text).not.to.contain('alice')
  })

  it('its confidential client gets tokens with its secret only (RFC 6749 §4.4)', async () => {
    const { issuer } = await serve('--client', 'shop:secret')
    const ask = (secret: string) =>
      fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`shop:${secret}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      })
    expect((await ask('wrong')).status).to.equal(401)
    expect((await ask('secret')).status).to.equal(200)
  })

  it('--ci prints nothing, has the same keys again, and logs in whom login_hint names (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const { issuer, printed } = await serve('--ci', '--seed', 'a test')
    const again = await serve('--ci', '--seed', 'a test')
    const keys = async (of: string) => (await fetch(`${of}/jwks`)).text()
    expect(await keys(issuer)).to.equal(await keys(again.issuer))
    const query = new URLSearchParams({
      client_id: 'app',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'http://localhost:1/cb',
      login_hint: 'alice',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const cookies = new Map<string, string>()
    let url = `${issuer}/auth?${query}`
    while (url.startsWith(issuer)) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await fetch(url, { redirect: 'manual', headers: { cookie } })
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        cookies.set(name, value)
      }
      url = new URL(answer.headers.get('location') ?? 'about:blank', url).href
    }
    expect(new URL(url).searchParams.get('code')).to.be.a('string')
    expect(printed.join('')).to.equal('')
  })

  describe('init', () => {
    const written = async (name: string) => Object(parse(await readFile(join(folder, name), 'utf8')))
    /** Types these lines, all at once as a pipe does, and then nothing more. */
    const answering = (lines: readonly string[], ...args: string[]) => {
      const { child, ended } = run('init', ...args)
      child.stdin?.end(lines.map((line) => `${line}\n`).join(''))
      return ended
    }

    it('writes what it would offer where nobody answers, starts with that, and overwrites none', async () => {
      expect((await answering([])).status).to.equal(0)
      const { clients, users, anyClient } = await written('openid-provider.json')
      expect(clients[0].client_id).to.equal('shop')
      expect(clients[0].client_secret).to.have.length(32)
      expect([Object.keys(users), anyClient]).to.deep.equal([['alice', 'bob'], true])
      expect((await run('init', '--yes').ended).text).to.contain('is there already')
      const { issuer } = await serve()
      expect((await fetch(`${issuer}/jwks`)).status).to.equal(200)
    })

    it('--yes asks nothing', async () => {
      const { status, text } = await run('init', '--yes').ended
      expect(status).to.equal(0)
      expect(text).not.to.contain('?')
    })

    it('writes what was answered, and says what the application needs', async () => {
      const { status, text } = await answering([
        '9400',
        'spa',
        'n',
        'http://localhost:5173/done',
        'ann, ben=ben@example.com, alice=alice@example.org, constructor',
        'no',
        'https://api.example.com',
        'orders:read',
      ])
      expect([status, text.match(/redirect_uri {3}(\S+)/)?.[1]]).to.deep.equal([
        0,
        'http://localhost:5173/done',
      ])
      expect(await written('openid-provider.json')).to.deep.equal({
        port: 9400,
        clients: [
          {
            client_id: 'spa',
            redirect_uris: ['http://localhost:5173/done'],
            application_type: 'native',
            token_endpoint_auth_method: 'none',
            grant_types: ['authorization_code', 'refresh_token'],
          },
        ],
        anyClient: false,
        users: {
          ann: { name: 'ann' },
          ben: { name: 'ben', email: 'ben@example.com', email_verified: true },
          alice: { name: 'Alice Example', email: 'alice@example.org', email_verified: true },
          constructor: { name: 'constructor' },
        },
        resourceServers: { 'https://api.example.com': { scope: 'orders:read', accessTokenFormat: 'jwt' } },
      })
    })

    it('says what is wrong with an answer, and asks again', async () => {
      const { status, text } = await answering([
        ...['nine', '9500'],
        ...['caf\u00e9', 'shop'],
        ...['maybe', 'y'],
        ...['/callback', 'http://localhost/callback#x', 'http://localhost/callback'],
        ...['ann,,ben', 'ann'],
      ])
      expect(status).to.equal(0)
      expect(
        text.match(/printable ASCII|up to 65535|y or n|an absolute URL without|separated by commas/g),
      ).to.deep.equal([
        'up to 65535',
        'printable ASCII',
        'y or n',
        'an absolute URL without',
        'an absolute URL without',
        'separated by commas',
      ])
      const { port, clients, users } = await written('openid-provider.json')
      expect([port, clients[0].client_id, clients[0].redirect_uris, Object.keys(users)]).to.deep.equal([
        9500,
        'shop',
        ['http://localhost/callback'],
        ['ann'],
      ])
      for (const told of ['client_id      shop', `client_secret  ${clients[0].client_secret}`])
        expect(text).to.contain(told)
    })

    it('ends with the last answer, although more could be typed', async () => {
      const { child, ended } = run('init')
      child.stdin?.write('\n'.repeat(7))

      expect((await ended).status).to.equal(0)
    })

    it('writes YAML where the file is to be one, and starts with it', async () => {
      expect((await run('init', '--yes', '--config', 'openid-provider.yaml').ended).status).to.equal(0)
      expect(await readFile(join(folder, 'openid-provider.yaml'), 'utf8')).to.match(/^port: 9000$/m)
      expect((await fetch(`${(await serve()).issuer}/jwks`)).status).to.equal(200)
    })
  })

  describe('a file of YAML', () => {
    it('is read where it is found (YAML 1.2)', async () => {
      const text =
        'users:\n  # Somebody\n  ann: { name: Ann }\nclients:\n  - client_id: shop\n    client_secret: secret\n    redirect_uris: [http://localhost/cb]\n'
      await writeFile(join(folder, 'openid-provider.yml'), text)
      const { child, printed } = await serve()
      while (!printed.join('').includes('ann  Ann')) await once(child.stdout ?? child, 'data')
      expect(printed.join('')).to.contain('shop  with a secret')
    })

    for (const [what, text] of [
      ['that is none', 'users: [}'],
      ['with a name twice', 'users: {}\nusers: {}'],
      ['that is no object', '- users'],
    ] as const)
      it(`is refused ${what}`, async () => {
        await writeFile(join(folder, 'openid-provider.yaml'), text)
        const { status, text: said } = await run().ended
        expect([status, said]).to.satisfy(
          ([code, told]: [number, string]) => code === 2 && told.includes('openid-provider.yaml'),
        )
      })

    it('is not chosen where there is one of JSON as well', async () => {
      for (const name of ['openid-provider.yaml', 'openid-provider.json'])
        await writeFile(join(folder, name), '{}')
      expect((await run().ended).text).to.contain('say which by --config')
    })
  })

  describe('the clock', () => {
    const clockOf = (answer: Response) => Date.parse(answer.headers.get('date') ?? '')
    const tokenOf = async (issuer: string) => {
      const body = JSON.stringify({ user: 'alice', client: 'app' })
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${issuer}/_test/log_in`, { method: 'POST', headers, body })
      return Object(await answer.json())
    }
    const userinfo = (issuer: string, token: string) =>
      fetch(`${issuer}/me`, { headers: { authorization: `Bearer ${token}` } })

    it('is behind as --clock-offset says, and browsers keep cookies as long as ever (RFC 6265 §5.2.1)', async () => {
      const { issuer } = await serve('--clock-offset=-864000')
      const { id_token: idToken } = await tokenOf(issuer)
      const behind = Date.now() / 1000 - Number(decodeJwt(idToken).iat)
      expect(behind).to.be.within(864_000 - 60, 864_000 + 60)
      const query =
        'client_id=app&response_type=code&scope=openid&redirect_uri=http://localhost/&code_challenge_method=S256'
      const login = await fetch(`${issuer}/auth?${query}&code_challenge=${'a'.repeat(43)}`, {
        redirect: 'manual',
      })
      expect(clockOf(login)).to.be.below(Date.now() - 800_000_000)
      const ends = login.headers
        .getSetCookie()
        .map((line) => Date.parse(/expires=([^;]+)/i.exec(line)?.[1] ?? ''))
      expect(ends.filter((end) => end < Date.now())).to.deep.equal([])
      expect(ends).not.to.deep.equal([])
    })

    it('is set by the control API: what was issued ends', async () => {
      const { issuer } = await serve()
      const { access_token: token } = await tokenOf(issuer)
      const before = (await userinfo(issuer, token)).status
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ offset: 86_400 })
      const set = await fetch(`${issuer}/_test/set_clock`, { method: 'POST', headers, body })
      expect(Object(await set.json()).now).to.be.above(Date.now() / 1000 + 80_000)
      expect([before, (await userinfo(issuer, token)).status]).to.deep.equal([200, 401])
    })
  })

  it('takes APIs and features by flags (RFC 8707 §2, RFC 8628 §4)', async () => {
    const { issuer } = await serve(
      '--api',
      'https://api.example.com/?v=1=orders:read',
      '--feature',
      'deviceFlow',
    )
    const body = JSON.stringify({
      user: 'alice',
      client: 'app',
      parameters: { scope: 'openid orders:read', resource: 'https://api.example.com/?v=1' },
    })
    const headers = { 'content-type': 'application/json' }
    const tokens = Object(
      await (await fetch(`${issuer}/_test/log_in`, { method: 'POST', headers, body })).json(),
    )
    expect(decodeJwt(tokens.access_token)).to.include({
      aud: 'https://api.example.com/?v=1',
      scope: 'orders:read',
    })
    const discovery = Object(await (await fetch(`${issuer}/.well-known/openid-configuration`)).json())
    expect(discovery.device_authorization_endpoint).to.be.a('string')
  })

  it('serves several issuers of one file, each at its port', async () => {
    const [first, second] = [await freePort(), await freePort()]
    const issuers = [{ port: first }, { port: second, issuer: `http://localhost:${second}/tenant` }]
    await writeFile(join(folder, 'both.json'), JSON.stringify({ issuers }))
    run('--config', 'both.json')
    await answers(`http://localhost:${second}`)
    const discovery = async (issuer: string) =>
      Object(await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()).issuer
    expect(await discovery(`http://localhost:${first}`)).to.equal(`http://localhost:${first}`)
    expect(await discovery(`http://localhost:${second}/tenant`)).to.equal(`http://localhost:${second}/tenant`)
  })

  it('--help says how to use it', async () => {
    const { status, text } = await run('--help').ended
    expect(status).to.equal(0)
    expect(text).to.contain('npx openid-provider [flags]')
  })
})
