import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import type { AdapterFactory } from '../../types/adapter.ts'
import type { Configuration } from '../../types/configuration.ts'
import { gateAdapter } from '../support/gate_adapter.ts'
import { latencyAdapter } from '../support/latency_adapter.ts'
import { legacyAdapter } from '../support/legacy_adapter.ts'
import {
  pkce,
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
  type TokenAnswer,
  WEB_CLIENT,
} from '../support/start_provider.ts'
import { times } from '../support/times.ts'
import type { UserAgent } from '../support/user_agent.ts'

const ADAPTERS: readonly [title: string, make: () => AdapterFactory][] = [
  ['an adapter that commits', () => memoryAdapter()],
  ['an adapter without commit()', () => legacyAdapter()],
  ['an adapter whose consume() tells who won', () => legacyAdapter(new Map(), { tells: true })],
]
const OTHER_CLIENT = { ...WEB_CLIENT, client_id: 'other' }

/** Sorts answers by what they say, so that a surprise shows. */
function tally(answers: readonly TokenAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const said = status === 200 ? '200' : `${status} ${body['error']}`
    counts[said] = (counts[said] ?? 0) + 1
  }
  return counts
}

/** Goes to the authorization endpoint. @returns the URL of the screen the browser was sent to */
async function startRequest(
  op: RunningProvider,
  agent: UserAgent,
  params: Record<string, string> = {},
): Promise<string> {
  const proof = { code_challenge: pkce().challenge, code_challenge_method: 'S256' }
  const response = await agent.get(op.authorizationUrl({ ...proof, ...params }))
  return response.headers.get('location') ?? ''
}

/** Answers a screen. @returns the URL where the request goes on */
async function answerScreen(agent: UserAgent, screen: string): Promise<string> {
  return (await agent.get(screen)).headers.get('location') ?? ''
}

const codeIn = (url: string | null | undefined): string | null =>
  url?.startsWith(REDIRECT_URI) ? new URL(url).searchParams.get('code') : null

