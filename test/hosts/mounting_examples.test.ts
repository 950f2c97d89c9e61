import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:http2'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { Browsing } from '../support/browsing.ts'
import { bundlePrograms } from '../support/built_package.ts'
import { freePort } from '../support/free_port.ts'
import { answers } from '../support/local_programs.ts'
import { CERTIFICATE } from '../support/tls_certificate.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const PAGE = new URL('../../docs/guides/mounting.md', import.meta.url)
const ENVIRONMENT = { ...process.env, NODE_V8_COVERAGE: '' }

/** Examples that sign somebody in, where their provider is, and whether there is a host around it. */
const HOSTS: readonly (readonly [file: string, path: string, around: boolean])[] = [
  ['http.ts', '', false],
  ['http_with_path.ts', '/oidc', true],
  ['express.ts', '/oidc', true],
  ['express4.ts', '/oidc', true],
  ['connect.ts', '/oidc', true],
  ['fastify.ts', '/oidc', true],
  ['fastify_middie.ts', '/oidc', true],
  ['hapi.ts', '/oidc', true],
  ['nest.ts', '/oidc', false],
  ['koa.ts', '/oidc', true],
  ['hono.ts', '/oidc', true],
  ['serverless_locally.ts', '', false],
]
/** Examples that are tried in another way, and what several of them share. */
const OTHERS = ['https.ts', 'http2.ts', 'serverless.ts', 'provider.ts']

describe('docs/guides/mounting.md', () => {
  it('shows the files it links to as a whole, but for where a host has the library', async () => {
    const page = await readFile(PAGE, 'utf8')
    const shown = [...page.matchAll(/example\/mounting\/(\w+\.ts)[^`]*\n\n```ts\n(.*?)^```/gms)]

    expect(shown).to.have.length.above(10)
    for (const [, file = '', code = ''] of shown) {
      const program = await readFile(join(ROOT, 'example/mounting', file), 'utf8')
      expect(code, file).to.equal(program.replace("'../../lib/index.ts'", "'openid-provider'"))
    }
    expect(shown.map(([, file]) => file)).to.include('provider.ts')
  })

  it('shows the files of the project for Next.js as they are there', async () => {
    const page = await readFile(PAGE, 'utf8')
    const shown = [...page.matchAll(/`(example\/next\/[^`]+)`[^`]*\n\n```js\n(.*?)^```/gms)]

    expect(shown).to.have.length(5)
    for (const [, file = '', code = ''] of shown)
      expect(await readFile(join(ROOT, file), 'utf8'), file).to.include(code)
  })

  it('every file of example/mounting is in it, and is tried', async () => {
    const files = await readdir(join(ROOT, 'example/mounting'))
    const page = await readFile(PAGE, 'utf8')

    expect(files).to.have.members([...HOSTS.map(([file]) => file), ...OTHERS])
    for (const file of files) expect(page).to.include(`example/mounting/${file}`)
  })
})

describe('example/mounting', function suite() {
  this.timeout(60_000)
  const children: ChildProcess[] = []
  let folder = ''
  let programs = ''

  before(async () => {
    programs = await bundlePrograms(
      [...HOSTS.map(([file]) => file), ...OTHERS].map((file) => join(ROOT, 'example/mounting', file)),
    )
    folder = await mkdtemp(join(tmpdir(), 'mounting-'))
    await writeFile(join(folder, 'key.pem'), CERTIFICATE.key)
    await writeFile(join(folder, 'cert.pem'), CERTIFICATE.cert)
  })
  afterEach(() => {
    for (const child of children.splice(0)) child.kill()
  })
  after(() => rm(folder, { recursive: true }))

  function start(file: string, port: number): void {
    const env = {
      ...ENVIRONMENT,
      PORT: String(port),
      TLS_KEY: join(folder, 'key.pem'),
      TLS_CERT: join(folder, 'cert.pem'),
    }
    const program = join(programs, file.replace('.ts', '.js'))
    children.push(spawn(process.execPath, [program], { cwd: ROOT, env, stdio: 'ignore' }))
  }

  for (const [file, path, around] of HOSTS) {
    it(`F260 F326 ${file} signs somebody in, and gives tokens (OpenID Connect Core 1.0 §3.1)`, async () => {
      const port = await freePort()
      const issuer = `http://localhost:${port}${path}`
      start(file, port)
      await answers(issuer)
      const callback = 'http://localhost:3001/cb'
      const query = new URLSearchParams({
        client_id: 'app',
        response_type: 'code',
        scope: 'openid',
        redirect_uri: callback,
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      })
      const browser = new Browsing(callback)

      let page = await browser.open(`${issuer}/auth?${query}`)
      page = await browser.submit(page, { login: 'alice', password: 'any' })
      if (!page.url.startsWith(callback)) page = await browser.submit(page)
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('app:change+me%2C+it+has+to+be+a+long+one')}` },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: new URL(page.url).searchParams.get('code') ?? '',
          redirect_uri: callback,
          code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
        }),
      })
      const discovery = await fetch(`${issuer}/.well-known/openid-configuration`)

      expect(Object(await answer.json())).to.include.keys('id_token', 'access_token')
      expect(Object(await discovery.json())).to.include({ issuer, token_endpoint: `${issuer}/token` })
      if (around) expect(await (await fetch(`http://localhost:${port}/`)).text()).to.equal('the host\n')
    })
  }

  for (const file of ['http_with_path.ts', 'express.ts']) {
    it(`${file} has the document whose path goes in front (RFC 8414 §3.1)`, async () => {
      const port = await freePort()
      start(file, port)
      await answers(`http://localhost:${port}/`)

      const response = await fetch(`http://localhost:${port}/.well-known/oauth-authorization-server/oidc`)

      expect(Object(await response.json())).to.include({ issuer: `http://localhost:${port}/oidc` })
    })
  }

  /** Waits for somebody who speaks TLS. */
  async function answersOverTls(port: number): Promise<string> {
    for (;;) {
      const request = get(`https://localhost:${port}/.well-known/openid-configuration`, {
        ca: CERTIFICATE.cert,
      })
      const [response] = await once(request, 'response').catch(() => [undefined])
      if (response !== undefined) return text(response)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  for (const file of ['https.ts', 'http2.ts']) {
    it(`${file} serves its issuer over TLS (OpenID Connect Discovery 1.0 §4)`, async () => {
      const port = await freePort()
      start(file, port)

      expect(JSON.parse(await answersOverTls(port))).to.include({ issuer: `https://localhost:${port}` })
    })
  }

  it('http2.ts speaks HTTP/2 (RFC 9113)', async () => {
    const port = await freePort()
    start('http2.ts', port)
    await answersOverTls(port)
    const session = connect(`https://localhost:${port}`, { ca: CERTIFICATE.cert })

    const body = await text(session.request({ ':path': '/.well-known/openid-configuration' }))
    session.close()

    expect(JSON.parse(body)).to.include({ issuer: `https://localhost:${port}` })
  })
})
