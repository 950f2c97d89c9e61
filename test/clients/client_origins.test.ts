import { expect } from 'chai'
import { errors } from '../../lib/index.ts'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { CALL_CENTRE, startForCiba } from '../support/ciba.ts'
import { REGISTRATION, register, startRegistering } from '../support/registering.ts'
import { type RunningProvider, startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

const ORIGINS = 'urn:example:client:allowed_origins'
const SPA = 'https://spa.example.com'
const client: ClientMetadata = { ...WEB_CLIENT, [ORIGINS]: [SPA] }

const originsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const isOrigin = (value: unknown) =>
  typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value

/** Origins as metadata of the client. */
const RECIPE: Configuration = {
  extraClientMetadata: {
    properties: [ORIGINS],
    validator: (_ctx, _key, value) => {
      if (value === undefined || originsOf(value).every((origin) => isOrigin(origin))) return
      throw new errors.InvalidClientMetadata(`${ORIGINS} must be an array of origins`)
    },
  },
  clientBasedCORS: (_ctx, origin, { [ORIGINS]: allowed }) => originsOf(allowed).includes(origin),
}

const allowed = ({ headers }: { headers: Headers }) => headers.get('access-control-allow-origin')

async function tokenRequest(op: RunningProvider, origin: string) {
  const { code, verifier } = await op.authorize()
  const form = {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: WEB_CLIENT.redirect_uris?.[0] ?? '',
  }
  return { form, answer: await op.token(form, { origin }) }
}

/** Every endpoint that a client authenticates at is on. */
const startEverything = () =>
  startForCiba({
    ...RECIPE,
    clients: [{ ...CALL_CENTRE, [ORIGINS]: [SPA] }],
    features: {
      deviceFlow: { enabled: true },
      introspection: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      revocation: { enabled: true },
    },
  })

const credentials = ({ client: { client_id, client_secret = '' } }: RunningProvider) => ({
  client_id,
  client_secret,
  token: 'unknown',
  scope: 'openid',
})

describe('origins of a client (recipe F319, Fetch standard)', () => {
  afterEach(stopProviders)

  it('A033 may read what the token endpoint answers', async () => {
    const op = await startProvider({ ...RECIPE, clients: [client] })

    const { answer } = await tokenRequest(op, SPA)

    expect(answer.status).to.equal(200)
    expect(allowed(answer)).to.equal(SPA)
    expect(answer.headers.get('vary')).to.match(/origin/i)
    expect(answer.headers.get('access-control-expose-headers')).to.equal('WWW-Authenticate')
  })

  for (const origin of [
    'https://evil.example.com',
    'null',
    `${SPA}.evil.example.com`,
    'http://spa.example.com',
  ]) {
    it(`A033 H27 are refused at the token endpoint when they are others, before anything is issued: ${origin}`, async () => {
      const op = await startProvider({ ...RECIPE, clients: [client] })

      const { answer, form } = await tokenRequest(op, origin)
      const again = await op.token(form)

      expect(answer.status).to.equal(400)
      expect(answer.body['error']).to.equal('invalid_request')
      expect(allowed(answer)).to.equal(null)
      expect(again.status).to.equal(200)
    })
  }

  it('A033 are decided at the userinfo endpoint, for GET and POST, when the token tells the client', async () => {
    const op = await startProvider({ ...RECIPE, clients: [client] })
    const { body } = await op.login()
    const ask = (method: string, origin: string) =>
      fetch(op.provider.urlFor('userinfo'), {
        method,
        headers: { authorization: `Bearer ${body['access_token']}`, origin },
      })

    for (const method of ['GET', 'POST']) {
      const good = await ask(method, SPA)
      const bad = await ask(method, 'https://evil.example.com')

      expect([good.status, allowed(good)]).to.deep.equal([200, SPA])
      expect([bad.status, allowed(bad)]).to.deep.equal([400, null])
      expect(await bad.text()).not.to.include('alice')
    }
  })

  for (const route of [
    'backchannel_authentication',
    'device_authorization',
    'introspection',
    'pushed_authorization_request',
    'revocation',
  ] as const) {
    it(`A033 H27 are refused at the ${route} endpoint when they are others, before anything is done`, async () => {
      const op = await startEverything()
      const ask = async (origin: string) => {
        const answer = await op.post(route, credentials(op), { origin })
        return [allowed(answer), String(answer.body['error_description']).includes('not allowed for client')]
      }

      expect(await ask('https://evil.example.com')).to.deep.equal([null, true])
      expect(await ask(SPA)).to.deep.equal([SPA, false])
    })
  }

  it('A033 must be decided with a boolean', async () => {
    const clientBasedCORS = (): boolean => JSON.parse('"yes"')
    const op = await startProvider({ ...RECIPE, clientBasedCORS, clients: [client] })

    const { answer } = await tokenRequest(op, SPA)

    expect(answer.status).to.equal(500)
    expect(allowed(answer)).to.equal(null)
    expect(String(op.serverErrors[0])).to.match(/clientBasedCORS/)
  })

  it('A033 are asked about once for each request, whether it is let through or refused', async () => {
    const asked: string[] = []
    const clientBasedCORS = (_ctx: unknown, origin: string) => {
      asked.push(origin)
      return origin === SPA
    }
    const op = await startProvider({ ...RECIPE, clientBasedCORS, clients: [client] })

    await tokenRequest(op, SPA)
    await tokenRequest(op, 'https://evil.example.com')

    expect(asked).to.deep.equal([SPA, 'https://evil.example.com'])
  })

  it('A032 H28 play no part at the authorization endpoint', async () => {
    const op = await startProvider({ ...RECIPE, clients: [client] })

    const answer = await op.agent().get(op.authorizationUrl(), { origin: SPA })
    const preflight = await op.agent().request(op.authorizationUrl(), {
      method: 'OPTIONS',
      headers: { origin: SPA, 'access-control-request-method': 'GET' },
    })

    expect(allowed(answer)).to.equal(null)
    expect(allowed(preflight)).to.equal(null)
  })

  it('A034 are the business of a host that sets such headers itself', async () => {
    const op = await startProvider(
      { ...RECIPE, clients: [client] },
      {
        use: [
          (ctx, next) => {
            ctx.set('access-control-allow-origin', 'https://host.example.com')
            return next()
          },
        ],
      },
    )

    const { answer } = await tokenRequest(op, 'https://evil.example.com')

    expect(answer.status).to.equal(200)
    expect(allowed(answer)).to.equal('https://host.example.com')
  })

  for (const [route, methods] of [
    ['token', 'POST'],
    ['userinfo', 'GET, POST'],
  ] as const) {
    it(`F256 A035 are asked for by a preflight of the ${route} endpoint`, async () => {
      const op = await startProvider({ ...RECIPE, clients: [client] })

      const { status, headers } = await fetch(op.provider.urlFor(route), {
        method: 'OPTIONS',
        headers: {
          origin: SPA,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      })

      expect(status).to.equal(204)
      expect(headers.get('access-control-allow-origin')).to.equal(SPA)
      expect(headers.get('access-control-allow-methods')).to.equal(methods)
      expect(headers.get('access-control-allow-headers')).to.equal('authorization')
      expect(headers.get('access-control-max-age')).to.equal('3600')
      expect(headers.get('vary')).to.match(/origin/i)
    })
  }

  it('can be registered', async () => {
    const op = await startRegistering({}, RECIPE)

    const bad = await register(op, { ...REGISTRATION, [ORIGINS]: ['https://spa.example.com/path'] })
    const good = await register(op, { ...REGISTRATION, [ORIGINS]: [SPA] })

    expect(bad.body['error']).to.equal('invalid_client_metadata')
    expect(good.body[ORIGINS]).to.deep.equal([SPA])
  })
})
