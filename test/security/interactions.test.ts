import { expect } from 'chai'
import type { InteractionResults } from '../../types/models.ts'
import { attack, expectPage, expectRedirect, type Scene } from '../support/invariants.ts'
import { pkce, type RunningProvider, type StartOptions, WEB_CLIENT } from '../support/start_provider.ts'
import type { UserAgent } from '../support/user_agent.ts'

const OTHER = { ...WEB_CLIENT, client_id: 'other' }
const CLIENTS = [WEB_CLIENT, OTHER]

/** Begins an authorization request and stops in front of the screen. @returns where the browser would come back */
async function begin(op: RunningProvider, agent: UserAgent, params: Record<string, string> = {}) {
  const proof = { code_challenge: pkce().challenge, code_challenge_method: 'S256' }
  const response = await agent.get(op.authorizationUrl({ ...proof, ...params }))
  const screen = response.headers.get('location') ?? ''
  const uid = screen.slice(screen.lastIndexOf('/') + 1)
  return { uid, screen, resume: `/auth/${uid}` }
}

/** Shows the screen once, which answers it. @returns where it sends the browser */
async function submit(agent: UserAgent, screen: string): Promise<string> {
  return (await agent.get(screen)).headers.get('location') ?? ''
}

const answering = (result: () => InteractionResults): StartOptions => ({ interact: () => result() })
/** Without signatures, so that the attacker can make any cookie up. */
const UNSIGNED = { keys: ['k'], long: { signed: false }, short: { signed: false } }

const start = (scene: Scene, options: StartOptions = {}) =>
  scene.start({ clients: CLIENTS, cookies: UNSIGNED }, options)

