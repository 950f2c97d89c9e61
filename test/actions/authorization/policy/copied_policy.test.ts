import { expect } from 'chai'
import sinon from 'sinon'
import * as entry from '../../../../lib/index.ts'
import Provider, { interactionPolicy } from '../../../../lib/index.ts'
import type { Configuration } from '../../../../types/configuration.ts'
import { answerOf, ask, logsIn, startScreens } from '../../../support/screens.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../../../support/start_provider.ts'
import { copiedPolicy } from './copied_policy.ts'

const API = 'https://api.example.com/'
const claims = (idToken: object) => JSON.stringify({ id_token: idToken })

const configuration = (native: boolean): Configuration => ({
  acrValues: ['gold'],
  claims: { email: ['email'] },
  clients: [native ? { ...WEB_CLIENT, application_type: 'native' } : WEB_CLIENT],
  features: {
    claimsParameter: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({ scope: 'read write', accessTokenFormat: 'opaque' }),
    },
  },
})

/** Each provider signs its own: the issuers differ. */
function withoutHint(prompt: entry.PromptDetail | undefined) {
  if (prompt?.details['id_token_hint'] === undefined) return prompt
  return { ...prompt, details: { ...prompt.details, id_token_hint: 'the hint' } }
}

/** Requests of somebody who logged in and agreed to `openid` 5 seconds ago. */
const REQUESTS: readonly [
  reason: string,
  params: Record<string, string>,
  options?: { native?: true; anonymous?: true; hint?: string },
][] = [
  ['no reason', {}],
  ['no_session', { login_hint: 'alice' }, { anonymous: true }],
  ['login_prompt', { prompt: 'login' }],
  ['consent_prompt', { prompt: 'consent' }],
  ['max_age', { max_age: '1' }],
  ['no reason', { max_age: '100' }],
  ['id_token_hint', {}, { hint: 'bob' }],
  ['no reason', {}, { hint: 'alice' }],
  ['claims_id_token_sub_value', { claims: claims({ sub: { value: 'bob' } }) }],
  ['no reason', { claims: claims({ sub: { value: 'alice' } }) }],
  ['essential_acrs', { claims: claims({ acr: { essential: true, values: ['gold'] } }) }],
  ['essential_acr', { claims: claims({ acr: { essential: true, value: 'gold' } }) }],
  ['native_client_prompt', {}, { native: true }],
  ['op_scopes_missing', { scope: 'openid email' }],
  ['op_claims_missing', { claims: claims({ email: null }) }],
  ['rs_scopes_missing', { scope: 'openid read', resource: API }],
]

describe('A187 the documented default policy', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  /** What a screen is told, and what a client gets that wants none; of the policy, or of the default one. */
  async function outcome(
    policy: ReturnType<typeof copiedPolicy> | undefined,
    given: Record<string, string>,
    { native = false, anonymous = false, hint }: { native?: boolean; anonymous?: boolean; hint?: string },
  ) {
    const url = (_ctx: unknown, { uid }: { uid: string }) => `/interaction/${uid}`
    const interactions = policy === undefined ? { url } : { policy, url }
    const { op, seen } = await startScreens({ ...configuration(native), interactions }, logsIn())
    const agent = anonymous ? op.agent() : (await op.authorize()).agent
    const client = await op.provider.Client.find('web')
    if (client === undefined) throw new Error('no client')
    const token = await new op.provider.IdToken({ sub: hint ?? '' }, { client }).issue({ use: 'idtoken' })
    const params = hint === undefined ? given : { ...given, id_token_hint: token }
    sinon.useFakeTimers({ now: Date.now() + 5_000, toFake: ['Date'] })
    seen.length = 0
    const asked = await ask(op, agent, params)
    const location = asked.headers.get('location') ?? ''
    if (location.startsWith('/interaction/')) await agent.get(location)
    const silent = answerOf(await ask(op, anonymous ? op.agent() : agent, { ...params, prompt: 'none' }))
    sinon.restore()
    return {
      prompt: withoutHint(seen[0]?.prompt),
      isAnswered: new URL(location, op.origin).searchParams.has('code'),
      silent: [silent.get('error'), silent.get('error_description'), silent.has('code')],
      failures: op.serverErrors,
    }
  }

  for (const [reason, params, options = {}] of REQUESTS) {
    it(`A187 works the same when a host writes it down: ${reason} with ${JSON.stringify({ ...params, ...options })}`, async () => {
      const original = await outcome(undefined, params, options)
      const copied = await outcome(copiedPolicy(), params, options)

      if (reason === 'no reason') expect(copied.isAnswered).to.equal(true)
      else expect(copied.prompt?.reasons).to.include(reason)
      expect(copied).to.deep.equal(original)
      expect(copied.failures).to.deep.equal([])
    })
  }

  it('A187 has the same prompts, checks and texts as the copy', () => {
    const described = (policy: Iterable<entry.PolicyPrompt>) =>
      [...policy].map(({ name, requestable, checks }) => [
        name,
        requestable,
        ...checks.map(({ reason, description, error }) => [reason, description, error]),
      ])

    expect(described(copiedPolicy())).to.deep.equal(described(interactionPolicy.base()))
  })
})

