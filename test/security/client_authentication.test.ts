import { expect } from 'chai'
import type { ClientMetadata } from '../../types/client.ts'
import { attack, expectRefusal, type Scene } from '../support/invariants.ts'
import { REDIRECT_URI, type RunningProvider, WEB_CLIENT } from '../support/start_provider.ts'

const SECRET = String(WEB_CLIENT.client_secret)
const ODD_SECRET = 'p%40:+& and 32 more characters of it'
const BASIC: ClientMetadata = {
  ...WEB_CLIENT,
  client_id: 'basic',
  token_endpoint_auth_method: 'client_secret_basic',
}
const CLIENTS: ClientMetadata[] = [
  WEB_CLIENT,
  BASIC,
  { ...BASIC, client_id: 'odd:id', client_secret: ODD_SECRET },
  { ...BASIC, client_id: 'expired', client_secret_expires_at: 1 },
  { client_id: 'public', redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'none' },
]
const GRANT = { grant_type: 'authorization_code', code: 'x' }

const start = (scene: Scene) => scene.start({ clients: CLIENTS })
const encode = (text: string) => new URLSearchParams({ x: text }).toString().slice(2)
const basic = (id: string, secret: string, scheme = 'Basic') => ({
  authorization: `${scheme} ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`,
})
const token = (op: RunningProvider, form: Record<string, string> | string, headers = {}) =>
  op.post('token', typeof form === 'string' ? form : { ...GRANT, ...form }, headers)

describe('client authentication (RFC 6749 §2.3, §3.2.1)', () => {
  attack('C1', 'no credentials are refused', async (scene) => {
    const op = await start(scene)

    expectRefusal(await token(op, {}), 401, 'invalid_client')
  })

  attack('C1', 'a client_id alone is refused for a client with a secret', async (scene) => {
    const op = await start(scene)

    expectRefusal(await token(op, { client_id: 'web' }), 401, 'invalid_client')
  })

  attack('C1', 'a secret alone is refused', async (scene) => {
    const op = await start(scene)

    expectRefusal(await token(op, { client_secret: SECRET }), 400, 'invalid_request')
  })

  attack('C2', 'an unknown client and a wrong secret get the very same answer', async (scene) => {
    const op = await start(scene)

    const unknown = await token(op, {}, basic('nobody', 'a wrong secret'))
    const wrong = await token(op, {}, basic('basic', 'a wrong secret'))
    const mismatch = await token(op, {}, basic('public', 'a wrong secret'))

    for (const answer of [unknown, wrong, mismatch]) {
      expectRefusal(answer, 401, 'invalid_client')
      expect(answer.headers.get('www-authenticate')).to.match(/^Basic realm="/)
      expect(answer.body).to.deep.equal(unknown.body)
    }
  })

  attack('C2', 'no challenge is sent when the header was not used', async (scene) => {
    const op = await start(scene)

    const answer = await token(op, { client_id: 'web', client_secret: 'a wrong secret' })

    expectRefusal(answer, 401, 'invalid_client')
    expect(answer.headers.get('www-authenticate')).to.equal(null)
  })

  for (const secret of [`${SECRET} `, SECRET.toUpperCase(), SECRET.slice(0, -1), '', `${SECRET}\0`]) {
    attack('C2', `the secret "${secret.slice(-8)}" is not the registered one`, async (scene) => {
      const op = await start(scene)

      const { status, body } = await token(op, { client_id: 'web', client_secret: secret })

      expect(status).to.equal(401)
      expect(body).to.include({ error: 'invalid_client' })
    })
  }

  attack('C4', 'id and secret in the header are decoded once, exactly (Appendix B)', async (scene) => {
    const op = await start(scene)

    expectRefusal(await token(op, {}, basic('odd:id', ODD_SECRET)), 400, 'invalid_grant')
  })

  attack('C4', 'id and secret that are decoded twice are others', async (scene) => {
    const op = await start(scene)

    expectRefusal(await token(op, {}, basic('odd:id', encode(ODD_SECRET))), 401, 'invalid_client')
  })

  for (const [what, authorization] of [
    ['text that is not base64', 'Basic %%%'],
    ['no colon', `Basic ${Buffer.from('basic').toString('base64')}`],
    ['an empty id', `Basic ${Buffer.from(':x').toString('base64')}`],
    ['a broken escape', `Basic ${Buffer.from('basic:%zz').toString('base64')}`],
    ['bytes that are not UTF-8', `Basic ${Buffer.from('basic:%ff').toString('base64')}`],
    ['nothing after the scheme', 'Basic'],
  ] as const) {
    attack('C4', `${what} in the header is refused`, async (scene) => {
      const op = await start(scene)

      expectRefusal(await token(op, {}, { authorization }), 400, 'invalid_request')
    })
  }

  attack('C5', 'two mechanisms are refused although both are right (RFC 6749 §2.3)', async (scene) => {
    const op = await start(scene)

    const answer = await token(op, { client_id: 'basic', client_secret: SECRET }, basic('basic', SECRET))

    expectRefusal(answer, 400, 'invalid_request')
  })

  attack('C5', 'a header and a form that name two clients are refused', async (scene) => {
    const op = await start(scene)

    expectRefusal(await token(op, { client_id: 'web' }, basic('basic', SECRET)), 400, 'invalid_request')
  })

  attack('C7', 'credentials in the query are not read (RFC 6749 §2.3.1)', async (scene) => {
    const op = await start(scene)
    const query = new URLSearchParams({ client_id: 'web', client_secret: SECRET })

    const response = await op.agent().post(`/token?${query}`, GRANT)

    expect(response.status).to.equal(401)
  })

  for (const name of ['client_id', 'client_secret', 'client_assertion']) {
    attack('C8', `a repeated ${name} is refused`, async (scene) => {
      const op = await start(scene)
      const form = new URLSearchParams({ ...GRANT, client_id: 'web', client_secret: SECRET })
      form.append(name, form.get(name) ?? 'a.b.c')
      form.append(name, form.get(name) ?? 'a.b.c')

      expectRefusal(await token(op, form.toString()), 400, 'invalid_request')
    })
  }

  attack('C10', 'an expired secret is refused', async (scene) => {
    const op = await start(scene)

    expectRefusal(await token(op, {}, basic('expired', SECRET)), 401, 'invalid_client')
  })

  attack('C11', 'another scheme is refused', async (scene) => {
    const op = await start(scene)

    const { status } = await token(op, {}, { authorization: 'Bearer abc' })

    expect(status).to.be.oneOf([400, 401])
  })

  for (const scheme of ['basic', 'BASIC', 'bAsIc']) {
    attack('C11', `the scheme may be written ${scheme} (RFC 9110 §11.1)`, async (scene) => {
      const op = await start(scene)

      expectRefusal(await token(op, {}, basic('basic', SECRET, scheme)), 400, 'invalid_grant')
    })
  }
})
