import { expect } from 'chai'
import express from 'express'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { RpInitiatedLogoutOptions } from '../../../types/features/rp_initiated_logout.ts'
import { askToLogOut, LEAVING_CLIENT, logOut, signOut, staySignedIn } from '../../support/logging_out.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

// The examples of the documented API, as they are written there.
async function logoutSource(ctx: KoaContextWithOIDC, form: string) {
  // @param ctx - koa request context
  // @param form - form source (id="op.logoutForm") to be embedded in the page and submitted by
  //   the End-User
  ctx.body = `<!DOCTYPE html>
    <head>
      <title>Logout Request</title>
      <style>/* css and html classes omitted for brevity, see lib/helpers/defaults.js */</style>
    </head>
    <body>
      <div>
        <h1>Do you want to sign-out from ${ctx.host}?</h1>
        ${form}
        <button autofocus type="submit" form="op.logoutForm" value="yes" name="logout">Yes, sign me out</button>
        <button type="submit" form="op.logoutForm">No, stay signed in</button>
      </div>
    </body>
    </html>`
}

async function postLogoutSuccessSource(ctx: KoaContextWithOIDC) {
  // @param ctx - koa request context
  const { clientId, clientName, clientUri, initiateLoginUri, logoUri, policyUri, tosUri } =
    ctx.oidc.client || {} // client is defined if the user chose to stay logged in with the OP
  const display = clientName || clientId
  ctx.body = `<!DOCTYPE html>
    <head>
      <title>Sign-out Success</title>
      <style>/* css and html classes omitted for brevity, see lib/helpers/defaults.js */</style>
    </head>
    <body>
      <div>
        <h1>Sign-out Success</h1>
        <p>Your sign-out ${display ? `with ${display}` : ''} was successful.</p>
      </div>
    </body>
    </html>`
  void [clientUri, initiateLoginUri, logoUri, policyUri, tosUri]
}

async function expiresWithSession(_ctx: KoaContextWithOIDC, code: { scopes: Set<string> }) {
  return !code.scopes.has('offline_access')
}

function revokeGrantPolicy(_ctx: KoaContextWithOIDC) {
  return true
}

const start = (rpInitiatedLogout: RpInitiatedLogoutOptions) =>
  startProvider({ clients: [LEAVING_CLIENT], features: { rpInitiatedLogout } })

