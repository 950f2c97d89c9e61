import { expect } from 'chai'
import express from 'express'
import eoidc, { type ConfigParams } from 'express-openid-connect'
import * as client from 'openid-client'
import type { ClientMetadata } from '../../../types/client.ts'
import { startServer, stopServers } from '../../support/local_server.ts'
import { LEAVING_CLIENT, LOGGED_OUT, signOut, staySignedIn } from '../../support/logging_out.ts'
import {
  pkce,
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'
import type { UserAgent } from '../../support/user_agent.ts'

/** Where the application keeps what it was told by the back channel. */
type Store = NonNullable<Exclude<ConfigParams['backchannelLogout'], boolean | undefined>['store']>

/** Follows redirects wherever they lead on this machine, as a browser does. */
async function browse(
  agent: UserAgent,
  url: string,
): Promise<{ response: Response; url: string; text: string }> {
  let at = url
  for (let hops = 0; hops < 20; hops += 1) {
    const response = await agent.get(at)
    const location = response.headers.get('location')
    if (location === null) return { response, url: at, text: await response.text() }
    at = new URL(location, at).href
  }
  throw new Error('too many redirects')
}

/** What the question is answered with. */
function formOf({ response, text }: { response: Response; text: string }) {
  const [, action = ''] = /<form id="op\.logoutForm" method="post" action="([^"]*)"/.exec(text) ?? []
  const [, xsrf = ''] = /name="xsrf" value="([^"]*)"/.exec(text) ?? []
  return { response, page: text, action, xsrf }
}

describe('relying parties as they are (OpenID Connect RP-Initiated Logout 1.0, Back-Channel Logout 1.0)', () => {
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })

  describe('openid-client 6', () => {
    for (const mountPath of ['', '/oidc']) {
      it(`builds the URL that logs out, ${mountPath || 'no path'}`, async () => {
        const op = await startProvider({ clients: [LEAVING_CLIENT] }, { mountPath })
        const config = await client.discovery(
          new URL(op.issuer),
          'web',
          undefined,
          client.ClientSecretPost(String(WEB_CLIENT.client_secret)),
          { execute: [client.allowInsecureRequests] },
        )
        const { verifier, challenge } = pkce()
        const { location, agent } = await op.authorize({ code_challenge: challenge })
        const tokens = await client.authorizationCodeGrant(config, new URL(String(location)), {
          pkceCodeVerifier: verifier,
        })
        const url = client.buildEndSessionUrl(config, {
          id_token_hint: String(tokens.id_token),
          post_logout_redirect_uri: LOGGED_OUT,
          state: 'xyz',
        })

        const response = await signOut(agent, formOf(await browse(agent, url.href)))

        expect(url.href.startsWith(`${op.issuer}/session/end?`)).to.equal(true)
        expect(response.headers.get('location')).to.equal(`${LOGGED_OUT}?state=xyz`)
        expect((await op.userinfo(tokens.access_token)).status).to.equal(401)
      })
    }
  })

  describe('express-openid-connect', () => {
    interface Application {
      op: RunningProvider
      origin: string
    }

    /** An application whose people log in at the provider; another client of it is there, too. */
    async function start(isTold: boolean): Promise<Application> {
      const application = express()
      const server = await startServer(application)
      const metadata: ClientMetadata = {
        client_id: 'shop',
        client_secret: 'a secret with 32 characters or so',
        redirect_uris: [`${server.origin}/callback`],
        post_logout_redirect_uris: [server.origin],
        ...(isTold
          ? {
              backchannel_logout_uri: `${server.origin}/backchannel-logout`,
              backchannel_logout_session_required: true,
            }
          : {}),
      }
      const op = await startProvider({
        clients: [metadata, LEAVING_CLIENT],
        allowSpecialUseAddresses: true,
        features: { backchannelLogout: { enabled: true } },
      })
      const told = new Map<string, Parameters<Parameters<Store['get']>[1]>[1]>()
      const store: Store = {
        get: (id, callback) => callback(null, told.get(id)),
        set: (id, session, callback) => {
          told.set(id, session)
          callback?.(null)
        },
        destroy: (id, callback) => {
          told.delete(id)
          callback?.(null)
        },
      }
      application.use(
        eoidc.auth({
          issuerBaseURL: op.issuer,
          baseURL: server.origin,
          clientID: 'shop',
          clientSecret: 'a secret with 32 characters or so',
          secret: 'another secret that is long enough, too',
          authRequired: false,
          idpLogout: true,
          authorizationParams: { response_type: 'code', response_mode: 'query', scope: 'openid' },
          ...(isTold ? { backchannelLogout: { store } } : {}),
        }),
      )
      application.get('/', (req, res) => {
        res.send(req.oidc.isAuthenticated() ? `in as ${req.oidc.user?.['sub']}` : 'out')
      })
      return { op, origin: server.origin }
    }

    it('logs in and out', async () => {
      const { op, origin } = await start(false)
      const agent = op.agent()

      const loggedIn = await browse(agent, `${origin}/login`)
      const asked = await browse(agent, `${origin}/logout`)
      const response = await signOut(agent, formOf(asked))
      const back = await browse(agent, response.headers.get('location') ?? '')

      expect(loggedIn.text).to.equal('in as alice')
      expect(new URL(asked.url).pathname).to.equal(op.provider.pathFor('end_session'))
      expect(response.headers.get('location')).to.equal(origin)
      expect(back.text).to.equal('out')
      expect((await op.authorize({ client_id: 'web', prompt: 'none' }, agent)).answer.get('error')).to.equal(
        'login_required',
      )
    })

    it('A157 hears by the back channel that the person has logged out from another client', async () => {
      const { op, origin } = await start(true)
      const agent = op.agent()
      const loggedIn = await browse(agent, `${origin}/login`)
      await op.authorize({ client_id: 'web', redirect_uri: REDIRECT_URI }, agent)
      const told = op.next('backchannel.success')

      const asked = await browse(agent, `${op.provider.urlFor('end_session')}?client_id=web`)
      await signOut(agent, formOf(asked))

      expect(loggedIn.text).to.equal('in as alice')
      expect(await told).to.have.length(4)
      expect((await browse(agent, origin)).text).to.equal('out')
    })

    it('A157 hears nothing when the person leaves another client only', async () => {
      const { op, origin } = await start(true)
      const agent = op.agent()
      await browse(agent, `${origin}/login`)
      await op.authorize({ client_id: 'web', redirect_uri: REDIRECT_URI }, agent)

      const asked = await browse(agent, `${op.provider.urlFor('end_session')}?client_id=web`)
      await staySignedIn(agent, formOf(asked))

      expect((await browse(agent, origin)).text).to.equal('in as alice')
    })
  })
})