describe('A188 interactionPolicy', () => {
  it('F258 F280 A188 is a named export and a member of Provider', () => {
    expect(interactionPolicy).to.include.all.keys('base', 'Check', 'Prompt')
    for (const name of ['base', 'Check', 'Prompt'] as const)
      expect(Provider.interactionPolicy[name]).to.equal(interactionPolicy[name])
    expect(entry.Provider.interactionPolicy).to.equal(Provider.interactionPolicy)
  })

  it('A188 prompts of either are one and the same to a provider', () => {
    const { Check, Prompt, base } = Provider.interactionPolicy
    const policy = base()
    policy.add(new Prompt({ name: 'own' }, new Check('own', 'own', () => false)))

    expect(policy.get('own')).to.be.instanceOf(interactionPolicy.Prompt)
    expect(policy.get('own')?.checks.get('own')).to.be.instanceOf(interactionPolicy.Check)
  })
})

describe('A194 interactionResult', () => {
  afterEach(stopProviders)

  it('A194 takes what interactionFinished takes, sends nothing, and tells where the browser has to go', async () => {
    const told: unknown[] = []
    const op = await startProvider(
      {},
      {
        use: [
          async (ctx, next) => {
            if (!ctx.path.startsWith('/interaction/')) return next()
            const result = { login: { accountId: 'alice' } }
            const url = await op.provider.interactionResult(ctx.req, ctx.res, result, {
              mergeWithLastSubmission: false,
            })
            const { result: stored } = await op.provider.interactionDetails(ctx.req, ctx.res)
            told.push(url, stored, ctx.res.headersSent)
            ctx.body = { goOn: url }
          },
        ],
      },
    )
    const agent = op.agent()
    const asked = await ask(op, agent)
    const screen = await agent.get(asked.headers.get('location') ?? '')
    const body: unknown = await screen.json()
    const resumed = await agent.get(String(told[0]))

    expect(screen.status).to.equal(200)
    expect(told[0]).to.be.a('string').that.includes('/auth/')
    expect(body).to.deep.equal({ goOn: told[0] })
    expect(told[1]).to.deep.equal({ login: { accountId: 'alice' } })
    expect(told[2]).to.equal(false)
    expect(resumed.headers.get('location')).to.match(/\/interaction\//)
  })

  it('A194 keeps what the step before resolved, unless told otherwise', async () => {
    for (const mergeWithLastSubmission of [undefined, true, false]) {
      const results: unknown[] = []
      const op = await startProvider(
        {},
        {
          use: [
            async (ctx, next) => {
              if (!ctx.path.startsWith('/interaction/')) return next()
              const { prompt } = await op.provider.interactionDetails(ctx.req, ctx.res)
              const result = prompt.name === 'login' ? { login: { accountId: 'alice' } } : { own: true }
              const options = mergeWithLastSubmission === undefined ? {} : { mergeWithLastSubmission }
              ctx.redirect(await op.provider.interactionResult(ctx.req, ctx.res, result, options))
              ctx.status = 303
              results.push((await op.provider.interactionDetails(ctx.req, ctx.res)).result)
            },
          ],
        },
      )
      const agent = op.agent()
      const login = await agent.get((await ask(op, agent)).headers.get('location') ?? '')
      const resumed = await agent.get(login.headers.get('location') ?? '')
      await agent.get(resumed.headers.get('location') ?? '')

      expect(results[1]).to.deep.equal(
        mergeWithLastSubmission === false ? { own: true } : { login: { accountId: 'alice' }, own: true },
      )
    }
  })

  it('A194 rejects with SessionNotFound where there is no interaction', async () => {
    const failures: unknown[] = []
    const op = await startProvider(
      {},
      {
        use: [
          async (ctx, next) => {
            if (ctx.path !== '/screen') return next()
            await op.provider.interactionResult(ctx.req, ctx.res, {}).catch((error) => failures.push(error))
            ctx.body = ''
          },
        ],
      },
    )
    await op.agent().get('/screen')

    expect(failures).to.have.length(1)
    expect(failures[0]).to.be.instanceOf(entry.errors.SessionNotFound)
  })
})
