import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { followGuide } from '../../../support/guide.ts'

/** What a reader is shown of a command: what it prints. */
const PAIRS = /^```sh\n((?:(?!```).*\n)+)```\n\n```text\n((?:(?!```).*\n)+)```/gm
/** Told apart from what the commands print. */
const END = '--- end of a check ---'

describe('the guide docs/guides/security_for_operators.md', function suite() {
  this.timeout(240_000)
  const guide = followGuide('guides/security_for_operators.md', [3000, 3001])
  let folder: string
  // What waits for something in a shell would wait for ever.
  const over = new AbortController()
  after(() => over.abort())

  /** Runs lines of the page in one shell, as its reader does. @returns what they print */
  async function shell(script: string): Promise<string> {
    const { stdout } = await promisify(execFile)('sh', ['-c', script], {
      cwd: folder,
      env: { ...process.env, NODE_V8_COVERAGE: '' },
      signal: over.signal,
    })
    return stdout
  }

  before(async () => {
    for (const name of ['secrets.js', 'audit.js', 'provider.js', 'limits.js', 'server.js', 'compromised.js'])
      folder = dirname(await guide.write(name, guide.file(name)))
    const elsewhere = {
      screens: ['accounts.js', 'pages.js'],
      logging_and_metrics: ['watch.js'],
      key_rotation: ['keys.js'],
    }
    for (const [page, names] of Object.entries(elsewhere))
      for (const name of names) await guide.write(name, await guide.fileOf(`guides/${page}.md`, name))
    const [first = ''] = guide.blocks('sh')
    await shell(first.slice(first.indexOf('openssl')))
  })

  it('does not start without its secrets', async () => {
    const { failed } = await guide.start('server.js', guide.file('server.js'))

    expect(await failed).to.include('secrets.json')
  })

  it('behind a proxy nobody chooses the address that failures are counted for, and a /64 of IPv6 is one (RFC 7239 §8.1, RFC 6177 §2)', async () => {
    await shell('node secrets.js && node keys.js add')
    const printed = await shell(`node --input-type=module -e "
      import { networkOf } from './limits.js'
      import { adapter, makeProvider } from './provider.js'
      const provider = makeProvider()
      provider.proxy = true
      const req = (forwarded) => ({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress: '127.0.0.1' } })
      for (const forwarded of ['192.0.2.1, 198.51.100.7', '2001:db8:1:2::1', 'x, 2001:db8:1:2:ffff:1:2:3', '2001:db8::7', '::ffff:192.0.2.9'])
        console.log(networkOf(provider.app.createContext(req(forwarded), {}).ip))
      adapter.close()
    "`)

    expect(printed.trim().split('\n')).to.deep.equal([
      '198.51.100.7',
      '2001:db8:1:2',
      '2001:db8:1:2',
      '2001:db8:0:0',
      '192.0.2.9',
    ])
  })

  it('what its reader tries is refused as it says, and a replay wakes somebody (RFC 9700 §2.1, §4.5)', async () => {
    await shell('node secrets.js && node keys.js add')
    const server = await guide.start('server.js', guide.file('server.js'), guide.origin(3001))
    const checks = [...guide.text().matchAll(PAIRS)].map(([, commands = '', prints = '']) => ({
      commands,
      prints,
    }))
    const script = checks.map(({ commands }) => `${commands}\necho '${END}'\n`).join('')
    const printed = (await shell(script)).split(`${END}\n`)

    expect(checks).to.have.length(10)
    expect(checks.map(({ commands }, index) => ({ commands, prints: printed[index] }))).to.deep.equal(checks)
    expect(server.complained()).to.match(/^ALARM .*"reason":"authorization_code.replayed"/m)
    server.signal('SIGTERM')
    await server.ended
  })
})
