import { expect } from 'chai'
import { CompactEncrypt } from 'jose'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { faultyAdapter } from '../support/faulty_adapter.ts'
import { FORGERIES } from '../support/forged_hints.ts'
import { attack, expectPage, type Scene } from '../support/invariants.ts'
import { rsaPair } from '../support/key_pair.ts'
import {
  askToLogOut,
  isLoggedIn,
  LEAVING_CLIENT,
  LOGGED_OUT,
  logOut,
  signOut,
  staySignedIn,
} from '../support/logging_out.ts'
import type { RunningProvider } from '../support/start_provider.ts'
import type { UserAgent } from '../support/user_agent.ts'

const OTHER = { ...LEAVING_CLIENT, client_id: 'other' }
/** What confirming may write. */
const ENDING = ['destroy Session', 'destroy Grant', 'insert Session', 'put Session'] as const
const SWEEPING = [
  'revoke AuthorizationCode',
  'revoke RefreshToken',
  'revoke AccessToken',
  'revoke DeviceCode',
  'revoke BackchannelAuthenticationRequest',
] as const

const start = (scene: Scene) => scene.start({ clients: [LEAVING_CLIENT, OTHER] })
const idOf = (agent: UserAgent) => String(agent.cookies.get('_session')?.value)

/** A page, no redirect, and the person is still logged in. */
async function expectRefusal(
  op: RunningProvider,
  agent: UserAgent,
  params: Record<string, string>,
): Promise<void> {
  const id = idOf(agent)
  const { response, xsrf } = await askToLogOut(op, agent, params)
  expect(response.status).to.equal(400)
  expect(response.headers.get('location')).to.equal(null)
  expect(xsrf).to.equal('')
  expect(idOf(agent)).to.equal(id)
  expect(await op.provider.Session.find(id)).not.to.equal(undefined)
}

const withUri = (op: RunningProvider, uri: string) =>
  `${op.provider.urlFor('end_session')}?client_id=web&post_logout_redirect_uri=${encodeURIComponent(uri)}`

