/**
 * Builds the image of the development server with what would be published, starts it, logs in, and ends it:
 * `npm run image`, `npm run image -- --engine buildah --package FILE`.
 */
import assert from 'node:assert/strict'
import { copyFile, cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { decodeJwt } from 'jose'
import { pack } from '../../scripts/pack.ts'
import { Browsing } from '../support/browsing.ts'
import { pkce } from '../support/start_provider.ts'
import type { Container, Engine } from './engine.ts'
import { findEngine } from './find_engine.ts'

const EXAMPLE = resolve(import.meta.dirname, '../../example/development_server')
const TAG = 'openid-provider-tried:latest'
const PORT = 9000
/** Longest that it may take until it answers; an emulated processor needs most of it. */
const STARTING = 120_000
/** How long one request may take meanwhile. */
const PATIENCE = 2_000
const APPLICATION = 'http://localhost:3000/callback'

const { values } = parseArgs({ options: { engine: { type: 'string' }, package: { type: 'string' } } })

const say = (line: string) => process.stdout.write(`${line}\n`)

async function build(engine: Engine): Promise<void> {
  const packed = values.package === undefined ? await pack() : resolve(values.package)
  const folder = await mkdtemp(join(tmpdir(), 'image-'))
  try {
    await cp(EXAMPLE, folder, { recursive: true })
    await copyFile(packed, join(folder, 'openid-provider.tgz'))
    await engine.build(folder, TAG, { OPENID_PROVIDER: 'file:openid-provider.tgz' })
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** What a browser and an application do at it. */
async function logIn(issuer: string): Promise<void> {
  const { verifier, challenge } = pkce()
  const query = new URLSearchParams({
    client_id: 'shop',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: APPLICATION,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  const browsing = new Browsing(APPLICATION)
  const arrived = await browsing.submit(await browsing.open(`${issuer}/auth?${query}`), { user: 'ann' })
  const code = new URL(arrived.url).searchParams.get('code') ?? ''
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('shop:secret')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: APPLICATION,
      code_verifier: verifier,
    }),
  })
  const body = Object(await answer.json())
  assert.ok(answer.ok, JSON.stringify(body))
  assert.equal(decodeJwt(body.id_token).sub, 'ann')
}

/** What forwards to a container listens before that does: it may take a request, and never answer. */
async function untilThere(url: string): Promise<void> {
  const tooLate = Date.now() + STARTING
  while (Date.now() < tooLate) {
    const answer = fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (await Promise.race([answer, sleep(PATIENCE, false)])) return
    await sleep(100)
  }
  throw new Error(`nobody answers at ${url}`)
}

async function use(container: Container, issuer: string): Promise<void> {
  const discovery = `${issuer}/.well-known/openid-configuration`
  await untilThere(discovery)
  assert.equal(Object(await (await fetch(discovery)).json()).issuer, issuer)
  say('- ok: discovery')

  await logIn(issuer)
  say('- ok: a login')

  const [kind, ...command] = container.healthCheck
  assert.equal(kind, 'CMD')
  await container.run(command)
  say('- ok: its own health check')

  const who = ['node', '--print', 'process.getuid()']
  assert.notEqual((await container.run(who)).trim(), '0')
  say('- ok: no process of root')

  assert.equal(await container.stop(), 0)
  say('- ok: it ends on SIGTERM')
}

async function tryContainer(engine: Engine): Promise<void> {
  const port = await engine.portFor(PORT)
  const issuer = `http://localhost:${port}`
  const container = await engine.start(TAG, port, ['--issuer', issuer])
  try {
    await use(container, issuer)
  } catch (error) {
    say(await container.printed())
    throw error
  } finally {
    await container.remove()
  }
}

async function tryImage(): Promise<void> {
  const engine = await findEngine(values.engine)
  say(`## ${engine.name}\n`)
  await build(engine)
  say('- ok: it is built')
  try {
    await tryContainer(engine)
  } finally {
    await engine.removeImage(TAG)
  }
}

// Until it is known to be well.
process.exitCode = 1
tryImage().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  },
)