describe('pages of the host around logout', () => {
  afterEach(stopProviders)

  it('A152 A153 A158 the examples of the documented API work as they are', async () => {
    const op = await start({ logoutSource, postLogoutSuccessSource })
    const { agent } = await op.authorize()

    const asked = await askToLogOut(op, agent)
    const page = await agent.follow(await signOut(agent, asked))

    expect(asked.page).to.include(`Do you want to sign-out from ${new URL(op.origin).host}?`)
    expect(asked.response.headers.get('content-type')).to.match(/^text\/html/)
    expect(await page.text()).to.include('Your sign-out  was successful.')
  })

  it('A149 A117 so do the documented expiresWithSession and revokeGrantPolicy', async () => {
    const op = await startProvider({
      clients: [LEAVING_CLIENT],
      expiresWithSession,
      revokeGrantPolicy,
      features: { rpInitiatedLogout: { logoutSource, postLogoutSuccessSource } },
    })
    const { agent, body } = await op.login()
    const { code, verifier } = await op.authorize({}, agent)

    await logOut(op, agent)

    expect((await op.userinfo(body['access_token'])).status).to.equal(401)
    expect((await op.exchange(code, verifier)).body['error']).to.equal('invalid_grant')
  })

  it('A156 the documented success page names the client that was left', async () => {
    const op = await start({ logoutSource, postLogoutSuccessSource })
    const { agent } = await op.authorize()

    const response = await staySignedIn(agent, await askToLogOut(op, agent, { client_id: 'web' }))

    expect(await (await agent.follow(response)).text()).to.include('Your sign-out with web was successful.')
  })

  it('F142 a source may answer with an object, and send the form by itself', async () => {
    const op = await start({
      logoutSource: (ctx, form) => {
        ctx.body = { xsrf: /name="xsrf" value="([^"]+)"/.exec(form)?.[1] }
      },
    })
    const { agent } = await op.authorize()
    const answer: unknown = await (await agent.get(op.provider.urlFor('end_session'))).json()

    const response = await agent.post(op.provider.urlFor('end_session_confirm'), {
      ...Object(answer),
      logout: 'yes',
    })

    expect(response.status).to.equal(303)
  })

  for (const [what, source, cause] of [
    ['throws', () => Promise.reject(new Error('no template')), /no template/],
    [
      'answers null',
      (ctx: KoaContextWithOIDC) => {
        ctx.body = null
      },
      /features\.rpInitiatedLogout\.\w+ must set ctx\.body/,
    ],
    ['answers nothing', () => undefined, /features\.rpInitiatedLogout\.\w+ must set ctx\.body/],
  ] as const) {
    it(`a logoutSource that ${what} is ours: end_session.error is not told, server_error is`, async () => {
      const op = await start({ logoutSource: source })
      const { agent } = await op.authorize()

      const { response } = await askToLogOut(op, agent)

      expect(response.status).to.equal(500)
      expect(String(op.serverErrors[0])).to.match(cause)
    })

    it(`a postLogoutSuccessSource that ${what} is ours; the logout stands`, async () => {
      const op = await start({ postLogoutSuccessSource: source })
      const { agent } = await op.authorize()

      const page = await agent.follow(await logOut(op, agent))

      expect(page.status).to.equal(500)
      expect(String(op.serverErrors[0])).to.match(cause)
      expect(agent.cookies.has('_session')).to.equal(false)
    })
  }

  it('F142 pages of the host cannot be framed, and tell nobody where they are, unless it says so (RFC 6749 §10.13)', async () => {
    const op = await start({ logoutSource, postLogoutSuccessSource })
    const { agent } = await op.authorize()
    const asked = await askToLogOut(op, agent)

    const done = await agent.follow(await signOut(agent, asked))

    for (const { headers } of [asked.response, done]) {
      expect(headers.get('content-security-policy')).to.equal("frame-ancestors 'none'")
      expect(headers.get('x-frame-options')).to.equal('DENY')
      expect(headers.get('referrer-policy')).to.equal('no-referrer')
    }
  })

  it('F142 a source may answer by itself', async () => {
    const op = await start({
      logoutSource: (ctx) => {
        ctx.respond = false
        ctx.res.end('mine')
      },
    })
    const { agent } = await op.authorize()

    const { page } = await askToLogOut(op, agent)

    expect(page).to.equal('mine')
    expect(op.serverErrors).to.deep.equal([])
  })

  it('F062 the page after a logout answers HEAD, too: it changes nothing (RFC 9110 §9.3.2)', async () => {
    const op = await start({})

    const response = await op.agent().request(op.provider.urlFor('end_session_success'), { method: 'HEAD' })

    expect(response.status).to.equal(200)
  })

  it('F062 the page after a logout refuses a client that does not exist', async () => {
    const op = await start({})
    const failed = op.nextError('end_session_success.error')

    const response = await op.agent().get(`${op.provider.urlFor('end_session_success')}?client_id=nobody`)

    expect(response.status).to.equal(400)
    expect((await failed).error).to.equal('invalid_client')
  })

  it('A093 the default page adds to a policy that the host has set', async () => {
    const op = await startProvider(
      { clients: [LEAVING_CLIENT] },
      {
        use: [
          (ctx, next) => {
            ctx.set('content-security-policy', "default-src 'self'; form-action 'none'")
            return next()
          },
        ],
      },
    )
    const { agent } = await op.authorize()

    const { response } = await askToLogOut(op, agent)

    const policy = response.headers.get('content-security-policy')
    expect(policy)
      .to.include("form-action 'self'")
      .and.include("frame-ancestors 'none'")
      .and.include('sha256-')
  })

  it('A036 none of them is kept in a cache', async () => {
    const op = await start({})
    const { agent } = await op.authorize()
    const asked = await askToLogOut(op, agent)
    const confirmed = await signOut(agent, asked)
    const success = await agent.follow(confirmed)

    for (const { headers } of [asked.response, confirmed, success])
      expect(headers.get('cache-control')).to.include('no-store')
  })

  it('A028 A029 mounted behind a proxy: forms and pages are where the browser knows them', async () => {
    const op = await startProvider(
      { clients: [LEAVING_CLIENT] },
      {
        mountPath: '/oidc',
        host: (provider, mountPath) => {
          provider.proxy = true
          return express().use(mountPath, provider.callback())
        },
      },
    )
    const { agent } = await op.authorize()
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' }

    const asked = await askToLogOut(op, agent, {}, forwarded)
    const response = await signOut(agent, asked)

    expect(asked.action).to.equal('/oidc/session/end/confirm')
    expect(asked.page).not.to.include('evil.example')
    expect(response.headers.get('location')).to.equal('/oidc/session/end/success')
  })

  it('K4 discovery names the endpoint while it is there', async () => {
    const documents = await Promise.all(
      [true, false].map(async (enabled) => {
        const op = await start({ enabled })
        const value: unknown = await (await op.agent().get(op.provider.urlFor('discovery'))).json()
        return {
          end: Object(value)['end_session_endpoint'],
          status: (await op.agent().get(`${op.issuer}/session/end`)).status,
          issuer: op.issuer,
        }
      }),
    )

    const [on, off] = documents
    expect(on?.end).to.equal(`${on?.issuer}/session/end`)
    expect(off?.end).to.equal(undefined)
    expect(off?.status).to.equal(404)
  })

  it('A154 somebody else signs in, and the session before ends, also while logout is off', async () => {
    const people = ['alice', 'bob']
    let current = ''
    const op = await startProvider(
      { clients: [LEAVING_CLIENT], features: { rpInitiatedLogout: { enabled: false } } },
      {
        interact: async (provider, prompt, { clientId, scope }) => {
          if (prompt === 'login') {
            current = people.shift() ?? ''
            return { login: { accountId: current } }
          }
          const grant = new provider.Grant({ accountId: current, clientId })
          grant.addOIDCScope(scope.join(' '))
          return { consent: { grantId: await grant.save() } }
        },
      },
    )
    const { agent, body } = await op.login()
    const before = agent.cookies.get('_session')?.value ?? ''

    const { code } = await op.authorize({ prompt: 'login' }, agent)

    expect(code).not.to.equal('')
    expect(await op.provider.Session.find(before)).to.equal(undefined)
    expect((await op.userinfo(body['access_token'])).status).to.equal(401)
  })
})
