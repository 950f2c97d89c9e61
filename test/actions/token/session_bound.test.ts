import { expect } from 'chai'
import sinon from 'sinon'
import { allow, askForCodes, DEVICE_CODE, poll } from '../../support/device.ts'
import { logOut } from '../../support/logging_out.ts'
import {
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'
import { introspect, revoke } from '../../support/token_endpoints.ts'
import type { UserAgent } from '../../support/user_agent.ts'

const SESSION = 3600
const HOURS = 36_000

/** A provider where everything but the session lives for ten hours, and grants end with nothing. */
async function start(isBound: boolean) {
  const who = { name: 'alice' }
  const op = await startProvider(
    {
      clients: [
        {
          ...WEB_CLIENT,
          grant_types: ['authorization_code', 'refresh_token', DEVICE_CODE],
        },
      ],
      expiresWithSession: () => isBound,
      issueRefreshToken: () => true,
      rotateRefreshToken: false,
      revokeGrantPolicy: () => false,
      ttl: {
        Session: SESSION,
        AccessToken: HOURS,
        AuthorizationCode: HOURS,
        DeviceCode: HOURS,
        RefreshToken: HOURS,
        Grant: HOURS,
      },
      features: {
        deviceFlow: { enabled: true },
        introspection: { enabled: true },
        revocation: { enabled: true },
      },
    },
    {
      interact: async (provider, prompt, { clientId, scope }) => {
        if (prompt === 'login') return { login: { accountId: who.name } }
        const grant = new provider.Grant({ accountId: who.name, clientId })
        grant.addOIDCScope(scope.join(' '))
        return { consent: { grantId: await grant.save() } }
      },
    },
  )
  return { op, who }
}

/** Everything that one session can lead to. */
async function issue(op: RunningProvider) {
  const { agent, body } = await op.login()
  const pending = await op.authorize({}, agent)
  const approved = await askForCodes(op, { client_secret: String(WEB_CLIENT.client_secret) })
  await allow(op, agent, approved.userCode)
  return { agent, body, pending, approved }
}
type Issued = Awaited<ReturnType<typeof issue>>

/** The ways in which a session ends. */
const ENDINGS: readonly [title: string, end: (started: Started, agent: UserAgent) => Promise<unknown>][] = [
  ['a logout', ({ op }, agent) => logOut(op, agent)],
  [
    'a login as another account',
    ({ op, who }, agent) => {
      who.name = 'bob'
      return op.authorize({ prompt: 'login' }, agent)
    },
  ],
  [
    'it expired',
    async () => sinon.useFakeTimers({ now: Date.now() + (SESSION + 60) * 1000, toFake: ['Date'] }),
  ],
  [
    'the host ended it',
    async ({ op }, agent) => {
      const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
      return op.provider.endSession('alice', session?.uid ?? '')
    },
  ],
]
type Started = Awaited<ReturnType<typeof start>>

/** Everything that takes a token or code. @returns whether it was worth anything */
const USES: readonly [title: string, use: (op: RunningProvider, issued: Issued) => Promise<boolean>][] = [
  [
    'userinfo (OpenID Connect Core 1.0 §5.3.3)',
    async (op, { body }) => (await op.userinfo(body['access_token'])).status === 200,
  ],
  [
    'introspection of an access token (RFC 7662 §2.2)',
    async (op, { body }) => (await introspect(op, body['access_token'], {}, 'web')).body['active'] === true,
  ],
  [
    'introspection of a refresh token (RFC 7662 §2.2)',
    async (op, { body }) => (await introspect(op, body['refresh_token'], {}, 'web')).body['active'] === true,
  ],
  [
    'a refresh (RFC 6749 §6)',
    async (op, { body }) => (await op.refresh(body['refresh_token'])).status === 200,
  ],
  [
    'the exchange of a code (RFC 6749 §4.1.3)',
    async (op, { pending }) => (await op.exchange(pending.code, pending.verifier)).status === 200,
  ],
  [
    'a poll of a device (RFC 8628 §3.4)',
    async (op, { approved }) => (await poll(op, approved)).status === 200,
  ],
]

describe('what is bound to a session ends with it everywhere (A117)', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  for (const [ending, end] of ENDINGS) {
    it(`after ${ending}: nothing is worth anything at any endpoint`, async () => {
      const started = await start(true)
      const issued = await issue(started.op)
      await end(started, issued.agent)

      const usable: string[] = []
      for (const [title, use] of USES) if (await use(started.op, issued)) usable.push(title)

      expect(usable).to.deep.equal([])
    })

    it(`after ${ending}: revocation takes its tokens as before (RFC 7009 §2.2)`, async () => {
      const started = await start(true)
      const issued = await issue(started.op)
      await end(started, issued.agent)

      for (const token of [issued.body['access_token'], issued.body['refresh_token']])
        expect((await revoke(started.op, token)).status).to.equal(200)
    })

    it(`after ${ending}: what is not bound works on everywhere (OpenID Connect Core 1.0 §11)`, async () => {
      const started = await start(false)
      const issued = await issue(started.op)
      await end(started, issued.agent)

      const refused: string[] = []
      for (const [title, use] of USES) if (!(await use(started.op, issued))) refused.push(title)

      expect(refused).to.deep.equal([])
    })
  }

  for (const [title, use] of USES) {
    it(`before that all of it works: ${title}`, async () => {
      const { op } = await start(true)

      expect(await use(op, await issue(op))).to.equal(true)
    })
  }
})
