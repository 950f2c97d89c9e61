import { expect } from 'chai'
import { FORGERIES } from '../support/forged_hints.ts'
import { attack, expectRedirect } from '../support/invariants.ts'
import { pkce, WEB_CLIENT } from '../support/start_provider.ts'

const OTHER = { ...WEB_CLIENT, client_id: 'other' }

describe('authorization endpoint: id_token_hint (OpenID Connect Core 1.0 §3.1.2.1)', () => {
  for (const [what, forge] of FORGERIES) {
    attack('A61', `${what} is refused and changes no session`, async (scene) => {
      const op = await scene.start()
      const { body, agent } = await op.login()
      const before = agent.cookies.get('_session')?.value
      const forged = await forge({ op, hint: String(body['id_token']) })
      scene.begin()

      const response = await agent.get(
        op.authorizationUrl({
          code_challenge: pkce().challenge,
          code_challenge_method: 'S256',
          prompt: 'none',
          state: 'st',
          id_token_hint: forged,
        }),
      )

      expectRedirect(op, response, 'invalid_request', 'st')
      expect(agent.cookies.get('_session')?.value).to.equal(before)
    })
  }

  attack('A61', "another client's ID Token is refused", async (scene) => {
    const op = await scene.start({ clients: [WEB_CLIENT, OTHER] })
    const { code, verifier, agent } = await op.authorize({ client_id: 'other' })
    const { body } = await op.exchange(code, verifier, { client_id: 'other' })
    scene.begin()

    const response = await agent.get(
      op.authorizationUrl({
        code_challenge: pkce().challenge,
        code_challenge_method: 'S256',
        prompt: 'none',
        id_token_hint: String(body['id_token']),
      }),
    )

    expectRedirect(op, response, 'invalid_request')
  })
})