for (const [title, make] of ADAPTERS) {
  describe(`concurrent requests with ${title}`, () => {
    afterEach(stopProviders)

    const start = (configuration: Configuration = {}) =>
      startProvider({
        adapter: latencyAdapter(make(), 2),
        issueRefreshToken: () => true,
        rotateRefreshToken: true,
        clients: [WEB_CLIENT, OTHER_CLIENT],
        ...configuration,
      })

    it('T8: one of 100 redemptions of a code succeeds, and what it got is revoked (RFC 6749 §4.1.2)', async () => {
      const op = await start()
      const { code, verifier } = await op.authorize()

      const answers = await times(100, () => op.exchange(code, verifier))

      expect(tally(answers)).to.deep.equal({ '200': 1, '400 invalid_grant': 99 })
      const winner = answers.find(({ status }) => status === 200)
      expect((await op.userinfo(winner?.body['access_token'])).status).to.equal(401)
      expect(tally([await op.refresh(winner?.body['refresh_token'])])).to.deep.equal({
        '400 invalid_grant': 1,
      })
      expect(tally([await op.exchange(code, verifier)])).to.deep.equal({ '400 invalid_grant': 1 })
      expect(op.serverErrors).to.deep.equal([])
    })

    it('R2: one of 100 uses of a rotating refresh token succeeds, and its family is revoked (RFC 9700 §4.14.2)', async () => {
      const op = await start()
      const { body: tokens, agent } = await op.login()
      const { code, verifier } = await op.authorize({}, agent)

      const answers = await times(100, () => op.refresh(tokens['refresh_token']))

      expect(tally(answers)).to.deep.equal({ '200': 1, '400 invalid_grant': 99 })
      const winner = answers.find(({ status }) => status === 200)
      expect((await op.userinfo(winner?.body['access_token'])).status).to.equal(401)
      expect((await op.userinfo(tokens['access_token'])).status).to.equal(401)
      const later = [
        await op.refresh(winner?.body['refresh_token']),
        await op.refresh(tokens['refresh_token']),
        await op.exchange(code, verifier),
      ]
      expect(tally(later)).to.deep.equal({ '400 invalid_grant': 3 })
      expect(op.serverErrors).to.deep.equal([])
    })

    it('a refresh token that does not rotate may be used by 20 requests at once', async () => {
      const op = await start({ rotateRefreshToken: false })
      const { body: tokens } = await op.login()

      const answers = await times(20, () => op.refresh(tokens['refresh_token']))

      expect(tally(answers)).to.deep.equal({ '200': 20 })
      for (const { body } of answers) expect((await op.userinfo(body['access_token'])).status).to.equal(200)
    })

    it('50 concurrent returns from one interaction get one code (SECURITY "What must be atomic")', async () => {
      const op = await start()
      const { agent } = await op.login()
      const screen = await startRequest(op, agent, { prompt: 'consent' })
      const resume = await answerScreen(agent, screen)
      const cookies = [...agent.cookies.values()].map(({ name, value }) => `${name}=${value}`).join('; ')

      const answers = await times(50, () =>
        fetch(resume, { redirect: 'manual', headers: { cookie: cookies } }),
      )

      const codes = answers.flatMap((answer) => codeIn(answer.headers.get('location')) ?? [])
      expect(codes).to.have.length(1)
      const others = answers.filter((answer) => answer.headers.get('location') === null)
      expect(others.map(({ status }) => status)).to.deep.equal(Array(49).fill(400))
      expect(op.serverErrors).to.deep.equal([])
    })

    it('V10: once a grant is gone, 30 refreshes that were under way got nothing that works', async () => {
      const op = await start({ rotateRefreshToken: false })
      const { body: tokens, code } = await op.login()
      expect(code).not.to.equal('')
      const saved: { grantId?: string | undefined }[] = []
      op.provider.on('access_token.saved', (token) => saved.push(token))
      await op.refresh(tokens['refresh_token'])
      const grant = await op.provider.Grant.find(saved[0]?.grantId ?? '')

      const refreshes = times(30, () => op.refresh(tokens['refresh_token']))
      await grant?.destroy()
      const answers = await refreshes

      for (const { status, body } of answers) {
        if (status === 200) expect((await op.userinfo(body['access_token'])).status).to.equal(401)
        else expect(body['error']).to.equal('invalid_grant')
      }
      expect(op.serverErrors).to.deep.equal([])
    })

    describe('two tabs of one browser', () => {
      it('N12: two clients get their consent at once, and the session remembers both (OpenID Connect Core 1.0 §3.1.2.3)', async () => {
        const op = await start()
        const { agent } = await op.login()
        const screens = await Promise.all([
          startRequest(op, agent, { prompt: 'consent' }),
          startRequest(op, agent, { client_id: 'other' }),
        ])
        const resumes = await Promise.all(screens.map((screen) => answerScreen(agent, screen)))
        const answers = await Promise.all(resumes.map((resume) => agent.get(resume)))

        for (const answer of answers) expect(codeIn(answer.headers.get('location'))).to.be.a('string')
        for (const client_id of ['web', 'other']) {
          const silent = await op.authorize({ client_id, prompt: 'none' }, agent)
          expect(silent.code, client_id).not.to.equal('')
        }
        expect(op.serverErrors).to.deep.equal([])
      })

      it('N12: both log in at once and share one session (SECURITY Y7)', async () => {
        const storage = gateAdapter(make())
        const op = await start({ adapter: storage.adapter })
        const agent = op.agent()
        const first = await startRequest(op, agent)
        const second = await startRequest(op, agent, { client_id: 'other' })
        const resumes = [await answerScreen(agent, first), await answerScreen(agent, second)]
        storage.gather('Session.find', 2)

        const consents = await Promise.all(resumes.map((resume) => agent.get(resume)))
        // One after the other: a request with the former session id is refused (N10).
        const answers: Response[] = []
        for (const consent of consents) answers.push(await agent.follow(consent))

        for (const answer of answers) expect(codeIn(answer.headers.get('location'))).to.be.a('string')
        for (const client_id of ['web', 'other']) {
          const silent = await op.authorize({ client_id, prompt: 'none' }, agent)
          expect(silent.code, client_id).not.to.equal('')
        }
        expect(op.serverErrors).to.deep.equal([])
      })

      it('N12: a tab that waits at the login screen goes on after the other tab has logged in', async () => {
        const op = await start()
        const agent = op.agent()
        const first = await startRequest(op, agent)
        const second = await startRequest(op, agent, { client_id: 'other' })

        const one = await agent.follow(await agent.get(first))
        const two = await agent.follow(await agent.get(second))

        expect(codeIn(one.headers.get('location'))).to.be.a('string')
        expect(codeIn(two.headers.get('location'))).to.be.a('string')
      })

      it('a request that starts while another tab logs in finds a page, never a failure of ours', async () => {
        const op = await start()
        const agent = op.agent()
        const resume = await answerScreen(agent, await startRequest(op, agent))

        const [login, starts] = await Promise.all([
          agent.get(resume),
          times(10, () => startRequest(op, agent, { client_id: 'other' })),
        ])

        expect(login.status).to.equal(303)
        expect(op.serverErrors).to.deep.equal([])
        expect(starts.every((screen) => screen.includes('/interaction/'))).to.equal(true)
      })

      it('Y7: a logout that overtakes a consent ends the session for good', async () => {
        const op = await start()
        const { agent } = await op.login()
        const resume = await answerScreen(agent, await startRequest(op, agent, { client_id: 'other' }))
        const id = agent.cookies.get('_session')?.value ?? ''

        const returns = times(5, () => agent.get(resume))
        const session = await op.provider.Session.find(id)
        await session?.destroy()
        await returns

        expect(await op.provider.Session.find(id)).to.equal(undefined)
        expect(await op.provider.Session.findByUid(session?.uid ?? '')).to.equal(undefined)
        expect((await op.authorize({ prompt: 'none' }, agent)).answer.get('error')).to.equal('login_required')
        expect(op.serverErrors).to.deep.equal([])
      })

      it('Y7: a logout that keeps the session is not undone by a consent that was under way', async () => {
        const op = await start()
        const { agent } = await op.login()
        const resume = await answerScreen(agent, await startRequest(op, agent, { client_id: 'other' }))
        const id = agent.cookies.get('_session')?.value ?? ''
        const session = await op.provider.Session.find(id)
        Object.assign(session ?? {}, { accountId: undefined, loginTs: undefined, authorizations: undefined })

        const returning = agent.get(resume)
        await session?.persist()
        await returning

        const silent = await op.authorize({ prompt: 'none' }, agent)
        expect(silent.answer.get('error')).to.equal('login_required')
        expect(op.serverErrors).to.deep.equal([])
      })
    })

    describe('with a refreshTokenReuseWindow (RFC 9700 §4.14.2)', () => {
      const startWithWindow = () => start({ refreshTokenReuseWindow: 10 })

      it('R4: 20 requests of one client at once, and one that repeats, get the same successor', async () => {
        const op = await startWithWindow()
        const { body: tokens } = await op.login()

        const answers = await times(20, () => op.refresh(tokens['refresh_token']))
        answers.push(await op.refresh(tokens['refresh_token']))

        expect(tally(answers)).to.deep.equal({ '200': 21 })
        expect(new Set(answers.map(({ body }) => body['refresh_token']))).to.have.property('size', 1)
        for (const { body } of answers) expect((await op.userinfo(body['access_token'])).status).to.equal(200)
        expect(tally([await op.refresh(answers[0]?.body['refresh_token'])])).to.deep.equal({ '200': 1 })
        expect(op.serverErrors).to.deep.equal([])
      })

      it('R4: a replayed grandparent revokes the family', async () => {
        const op = await startWithWindow()
        const { body: first } = await op.login()
        const { body: second } = await op.refresh(first['refresh_token'])
        const { body: third } = await op.refresh(second['refresh_token'])

        const replayed = await op.refresh(first['refresh_token'])

        expect(tally([replayed, await op.refresh(third['refresh_token'])])).to.deep.equal({
          '400 invalid_grant': 2,
        })
        expect((await op.userinfo(third['access_token'])).status).to.equal(401)
      })

      it('R4: another client that repeats gets nothing and revokes nothing', async () => {
        const op = await startWithWindow()
        const { body: first } = await op.login()
        const { body: second } = await op.refresh(first['refresh_token'])

        const stolen = await op.refresh(first['refresh_token'], { client_id: 'other' })

        expect(tally([stolen])).to.deep.equal({ '400 invalid_grant': 1 })
        expect((await op.refresh(second['refresh_token'])).status).to.equal(200)
      })
    })
  })
}