describe('interactions and resume (OpenID Connect Core 1.0 §3.1.2.3)', () => {
  for (const [what, uid] of [
    ['unknown', 'x'.repeat(21)],
    ['short', 'x'],
    ['of 4 KB', 'x'.repeat(4_000)],
    ['named like a prototype', '__proto__'],
    ['a path', '..%2f..%2fx'],
  ] as const) {
    attack('N1', `a uid that is ${what} gets a page, with and without its cookie`, async (scene) => {
      const op = await start(scene)

      await expectPage(op, `/auth/${uid}`, 'invalid_request')
      const response = await op.agent().get(`/auth/${uid}`, { cookie: `_interaction_resume=${uid}` })

      expect(response.status).to.equal(400)
      expect(response.headers.get('location')).to.equal(null)
    })
  }

  attack('N1', 'a uid whose cookie is missing gets a page', async (scene) => {
    const op = await start(scene)
    const { resume } = await begin(op, op.agent())
    scene.begin()

    await expectPage(op, resume, 'invalid_request')
  })

  attack('N2', "another interaction's cookie gets a page", async (scene) => {
    const op = await start(scene)
    const agent = op.agent()
    const first = await begin(op, agent)
    const second = await begin(op, agent)
    scene.begin()

    const response = await op.agent().get(first.resume, {
      cookie: `_interaction_resume=${second.uid}; _session=${agent.cookies.get('_session')?.value}`,
    })

    expect(response.status).to.equal(400)
  })

  attack('N4', "another browser's session gets a page", async (scene) => {
    const op = await start(scene)
    const victim = op.agent()
    await begin(op, victim)
    const attacker = op.agent()
    const { uid, resume, screen } = await begin(op, attacker)
    await submit(attacker, screen)
    scene.begin()

    const response = await op.agent().get(resume, {
      cookie: `_interaction_resume=${uid}; _session=${victim.cookies.get('_session')?.value}`,
    })

    expect(response.status).to.equal(400)
    expect(response.headers.get('location')).to.equal(null)
  })

  attack('N5', 'a login as somebody else ends the old session and starts a new one', async (scene) => {
    let who = 'alice'
    const op = await start(scene, {
      interact: async (provider, prompt, { clientId, scope }) => {
        if (prompt === 'login') return { login: { accountId: who } }
        const grant = new provider.Grant({ accountId: who, clientId })
        grant.addOIDCScope(scope.join(' '))
        return { consent: { grantId: await grant.save() } }
      },
    })
    const { agent } = await op.authorize()
    const old = String(agent.cookies.get('_session')?.value)
    const { uid: oldUid } = (await op.provider.Session.find(old)) ?? {}
    who = 'bob'

    const { code } = await op.authorize({ prompt: 'login' }, agent)
    scene.begin()

    const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
    expect(code).to.not.equal('')
    expect(await op.provider.Session.find(old)).to.equal(undefined)
    expect(session?.accountId).to.equal('bob')
    expect(session?.uid).to.not.equal(oldUid)
  })

  for (const [what, login] of [
    ['an empty accountId', { accountId: '' }],
    ['a number', { accountId: 5 }],
    ['an object', { accountId: {} }],
  ] as const) {
    attack(
      'N7',
      `a login result with ${what} is ours, and changes no session`,
      async (scene) => {
        const result: InteractionResults = JSON.parse(JSON.stringify({ login }))
        const op = await start(
          scene,
          answering(() => result),
        )
        const agent = op.agent()
        const { screen } = await begin(op, agent, { state: 'st' })
        const resume = await submit(agent, screen)
        scene.begin()

        const response = await agent.get(resume)

        expectRedirect(op, response, 'server_error', 'st')
        const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
        expect(session?.accountId).to.equal(undefined)
      },
      { fails: [500] },
    )
  }

  attack('N7', 'a login result with no accountId logs nobody in, and changes no session', async (scene) => {
    const result: InteractionResults = JSON.parse('{ "login": {} }')
    const op = await start(
      scene,
      answering(() => result),
    )
    const agent = op.agent()
    const { screen } = await begin(op, agent, { state: 'st' })
    const resume = await submit(agent, screen)
    scene.begin('insert Interaction', 'destroy Interaction')

    const response = await agent.get(resume)

    expect(response.headers.get('location')).to.match(/\/interaction\//)
    const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
    expect(session?.accountId).to.equal(undefined)
  })

  attack('N7', 'an error result goes to the client and changes no session', async (scene) => {
    const op = await start(
      scene,
      answering(() => ({ error: 'access_denied' })),
    )
    const agent = op.agent()
    const { screen } = await begin(op, agent, { state: 'st' })
    const resume = await submit(agent, screen)
    scene.begin('destroy Interaction')

    expectRedirect(op, await agent.get(resume), 'access_denied', 'st')
  })

  attack('N8', 'no code is issued without a consent that covers the scope', async (scene) => {
    const op = await start(scene, {
      interact: async (provider, prompt, { clientId }) => {
        if (prompt === 'login') return { login: { accountId: 'alice' } }
        const grant = new provider.Grant({ accountId: 'alice', clientId })
        grant.rejectOIDCScope('openid email')
        return { consent: { grantId: await grant.save() } }
      },
    })
    const agent = op.agent()
    let response = await agent.get(
      op.authorizationUrl({ code_challenge: pkce().challenge, code_challenge_method: 'S256' }),
    )
    for (let hop = 0; hop < 6 && response.headers.get('location')?.startsWith('https:') !== true; hop += 1)
      response = await agent.get(response.headers.get('location') ?? '/')
    scene.begin()

    expect(response.headers.get('location') ?? '').to.not.match(/[?&]code=/)
  })

  attack(
    'N8',
    "another account's or client's grant is none",
    async (scene) => {
      for (const [foreign, told] of [
        [
          { accountId: 'bob', clientId: 'web' },
          'accountId mismatch: consent.grantId of the interaction names the grant of another account',
        ],
        [
          { accountId: 'alice', clientId: 'other' },
          'client mismatch: consent.grantId of the interaction names the grant of another client',
        ],
      ] as const) {
        const op = await start(scene, {
          interact: async (provider, prompt) => {
            if (prompt === 'login') return { login: { accountId: 'alice' } }
            const grant = new provider.Grant(foreign)
            grant.addOIDCScope('openid')
            return { consent: { grantId: await grant.save() } }
          },
        })

        const { answer } = await op.authorize()
        scene.begin()

        expect(answer.get('error')).to.equal('server_error')
        expect(answer.get('code')).to.equal(null)
        expect(op.serverErrors.map(String)).to.deep.equal([`Error: ${told}`])
      }
    },
    { fails: [500] },
  )

  attack('N10', 'a session id fixed before the login is worth nothing after it', async (scene) => {
    const op = await start(scene)
    const victim = op.agent()
    victim.setCookie('_session', 'fixed-by-the-attacker')
    const { screen } = await begin(op, victim)
    const before = String(victim.cookies.get('_session')?.value)

    await victim.follow(await victim.get(await submit(victim, screen)))
    scene.begin()

    const after = String(victim.cookies.get('_session')?.value)
    expect(before).to.not.equal('fixed-by-the-attacker')
    expect(after).to.not.equal(before)
    expect(await op.provider.Session.find(before)).to.equal(undefined)
    expect(await op.provider.Session.find('fixed-by-the-attacker')).to.equal(undefined)
    expect((await op.provider.Session.find(after))?.accountId).to.equal('alice')
  })

  attack('N11', 'uids have 128 bits and more, and are not logged', async (scene) => {
    const op = await start(scene)

    const seen = new Set<string>()
    for (let round = 0; round < 20; round += 1) {
      const { uid } = await begin(op, op.agent())
      expect(uid.length * 6).to.be.at.least(128)
      scene.keepSecret(uid)
      seen.add(uid)
    }
    scene.begin()

    expect(seen.size).to.equal(20)
  })

  attack('N11', 'no identifier in storage has less than 128 bits', async (scene) => {
    const op = await start(scene)
    const ids: string[] = []
    op.provider.on('session.saved', ({ jti, uid }) => ids.push(jti, uid))
    op.provider.on('grant.saved', ({ jti }) => ids.push(jti))
    op.provider.on('access_token.saved', ({ jti }) => ids.push(jti))
    const agent = op.agent()
    const { screen } = await begin(op, agent)
    const answer = await agent.follow(await agent.get(await submit(agent, screen)))
    const code = new URL(String(answer.headers.get('location'))).searchParams.get('code')
    scene.begin()

    expect(ids.length).to.be.at.least(3)
    for (const id of [...ids, String(code)]) expect(id.length * 6, id).to.be.at.least(128)
  })

  attack('N12', 'two tabs and two clients do not disturb each other', async (scene) => {
    const op = await start(scene)
    const agent = op.agent()
    const first = await begin(op, agent, { state: 'one' })
    const second = await begin(op, agent, { state: 'two', client_id: 'other' })

    const one = await agent.follow(await agent.get(await submit(agent, first.screen)))
    const two = await agent.follow(await agent.get(await submit(agent, second.screen)))
    scene.begin()

    expect(one.headers.get('location')).to.match(/[?&]code=.*state=one/)
    expect(two.headers.get('location')).to.match(/[?&]code=.*state=two/)
  })

  attack('N12', 'an interaction is over once it was answered', async (scene) => {
    const op = await start(scene)
    const agent = op.agent()
    const { screen, uid, resume } = await begin(op, agent)
    await agent.follow(await agent.get(await submit(agent, screen)))
    scene.begin()

    const again = await agent.get(resume, {
      cookie: `_interaction_resume=${uid}; _session=${agent.cookies.get('_session')?.value}`,
    })

    expect(again.status).to.equal(400)
    expect(again.headers.get('location')).to.equal(null)
  })

  attack('N14', 'no code is issued before the screens say that the login is complete', async (scene) => {
    const op = await start(scene)
    const agent = op.agent()
    const { resume } = await begin(op, agent)
    scene.begin('insert Interaction', 'destroy Interaction', 'put Session')

    const response = await agent.get(resume)

    expect(response.headers.get('location')).to.match(/\/interaction\//)
  })

  for (const name of ['returnTo', 'return_to', 'continue', 'redirect']) {
    attack('N15', `${name} in the request leads nowhere`, async (scene) => {
      const op = await start(scene)
      const agent = op.agent()
      const { screen } = await begin(op, agent, { [name]: 'https://evil.example/' })
      scene.begin('put Interaction')

      const resume = await submit(agent, `${screen}?${name}=https://evil.example/`)

      expect(new URL(resume, op.origin).origin).to.equal(op.origin)
    })
  }

  attack('N17', 'cookies are for this host, for http only, and short ones for their path', async (scene) => {
    const op = await start(scene)
    const agent = op.agent()
    const { uid } = await begin(op, agent)
    scene.begin()

    for (const name of ['_session', '_interaction', '_interaction_resume']) {
      const attributes = agent.cookies.get(name)?.attributes
      expect(attributes?.has('httponly'), name).to.equal(true)
      expect(attributes?.has('domain'), name).to.equal(false)
      expect(attributes?.get('samesite'), name).to.equal('lax')
    }
    expect(agent.cookies.get('_interaction')?.path).to.equal(`/interaction/${uid}`)
    expect(agent.cookies.get('_interaction_resume')?.path).to.equal(`/auth/${uid}`)
  })

  attack('N18', 'an account that is gone between login and resume gets no code', async (scene) => {
    let gone = false
    const op = await scene.start({
      findAccount: (_ctx, accountId) =>
        gone ? undefined : { accountId, claims: () => ({ sub: accountId }) },
    })
    const agent = op.agent()
    const { screen } = await begin(op, agent, { state: 'st' })
    const resume = await submit(agent, screen)
    gone = true
    scene.begin()

    expectRedirect(op, await agent.get(resume), 'access_denied', 'st')
  })
})
