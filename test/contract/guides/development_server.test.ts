import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { followGuide } from '../../support/guide.ts'

const COMMAND = './node_modules/openid-provider/dist/lib/development/command/command.js'

/** Arguments of a shell line: words, and what stands between single quotes. */
const words = (line: string): string[] =>
  [...line.matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) => word.replaceAll("'", ''))

/** The arguments of `npx openid-provider` on a line that begins so. */
const argumentsOf = (text: string, beginning: string): string[] =>
  words(
    (text.split('\n').find((line) => line.includes(`npx openid-provider ${beginning}`)) ?? '').trim(),
  ).slice(2)

const program = `import ${JSON.stringify(COMMAND)}\n`

describe('the guide docs/guides/development_server.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/development_server.md', [9000])

  it('its tests pass as they are written', async () => {
    const file = await guide.write('test.js', guide.file('test.js'))
    const child = spawn(process.execPath, ['--test-reporter=tap', file], {
      cwd: dirname(file),
      env: { ...process.env, NODE_V8_COVERAGE: '' },
    })
    const printed: string[] = []
    child.stdout.on('data', (data) => printed.push(String(data)))
    await once(child, 'close')
    expect(printed.join('')).to.contain('# pass 4').and.contain('# fail 0')
  })

  it('its command and its request log somebody in', async () => {
    const typed = argumentsOf(guide.text(), '--port')
    const running = await guide.start(
      'command.js',
      `process.argv.push(...${JSON.stringify(typed)})\n${program.replace('import ', 'import(').trim()})\n`,
      `${guide.origin(9000)}/`,
    )
    const [, body = ''] = /-d '(\{[^']*\})'/.exec(guide.text()) ?? []
    const answer = await fetch(`${guide.origin(9000)}/_test/log_in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(decodeJwt(Object(await answer.json()).id_token)).to.include({ sub: 'ann', aud: 'my-app' })
    running.signal('SIGTERM')
    expect(await running.ended).to.contain('shop  with a secret')
  })
})

describe('the file of the guide docs/guides/development_server.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/development_server.md', [9000])

  it('starts it', async () => {
    await guide.write('openid-provider.json', guide.blocks('json')[0] ?? '')
    const running = await guide.start('from_file.js', program, `${guide.origin(9000)}/`)
    const [, secret] = /"client_secret": "([^"]*)"/.exec(guide.text()) ?? []
    const answer = await fetch(`${guide.origin(9000)}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`shop:${secret}`)}` },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        resource: 'https://api.example.com',
        scope: 'orders:read',
      }),
    })
    const body: unknown = await answer.json()
    expect(decodeJwt(Object(body).access_token), JSON.stringify(body)).to.include({ scope: 'orders:read' })
    running.signal('SIGTERM')
    expect(await running.ended).to.contain('ben')
  })

  it('is as good in YAML (YAML 1.2)', async () => {
    await guide.write('settings.yaml', guide.blocks('yaml')[0] ?? '')
    const code = `process.argv.push('--config', 'settings.yaml')\n${program.replace('import ', 'import(').trim()})\n`
    const running = await guide.start('from_yaml.js', code, `${guide.origin(9000)}/`)
    running.signal('SIGTERM')
    const printed = await running.ended
    expect(printed).to.contain('ann  Ann  ann@example.com').and.contain('orders:read orders:write')
  })
})

describe('example/development_server/Dockerfile', () => {
  it('installs this version, and names every version it takes', async () => {
    const root = new URL('../../../', import.meta.url)
    const dockerfile = await readFile(new URL('example/development_server/Dockerfile', root), 'utf8')
    const manifest = Object(JSON.parse(await readFile(new URL('package.json', root), 'utf8')))
    expect(dockerfile).to.contain(`ARG OPENID_PROVIDER=${manifest.version}\n`)
    const installed = [...dockerfile.matchAll(/^RUN .*?(?<!\\)\n/gms)].flatMap(
      ([run]) => run.match(/"[^"]+"/g) ?? [],
    )
    expect(installed).to.have.length(2)
    for (const name of installed) expect(name).to.match(/@\$\{/)
  })
})
