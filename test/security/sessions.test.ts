import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { attack, expectRedirect } from '../support/invariants.ts'
import { pkce, type RunningProvider, WEB_CLIENT } from '../support/start_provider.ts'
import type { UserAgent } from '../support/user_agent.ts'

const SIGNED = {
  cookies: { keys: ['new key', 'old key'], long: { signed: true }, short: { signed: true } },
}

/** So that the attacker can make any cookie up. */
const UNSIGNED = { cookies: { keys: ['k'], long: { signed: false }, short: { signed: false } } }

/** Asks, without a screen, whether the browser is logged in. */
const silent = (op: RunningProvider, agent: UserAgent, headers: Record<string, string> = {}) =>
  agent.get(
    op.authorizationUrl({
      prompt: 'none',
      code_challenge: pkce().challenge,
      code_challenge_method: 'S256',
    }),
    headers,
  )

const session = (agent: UserAgent) => String(agent.cookies.get('_session')?.value)

describe('sessions and cookies (RFC 6265, RFC 6749 §10.12)', () => {
  for (const [what, forge] of [
    ['no signature', (id: string) => `_session=${id}`],
    ['a made-up signature', (id: string) => `_session=${id}; _session.sig=aaaaaaaaaaaaaaaaaaaaaaaaaaa`],
    ['an empty signature', (id: string) => `_session=${id}; _session.sig=`],
  ] as const) {
    attack('Y1', `a session cookie with ${what} is ignored where cookies are signed`, async (scene) => {
      const op = await scene.start(SIGNED)
      const { agent } = await op.authorize()
      scene.begin()

      expectRedirect(op, await silent(op, op.agent(), { cookie: forge(session(agent)) }), 'login_required')
    })
  }

  attack('Y1', "another cookie's signature does not fit", async (scene) => {
    const op = await scene.start(SIGNED)
    const { agent: own } = await op.authorize()
    const { agent: victim } = await op.authorize()
    scene.begin()
    const cookie = `_session=${session(victim)}; _session.sig=${own.cookies.get('_session.sig')?.value}`

    expectRedirect(op, await silent(op, op.agent(), { cookie }), 'login_required')
  })

  attack('Y2', 'a cookie of one provider is nothing to another in the same process', async (scene) => {
    const first = await scene.start(UNSIGNED)
    const second = await scene.start(UNSIGNED)
    const { agent } = await first.authorize()
    scene.begin()

    const own = await silent(first, first.agent(), { cookie: `_session=${session(agent)}` })
    const response = await silent(second, second.agent(), { cookie: `_session=${session(agent)}` })

    expect(own.headers.get('location')).to.match(/[?&]code=/)
    expectRedirect(second, response, 'login_required')
  })

  for (const name of ['_session', 'session', 'sid', 'session_id']) {
    attack('Y4', `a session id in the parameter ${name} is not accepted`, async (scene) => {
      const op = await scene.start()
      const { agent } = await op.authorize()
      scene.begin()
      const params = {
        prompt: 'none',
        code_challenge: pkce().challenge,
        code_challenge_method: 'S256',
        [name]: session(agent),
      }

      expectRedirect(op, await op.agent().get(op.authorizationUrl(params)), 'login_required')
    })
  }

  for (const [what, tampered] of [
    ['an account that is no string', { accountId: { $ne: '' } }],
    ['authorizations that are no object', { authorizations: 'x' }],
    ['an expiry that is no number', { exp: 'never' }],
  ] as const) {
    attack(
      'Y5',
      `a stored session with ${what} is not used`,
      async (scene) => {
        const adapter = memoryAdapter()
        const op = await scene.start({ adapter })
        const { agent } = await op.authorize()
        const sessions = adapter('Session')
        const stored = await sessions.find(session(agent))
        await sessions.upsert(session(agent), JSON.parse(JSON.stringify({ ...stored, ...tampered })), 60)
        scene.begin()

        const response = await silent(op, agent)

        expectRedirect(op, response, 'login_required')
        expect(op.serverErrors.map(String)).to.deep.equal([
          'MalformedEntry: storage returned a malformed Session',
        ])
      },
      { fails: [500] },
    )
  }

  attack('Y7', 'requests of one session at once lose no authorization', async (scene) => {
    const clients = ['a', 'b', 'c', 'd'].map((client_id) => ({ ...WEB_CLIENT, client_id }))
    const op = await scene.start({ clients })
    const { agent } = await op.authorize()
    const { accountId } = (await op.provider.Session.find(session(agent))) ?? {}
    const consented = clients.slice(1).map(({ client_id }) => op.authorize({ client_id }, agent))
    await Promise.all(consented)
    scene.begin()

    const stored = await op.provider.Session.find(session(agent))
    const { authorizations } = stored ?? {}
    expect(stored?.accountId).to.equal(accountId)
    expect(Object.keys(authorizations ?? {})).to.include.members(['a', 'b', 'c', 'd'])
  })

  attack('Y7', 'a request that began before the logout does not bring the session back', async (scene) => {
    const op = await scene.start()
    const { agent } = await op.authorize()
    const id = session(agent)
    const stored = await op.provider.Session.find(id)
    const other = await op.provider.Session.find(id)
    await other?.destroy()

    const rejected = await stored?.persist().then(
      () => false,
      () => true,
    )
    scene.begin()

    expect(rejected).to.equal(true)
    expect(await op.provider.Session.find(id)).to.equal(undefined)
  })

  attack('Y8', 'a session remembers a bounded number of clients', async (scene) => {
    const op = await scene.start()
    const { agent } = await op.authorize()
    const stored = await op.provider.Session.find(session(agent))
    for (let count = 0; count < 600; count += 1) stored?.sidFor(`client ${count}`, 'sid')
    scene.begin()

    expect(Object.keys(stored?.authorizations ?? {}).length).to.equal(512)
  })
})