describe('logout (OpenID Connect RP-Initiated Logout 1.0)', () => {
  describe('id_token_hint (§2)', () => {
    for (const [what, forge] of FORGERIES) {
      for (const params of [{}, { client_id: 'web' }]) {
        const how = 'client_id' in params ? 'beside client_id' : 'alone'
        attack('L1', `${what}, ${how}: a page, the session is intact`, async (scene) => {
          const op = await start(scene)
          const { body, agent } = await op.login()
          const hint = await forge({ op, hint: String(body['id_token']) })
          scene.begin()

          await expectRefusal(op, agent, {
            ...params,
            id_token_hint: hint,
            post_logout_redirect_uri: LOGGED_OUT,
          })
        })
      }
    }

    attack('L1', 'encrypted, for a key of nobody here', async (scene) => {
      const op = await start(scene)
      const { body, agent } = await op.login()
      const { publicKey } = rsaPair()
      const encrypted = await new CompactEncrypt(Buffer.from(String(body['id_token'])))
        .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A128GCM' })
        .encrypt(publicKey)
      scene.begin()

      await expectRefusal(op, agent, { client_id: 'web', id_token_hint: encrypted })
      await expectRefusal(op, agent, { id_token_hint: encrypted })
    })

    attack('L4', 'client_id differs from who the hint was made for', async (scene) => {
      const op = await start(scene)
      const { body, agent } = await op.login()
      scene.begin()

      await expectRefusal(op, agent, { client_id: 'other', id_token_hint: String(body['id_token']) })
    })

    attack('L10', 'expired but genuine: accepted', async (scene) => {
      const op = await start(scene)
      const { body, agent } = await op.login()
      sinon.useFakeTimers({ now: Date.now() + 7200_000, toFake: ['Date'] })
      try {
        scene.begin('put Session', ...ENDING, ...SWEEPING)

        const response = await logOut(op, agent, {
          id_token_hint: String(body['id_token']),
          post_logout_redirect_uri: LOGGED_OUT,
        })

        expect(response.headers.get('location')).to.equal(LOGGED_OUT)
        expect(await isLoggedIn(op, agent)).to.equal(false)
      } finally {
        sinon.restore()
      }
    })

    attack(
      'L11',
      "another user's hint: the person is asked, and logged out only if they say so",
      async (scene) => {
        const op = await scene.start(
          { clients: [LEAVING_CLIENT] },
          {
            interact: async (provider, prompt, { clientId, scope }) => {
              if (prompt === 'login') return { login: { accountId: people.shift() ?? 'nobody' } }
              const grant = new provider.Grant({ accountId: granting.shift() ?? 'nobody', clientId })
              grant.addOIDCScope(scope.join(' '))
              return { consent: { grantId: await grant.save() } }
            },
          },
        )
        const people = ['mallory', 'alice']
        const granting = ['mallory', 'alice']
        const { body } = await op.login()
        const { agent } = await op.authorize()
        scene.begin('put Session')

        const { response, xsrf } = await askToLogOut(op, agent, { id_token_hint: String(body['id_token']) })

        expect(response.status).to.equal(200)
        expect(xsrf).not.to.equal('')
        expect((await op.provider.Session.find(idOf(agent)))?.accountId).to.equal('alice')
      },
    )
  })

  describe('post_logout_redirect_uri (§3)', () => {
    for (const [id, what, uri] of [
      ['L2', 'that is not registered', 'https://evil.example/bye'],
      ['L2', 'with an added query', `${LOGGED_OUT}?a=1`],
      ['L2', 'that is a redirect_uri only', 'https://rp.example.com/cb'],
      ['L5', 'with a user name that looks like the host', 'https://rp.example.com@evil.example/bye'],
      ['L5', 'with a backslash before the host', 'https://rp.example.com\\@evil.example/bye'],
      ['L5', 'with a longer path', `${LOGGED_OUT}/x`],
      ['L5', 'with a trailing slash', `${LOGGED_OUT}/`],
      ['L5', 'with a path that climbs', 'https://rp.example.com/x/../bye'],
      ['L5', 'with another case of the host', 'https://RP.example.com/bye'],
      ['L5', 'with another case of the path', 'https://rp.example.com/BYE'],
      ['L5', 'with an explicit default port', 'https://rp.example.com:443/bye'],
      ['L5', 'with a fragment', `${LOGGED_OUT}#x`],
      ['L5', 'with an empty fragment', `${LOGGED_OUT}#`],
      ['L5', 'with CRLF', `${LOGGED_OUT}\r\nSet-Cookie: a=b`],
      ['L5', 'with a NUL', `${LOGGED_OUT}\0`],
      ['L5', 'with a leading space', ` ${LOGGED_OUT}`],
      ['L5', 'that is a javascript URI', 'javascript:alert(1)//rp.example.com/bye'],
      ['L5', 'that is a data URI', 'data:text/html,<script>alert(1)</script>'],
      ['L5', 'without a scheme', '//evil.example/bye'],
      ['L5', 'that is a path', '/bye'],
    ] as const) {
      attack(id, `one ${what} gets a page, logged in or not`, async (scene) => {
        const op = await start(scene)
        const { agent } = await op.authorize()
        scene.begin()

        await expectPage(op, withUri(op, uri), 'invalid_request')
        await expectRefusal(op, agent, { client_id: 'web', post_logout_redirect_uri: uri })
      })
    }

    attack('L5', 'post_logout_redirect_uri[] is not the parameter', async (scene) => {
      const op = await start(scene)
      scene.begin()

      const response = await op
        .agent()
        .get(
          `${op.provider.urlFor('end_session')}?client_id=web&post_logout_redirect_uri[]=https://evil.example/`,
        )

      expect(response.headers.get('location')).to.equal(op.provider.pathFor('end_session_success'))
    })

    attack('L5', 'what a host allows must still be safe for a browser', async (scene) => {
      const op = await start(scene)
      op.provider.Client.prototype.postLogoutRedirectUriAllowed = () => true
      scene.begin()

      await expectPage(op, withUri(op, 'javascript:alert(1)'), 'invalid_request')
      await expectPage(op, withUri(op, `${LOGGED_OUT}#x`), 'invalid_request')
    })

    for (const state of [
      '"><script>alert(1)</script>',
      'a\r\nSet-Cookie: b=c',
      "'`&\u2028",
      'x'.repeat(2000),
    ]) {
      attack(
        'L8',
        `state ${JSON.stringify(state.slice(0, 30))} comes back as it was, and is no markup`,
        async (scene) => {
          const op = await start(scene)
          const { agent } = await op.authorize()
          scene.begin('put Session', ...ENDING, ...SWEEPING)
          const params = { client_id: 'web', post_logout_redirect_uri: LOGGED_OUT, state }

          const asked = await askToLogOut(op, agent, params)
          const response = await signOut(agent, asked)

          expect(asked.page).not.to.include('<script')
          const location = response.headers.get('location') ?? ''
          expect(location.startsWith(`${LOGGED_OUT}?state=`)).to.equal(true)
          expect(new URL(location).searchParams.get('state')).to.equal(state)
          expect(response.headers.getSetCookie().join()).not.to.include('b=c')
        },
      )
    }

    attack('L8', 'without a redirect state goes nowhere, and a refusal shows it as text', async (scene) => {
      const op = await start(scene)
      const { agent } = await op.authorize()
      scene.begin('put Session', ...ENDING, ...SWEEPING)
      const state = '"><script>alert(1)</script>'

      const refused = await askToLogOut(op, agent, { client_id: 'nobody', state }, { accept: 'text/html' })
      const response = await logOut(op, agent, { state })

      expect(refused.page).not.to.include('<script')
      expect(response.headers.get('location')).to.equal(op.provider.pathFor('end_session_success'))
    })
  })

  describe('confirmation (§2)', () => {
    for (const [what, xsrfOf] of [
      ['no xsrf', () => undefined],
      ['a wrong one', () => 'wrong'],
      ['one of another session', (other: string) => other],
    ] as const) {
      for (const logout of [true, false]) {
        attack('L7', `${what} is refused, ${logout ? 'signing out' : 'staying'}`, async (scene) => {
          const op = await start(scene)
          const [{ agent }, { agent: attacker }] = [await op.authorize(), await op.authorize()]
          await askToLogOut(op, agent, { client_id: 'web' })
          const { xsrf: other } = await askToLogOut(op, attacker, { client_id: 'web' })
          const id = idOf(agent)
          scene.begin()
          const xsrf = xsrfOf(other)

          const response = await agent.post(op.provider.urlFor('end_session_confirm'), {
            ...(xsrf === undefined ? {} : { xsrf }),
            ...(logout ? { logout: 'yes' } : {}),
          })

          expect(response.status).to.equal(400)
          expect(response.headers.getSetCookie()).to.deep.equal([])
          expect((await op.provider.Session.find(id))?.accountId).to.equal('alice')
        })
      }
    }

    attack('L7', 'nobody can frame the question', async (scene) => {
      const op = await scene.start({
        clients: [LEAVING_CLIENT],
        features: {
          rpInitiatedLogout: {
            logoutSource: (ctx, form) => {
              ctx.body = `<!DOCTYPE html>${form}`
            },
          },
        },
      })
      const { agent } = await op.authorize()
      scene.begin('put Session')

      const { response } = await askToLogOut(op, agent)

      expect(response.headers.get('x-frame-options')).to.equal('DENY')
      expect(response.headers.get('content-security-policy')).to.equal("frame-ancestors 'none'")
      expect(response.headers.get('cache-control')).to.include('no-store')
    })

    attack('L12', 'the session id, bound codes and tokens are dead afterwards', async (scene) => {
      const op = await start(scene)
      const { agent, body } = await op.login()
      const { code, verifier } = await op.authorize({}, agent)
      const copy = op.agent()
      for (const name of ['_session', '_session.sig'])
        copy.setCookie(name, String(agent.cookies.get(name)?.value ?? ''))
      scene.begin('put Session', ...ENDING, ...SWEEPING)

      await logOut(op, agent)

      expect(await isLoggedIn(op, copy)).to.equal(false)
      expect((await op.exchange(code, verifier)).body['error']).to.equal('invalid_grant')
      expect((await op.userinfo(body['access_token'])).status).to.equal(401)
    })

    attack('L12', 'leaving one client kills its codes and tokens, and the old session id', async (scene) => {
      const op = await start(scene)
      const { agent, body } = await op.login()
      const { code, verifier } = await op.authorize({}, agent)
      const copy = op.agent()
      for (const name of ['_session', '_session.sig'])
        copy.setCookie(name, String(agent.cookies.get(name)?.value ?? ''))
      scene.begin('put Session', ...ENDING, ...SWEEPING)

      await staySignedIn(agent, await askToLogOut(op, agent, { client_id: 'web' }))

      expect(await isLoggedIn(op, copy)).to.equal(false)
      expect(await isLoggedIn(op, agent)).to.equal(true)
      expect((await op.exchange(code, verifier)).body['error']).to.equal('invalid_grant')
      expect((await op.userinfo(body['access_token'])).status).to.equal(401)
    })

    attack('L12', 'what may go on without the person does, by their consent', async (scene) => {
      const op = await scene.start({ clients: [LEAVING_CLIENT], issueRefreshToken: () => true })
      const { agent, body } = await op.login({ scope: 'openid offline_access', prompt: 'consent' })
      scene.begin('put Session', 'insert AccessToken', 'put RefreshToken', ...ENDING, ...SWEEPING)

      await logOut(op, agent)

      expect((await op.refresh(body['refresh_token'])).status).to.equal(200)
    })

    attack(
      'L14',
      'a storage fault shows a page and leaves the cookie; a retry completes',
      async (scene) => {
        const storage = faultyAdapter(memoryAdapter())
        const op = await scene.start({ clients: [LEAVING_CLIENT], adapter: storage.adapter })
        const { agent } = await op.authorize()
        const asked = await askToLogOut(op, agent)
        scene.begin(...ENDING, ...SWEEPING)
        storage.arm(2, 'throw-before')

        const failed = await signOut(agent, asked)
        storage.disarm()
        const stillThere = agent.cookies.has('_session')
        const again = await signOut(agent, asked)

        expect(failed.status).to.equal(500)
        expect(failed.headers.getSetCookie()).to.deep.equal([])
        expect(stillThere).to.equal(true)
        expect(again.status).to.equal(303)
        expect(agent.cookies.has('_session')).to.equal(false)
      },
      { fails: [500] },
    )
  })
})
