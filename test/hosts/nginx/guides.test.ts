import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { freePort } from '../../support/free_port.ts'
import { followGuide } from '../../support/guide.ts'
import { answersByTls } from '../../support/nginx.ts'
import { CERTIFICATE } from '../../support/tls_certificate.ts'

/** Debian keeps it where only root looks for programs. */
const PROGRAM = existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx'
const PAGES = ['deployment', 'mounting'] as const

describe('nginx as the guides configure it', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/production.md')
  const children: ChildProcess[] = []
  let folder = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nginx-guide-'))
    await writeFile(join(folder, 'key.pem'), CERTIFICATE.key)
    await writeFile(join(folder, 'cert.pem'), CERTIFICATE.cert)
    const secrets: Record<string, string> = JSON.parse(
      await guide.output('secrets.js', guide.file('secrets.js')),
    )
    await guide.write('provider.js', guide.file('provider.js'))
    await guide.start('server.js', guide.file('server.js'), guide.origin(3000), {
      ...secrets,
      NODE_ENV: 'production',
      ISSUER: 'https://op.example.com',
      DATABASE: await guide.write('op.sqlite', ''),
      PORT: String(guide.port(3000)),
    })
  })
  after(async () => {
    for (const child of children) {
      child.kill()
      await once(child, 'close')
    }
    await rm(folder, { recursive: true })
  })

  /** The whole of what a page shows, with certificates and ports of this machine. */
  async function start(page: string, port: number): Promise<void> {
    const shown = await readFile(new URL(`../../../docs/guides/${page}.md`, import.meta.url), 'utf8')
    const [, written = ''] = /```nginx\n(.*?)```/s.exec(shown) ?? []
    const certificates = written.includes('ssl_certificate ')
      ? ''
      : `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;`
    const servers = written
      .replace('listen 443', `listen 127.0.0.1:${port}`)
      .replace('/etc/ssl/op.example.com.crt', `${folder}/cert.pem`)
      .replace('/etc/ssl/op.example.com.key', `${folder}/key.pem`)
      .replace('/var/log/nginx', folder)
      .replaceAll('3000', String(guide.port(3000)))
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join(' ')
    const file = join(folder, `${page}.conf`)
    await writeFile(
      file,
      `daemon off; pid ${folder}/${page}.pid; error_log stderr warn; events {}
      http { access_log off; ${temporary} ${certificates}\n${servers} }`,
    )
    const child = spawn(PROGRAM, ['-p', folder, '-c', file, '-e', 'stderr'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    children.push(child)
    while (!(await answersByTls(port))) {
      if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`)
    }
  }

  async function get(port: number, path: string) {
    const sent = request({
      host: '127.0.0.1',
      port,
      path,
      rejectUnauthorized: false,
      headers: { host: 'op.example.com', 'x-forwarded-proto': 'http' },
    })
    sent.end()
    const [response] = await once(sent, 'response')
    const cookies: string[] = response.headers['set-cookie'] ?? []
    return { status: Number(response.statusCode), cookies, body: await text(response) }
  }

  for (const page of PAGES) {
    it(`F327 docs/guides/${page}.md: the provider knows that the browser uses https, whatever a client says (RFC 7239 §8.1)`, async () => {
      const port = await freePort()
      await start(page, port)
      const query = new URLSearchParams({
        client_id: 'app',
        response_type: 'code',
        scope: 'openid',
        redirect_uri: 'https://app.example.com/cb',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      })

      const document = await get(port, '/.well-known/openid-configuration')
      const login = await get(port, `/auth?${query}`)

      expect(Object(JSON.parse(document.body)).issuer).to.equal('https://op.example.com')
      expect(login.status).to.equal(303)
      expect(login.cookies).to.have.length.above(1)
      for (const cookie of login.cookies) expect(cookie).to.match(/; secure/i)
    })
  }

  it('docs/guides/deployment.md: its log has no queries, which hold codes and states', async () => {
    const log = await readFile(join(folder, 'op.log'), 'utf8')

    expect(log).to.include('GET /auth 303')
    expect(log).to.not.include('code_challenge')
  })
})
