import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { answers, freePort } from '../support/local_programs.ts'

const COMMAND = fileURLToPath(new URL('../../lib/development/command/command.ts', import.meta.url))
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const ENVIRONMENT = { ...process.env, NODE_V8_COVERAGE: '' }

describe('npx openid-provider', function suite() {
  this.timeout(60_000)
  const children: ChildProcess[] = []
  let folder = ''

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'command-'))
  })
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill()
    await rm(folder, { recursive: true })
  })

  /** Starts it in the empty folder. */
  function run(...args: string[]) {
    const child = spawn(process.execPath, ['--import', TSX, COMMAND, ...args], {
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
    [['--port', 'nine'], '--port must be a number'],
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

  it('says that a port is taken', async () => {
    const { port } = await serve()
    expect((await run('--port', `${port}`).ended).text).to.contain('choose another one with --port')
  })

  it('prints what is there, and ends with SIGTERM', async () => {
    const { issuer, child, printed, ended } = await serve(
      '--client',
      'shop:secret',
      '--user',
      'ann={"name":"Ann"}',
    )
    while (!printed.join('').includes('Ann')) await once(child.stdout, 'data')
    child.kill('SIGTERM')
    const { status, text } = await ended
    expect(status).to.equal(0)
    expect(text).to.contain(`${issuer}/.well-known/openid-configuration`)
    expect(text).to.contain('shop  with a secret')
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

  it('init writes a file that it starts with, and overwrites none', async () => {
    expect((await run('init').ended).status).to.equal(0)
    const written = Object(JSON.parse(await readFile(join(folder, 'openid-provider.json'), 'utf8')))
    expect(written.clients[0].client_id).to.equal('shop')
    expect((await run('init').ended).text).to.contain('is there already')
    const { issuer } = await serve()
    expect((await fetch(`${issuer}/jwks`)).status).to.equal(200)
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
