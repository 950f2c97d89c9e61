import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { freePort } from '../../support/free_port.ts'
import { startRedis, stopRedis } from './support/redis_server.ts'

const PAGE = new URL('../../../docs/storage.md', import.meta.url)
const APP = `Basic ${btoa('app:replace-this-by-32-random-characters')}`
const PACKAGES: Readonly<Record<string, string>> = {
  'openid-provider/adapters/redis': new URL('../../../lib/adapters/redis.ts', import.meta.url).href,
  'openid-provider': new URL('../../../lib/index.ts', import.meta.url).href,
  ioredis: pathToFileURL(createRequire(PAGE).resolve('ioredis')).href,
}

/** What this program covers is not the suite's doing. */
const ENVIRONMENT = { ...process.env, NODE_V8_COVERAGE: '' }

/** The program of the page, with packages and ports of this machine. */
async function program(port: number, redisPort: number): Promise<string> {
  const page = await readFile(PAGE, 'utf8')
  const [, code = ''] = /```js\n(import \{ once \}.*?)```/s.exec(page) ?? []
  const withPorts = code.replaceAll(/\b3000\b/g, String(port)).replaceAll(/\b6379\b/g, String(redisPort))
  return Object.entries(PACKAGES).reduce(
    (text, [name, file]) => text.replaceAll(`'${name}'`, JSON.stringify(file)),
    withPorts,
  )
}

describe('the program for Redis in docs/storage.md', function suite() {
  this.timeout(60_000)
  let folder = ''
  let child: ChildProcess | undefined
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guide-'))
  })
  afterEach(() => stop())
  after(async () => {
    await stopRedis()
    await rm(folder, { recursive: true })
  })

  async function stop(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill()
    await ended
  }

  async function start(port: number, redisPort: number): Promise<void> {
    const file = join(folder, 'provider.mjs')
    await writeFile(file, await program(port, redisPort))
    child = spawn(process.execPath, ['--import', 'tsx', file], { env: ENVIRONMENT, stdio: 'ignore' })
    const answers = () =>
      fetch(`http://localhost:${port}/jwks`).then(
        () => true,
        () => false,
      )
    while (child.exitCode === null && !(await answers()));
  }

  it('issues tokens, and stores them under its prefix', async () => {
    const [port, server] = [await freePort(), await startRedis()]
    await start(port, server.port)
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    const answer = await fetch(`http://localhost:${port}/token`, {
      method: 'POST',
      headers: { authorization: APP },
      body,
    })
    const token = Object(await answer.json()).access_token

    const client = await server.connect()
    expect(await client.exists(`{my-provider}:ClientCredentials:${token}`)).to.equal(1)
  })

  it('ends when there is no Redis to begin with', async () => {
    await start(await freePort(), await freePort())
    expect(child?.exitCode).to.equal(1)
  })
})
