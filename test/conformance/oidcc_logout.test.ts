import { expect } from 'chai'
import type { ClientMetadata } from '../../types/client.ts'
import { documentOf } from '../actions/client_auth/assertions.ts'
import { jwtPayload } from '../support/jwt_payload.ts'
import { stopServers } from '../support/local_server.ts'
import {
  askToLogOut,
  isLoggedIn,
  LEAVING_CLIENT,
  LOGGED_OUT,
  logOut,
  signOut,
} from '../support/logging_out.ts'
import { startLogoutReceiver } from '../support/logout_receiver.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

/** Somebody who is logged in, and the ID Token of their client. */
async function start(client: Partial<ClientMetadata> = {}) {
  const op = await startProvider({
    clients: [{ ...LEAVING_CLIENT, ...client }],
    allowSpecialUseAddresses: true,
    features: {
      backchannelLogout: { enabled: true },
      frontchannelLogout: { enabled: true },
      sessionManagement: { enabled: true },
    },
  })
  const { agent, body } = await op.login()
  return { op, agent, hint: String(body['id_token']) }
}

const changed = (jwt: string) => {
  const [header, payload = '', signature] = jwt.split('.')
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'mallory' }
  return `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`
}

describe('the conformance suite about OpenID Connect: logout', () => {
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })

  it('oidcc-rp-initiated-logout: the browser comes back with the state, and nobody is logged in', async () => {
    const { op, agent, hint } = await start()

    const response = await logOut(op, agent, {
      id_token_hint: hint,
      post_logout_redirect_uri: LOGGED_OUT,
      state: 'the state',
    })

    expect(response.headers.get('location')).to.equal(`${LOGGED_OUT}?state=the+state`)
    expect(await isLoggedIn(op, agent)).to.equal(false)
  })

  it('oidcc-rp-initiated-logout-no-state: the browser comes back without one', async () => {
    const { op, agent, hint } = await start()

    const response = await logOut(op, agent, { id_token_hint: hint, post_logout_redirect_uri: LOGGED_OUT })

    expect(response.headers.get('location')).to.equal(LOGGED_OUT)
  })

  it('oidcc-rp-initiated-logout-discovery-endpoint-verification: the endpoint is named', async () => {
    const { op } = await start()

    expect(await documentOf(op)).to.include({ end_session_endpoint: op.provider.urlFor('end_session') })
  })

  for (const [module, forge] of [
    ['bad-id-token-hint', () => 'garbage'],
    ['modified-id-token-hint', changed],
  ] as const satisfies readonly (readonly [string, (hint: string) => string])[]) {
    it(`oidcc-rp-initiated-logout-${module}: a page, nobody is redirected, the session stays`, async () => {
      const { op, agent, hint } = await start()

      const { response } = await askToLogOut(op, agent, {
        id_token_hint: forge(hint),
        post_logout_redirect_uri: LOGGED_OUT,
        state: 'the state',
      })

      expect([response.status, response.headers.get('location')]).to.deep.equal([400, null])
      expect(await isLoggedIn(op, agent)).to.equal(true)
    })
  }

  for (const [module, uri] of [
    ['bad-post-logout-redirect-uri', 'https://rp.example.com/elsewhere'],
    ['query-added-to-post-logout-redirect-uri', `${LOGGED_OUT}?added=1`],
  ] as const) {
    it(`oidcc-rp-initiated-logout-${module}: a page, and nobody is redirected`, async () => {
      const { op, agent, hint } = await start()

      const { response } = await askToLogOut(op, agent, {
        id_token_hint: hint,
        post_logout_redirect_uri: uri,
        state: 'the state',
      })

      expect([response.status, response.headers.get('location')]).to.deep.equal([400, null])
    })
  }

  for (const [module, params] of [
    ['no-id-token-hint', { post_logout_redirect_uri: LOGGED_OUT, state: 'the state' }],
    ['no-params', {}],
    ['only-state', { state: 'the state' }],
  ] as const satisfies readonly (readonly [string, Record<string, string>])[]) {
    it(`oidcc-rp-initiated-logout-${module}: the person is asked, signed out and shown a page`, async () => {
      const { op, agent } = await start()
      const asked = await askToLogOut(op, agent, params)

      const shown = await agent.follow(await signOut(agent, asked))

      expect(asked.xsrf).to.not.equal('')
      expect([shown.status, shown.headers.get('location')]).to.deep.equal([200, null])
      expect(await isLoggedIn(op, agent)).to.equal(false)
    })
  }

  it('oidcc-rp-initiated-logout-no-post-logout-redirect-uri: signed out and shown a page', async () => {
    const { op, agent, hint } = await start()

    const shown = await agent.follow(await logOut(op, agent, { id_token_hint: hint, state: 'the state' }))

    expect([shown.status, shown.headers.get('location')]).to.deep.equal([200, null])
    expect(await isLoggedIn(op, agent)).to.equal(false)
  })

  it('oidcc-backchannel-logout-discovery-endpoint-verification: it is supported, with sessions', async () => {
    const { op } = await start()

    expect(await documentOf(op)).to.include({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    })
  })

  it('oidcc-backchannel-rp-initiated-logout: the client is told by a logout token that is valid', async () => {
    const receiver = await startLogoutReceiver()
    const { op, agent, hint } = await start({
      backchannel_logout_uri: `${receiver.origin}/logout`,
      backchannel_logout_session_required: true,
    })
    const done = op.next('backchannel.success')

    await logOut(op, agent, { id_token_hint: hint, post_logout_redirect_uri: LOGGED_OUT })
    await done

    const [told, ...more] = receiver.told
    expect(more).to.deep.equal([])
    expect(told?.header).to.include({ alg: 'RS256', typ: 'logout+jwt' })
    expect(told?.payload).to.include({ iss: op.issuer, aud: 'web', sub: 'alice' })
    expect(told?.payload).to.include.keys('iat', 'exp', 'jti', 'sid')
    expect(told?.payload['events']).to.deep.equal({
      'http://schemas.openid.net/event/backchannel-logout': {},
    })
    expect(told?.payload).to.not.have.property('nonce')
  })

  it('oidcc-session-management-discovery-endpoint-verification: the frame is named, and is there', async () => {
    const { op, agent } = await start()
    const { check_session_iframe: frame } = await documentOf(op)

    expect(frame).to.equal(op.provider.urlFor('check_session'))
    expect((await agent.get(String(frame))).status).to.equal(200)
  })

  it('oidcc-frontchannel-logout-discovery-endpoint-verification: it is supported, with sessions', async () => {
    const { op } = await start()

    expect(await documentOf(op)).to.include({
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
    })
  })

  it('oidcc-frontchannel-rp-initiated-logout: a page frames its URI, with iss and the sid of the ID Token', async () => {
    const { op, agent, hint } = await start({
      frontchannel_logout_uri: 'https://rp.example.com/out',
      frontchannel_logout_session_required: true,
    })
    const { action, xsrf } = await askToLogOut(op, agent, {
      id_token_hint: hint,
      post_logout_redirect_uri: LOGGED_OUT,
      state: 'the state',
    })

    const response = await agent.post(action, { xsrf, logout: 'yes' }, { accept: 'text/html' })

    const page = await response.text()
    const [, src = ''] = /<iframe [^>]*src="([^"]*)"/.exec(page) ?? []
    const query = new URL(src.replaceAll('&amp;', '&')).searchParams
    expect(Object.fromEntries(query)).to.deep.equal({ iss: op.issuer, sid: jwtPayload(hint)['sid'] })
    expect(page).to.include(`href="${LOGGED_OUT}?state=the+state"`)
  })
})
