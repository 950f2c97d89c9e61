import { expect } from 'chai'
import { attack, expectRefusal } from '../support/invariants.ts'
import { rawRequest } from '../support/raw_request.ts'
import { WEB_CLIENT } from '../support/start_provider.ts'

const FORM = 'application/x-www-form-urlencoded'
const CREDENTIALS = `client_id=web&client_secret=${encodeURIComponent(String(WEB_CLIENT.client_secret))}`
const POST = `POST /token HTTP/1.1\nHost: HOST\nConnection: close\nContent-Type: ${FORM}\n`
const GET = 'GET /auth?client_id=web HTTP/1.1\n'

describe('HTTP layer (RFC 9110, RFC 9112)', () => {
  attack('H1', 'Content-Length and chunked together are refused (RFC 9112 §6.1)', async (scene) => {
    const op = await scene.start()

    const { status } = await rawRequest(
      op.origin,
      `${POST}Content-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n`,
    )

    expect(status).to.equal(400)
    expect(scene.calls).to.deep.equal([])
  })

  attack('H2', 'two lengths that differ are refused (RFC 9112 §6.3)', async (scene) => {
    const op = await scene.start()

    const { status } = await rawRequest(op.origin, `${POST}Content-Length: 5\nContent-Length: 6\n\nabcde`)

    expect(status).to.equal(400)
  })

  attack('H4', 'HTTP/1.1 without Host is refused (RFC 9112 §3.2)', async (scene) => {
    const op = await scene.start()

    const { status } = await rawRequest(op.origin, `${GET}Connection: close\n\n`)

    expect(status).to.equal(400)
  })

  for (const host of ['a b', 'evil/x?', 'x@y', '[', '']) {
    attack('H5', `the Host "${host}" fails nothing`, async (scene) => {
      const op = await scene.start()

      const { status, lines } = await rawRequest(op.origin, `${GET}Host: ${host}\nConnection: close\n\n`)

      expect(status).to.equal(400)
      expect(lines.join('\n')).to.not.match(/location/i)
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  for (const [what, headers] of [
    ['Host', 'Host: evil.example'],
    ['X-Forwarded-Host', 'Host: HOST\nX-Forwarded-Host: evil.example\nX-Forwarded-Proto: https'],
    ['Forwarded', 'Host: HOST\nForwarded: host=evil.example;proto=https'],
  ] as const) {
    attack('H8', `${what} does not reach the URLs of the metadata`, async (scene) => {
      const op = await scene.start()

      const { status, body } = await rawRequest(
        op.origin,
        `GET /.well-known/openid-configuration HTTP/1.1\n${headers}\nConnection: close\n\n`,
      )

      expect(status).to.equal(200)
      expect(body).to.not.include('evil.example')
      expect(body).to.not.include('https:')
    })

    attack('H8', `${what} does not reach where the browser is sent`, async (scene) => {
      const op = await scene.start()
      scene.begin('insert Interaction', 'insert Session')
      const { pathname, search } = new URL(
        op.authorizationUrl({
          code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
          code_challenge_method: 'S256',
        }),
      )

      const { status, lines } = await rawRequest(
        op.origin,
        `GET ${pathname}${search} HTTP/1.1\n${headers}\nConnection: close\n\n`,
      )

      expect(status).to.equal(303)
      expect(lines.join('\n')).to.not.include('evil.example')
    })
  }

  attack('H10', 'a body that says it is too large is not read', async (scene) => {
    const op = await scene.start()

    const { status } = await rawRequest(op.origin, `${POST}Content-Length: 9999999\n\nabc`)

    expect(status).to.equal(413)
  })

  attack('H11', 'a body that turns out too large is cut off', async (scene) => {
    const op = await scene.start()

    const response = await op.post('token', `${CREDENTIALS}&grant_type=x&x=${'x'.repeat(60 * 1024)}`)

    expectRefusal(response, 413, 'invalid_request')
  })

  for (const encoding of ['gzip', 'deflate', 'br', 'x']) {
    attack('H15', `a body in Content-Encoding ${encoding} is never inflated`, async (scene) => {
      const op = await scene.start()

      expectRefusal(
        await op.post('token', CREDENTIALS, { 'content-encoding': encoding }),
        415,
        'invalid_request',
      )
    })
  }

  for (const type of [
    `${FORM}; charset=utf-16le`,
    `${FORM}; charset=utf-7`,
    `${FORM}; charset=bogus`,
    `${FORM}; charset="`,
    'application/json',
    'multipart/form-data; boundary=x',
    'text/plain',
    ';;;',
  ]) {
    attack('H17', `a body of type ${type} is refused (RFC 6749 Appendix B)`, async (scene) => {
      const op = await scene.start()

      expectRefusal(await op.post('token', CREDENTIALS, { 'content-type': type }), 400, 'invalid_request')
    })
  }

  for (const label of ['ISO-8859-1', 'us-ascii', 'windows-1252', 'UTF8', '"utf-8"', 'Utf-8']) {
    attack('H17', `ASCII means the same in a form labelled ${label} (RFC 6749 Appendix B)`, async (scene) => {
      const op = await scene.start()
      const type = { 'content-type': `${FORM};charset=${label}` }

      const { body } = await op.post('token', `${CREDENTIALS}&grant_type=authorization_code&code=x`, type)

      expect(body['error']).to.equal('invalid_grant')
    })
  }

  for (const [what, text] of [
    ['a byte', 'é'],
    ['an escape', '%C3%A9'],
  ]) {
    attack('H17', `${what} beyond ASCII is refused in a form labelled ISO-8859-1`, async (scene) => {
      const op = await scene.start()
      const type = { 'content-type': `${FORM};charset=ISO-8859-1` }

      expectRefusal(await op.post('token', `${CREDENTIALS}&state=${text}`, type), 400, 'invalid_request')
    })
  }

  for (const label of ['', ';charset=utf-8', ';charset=UTF8', ';charset="utf_8"', '; Charset=Utf-8']) {
    attack('H17', `beyond ASCII a form${label} is read as UTF-8, and as nothing else`, async (scene) => {
      const op = await scene.start()
      const headers = { 'content-type': FORM + label }
      const text = `${CREDENTIALS}&grant_type=authorization_code&code=é`
      const send = (encoding: 'utf8' | 'latin1') =>
        fetch(op.provider.urlFor('token'), { method: 'POST', headers, body: Buffer.from(text, encoding) })

      const [known, unknown] = [await send('utf8'), await send('latin1')]

      expect(await known.json()).to.have.property('error', 'invalid_grant')
      expect(await unknown.json()).to.have.property('error', 'invalid_request')
    })
  }

  for (const [label, statuses] of [
    ['ISO-8859-1', [303, 201]],
    ['utf-16', [400, 400]],
    ['utf-7', [400, 400]],
    ['bogus', [400, 400]],
  ] as const) {
    attack(
      'H17',
      `an authorization request and a registration labelled ${label} get ${statuses.join(' and ')}`,
      async (scene) => {
        const op = await scene.start({ features: { registration: { enabled: true } } })
        scene.begin('insert Client', 'insert RegistrationAccessToken')
        const form = new URL(op.authorizationUrl({ prompt: 'none' })).search.slice(1)
        const metadata = JSON.stringify({ redirect_uris: ['https://rp.example.com/cb'] })

        const asked = await op
          .agent()
          .post(op.provider.urlFor('authorization'), form, { 'content-type': `${FORM};charset=${label}` })
        const registered = await op.post('registration', metadata, {
          'content-type': `application/json;charset=${label}`,
        })

        expect([asked.status, registered.status]).to.deep.equal(statuses)
      },
    )
  }

  for (const ending of [';', '; ', ';;charset=utf-8', '; ; charset=utf-8 ;']) {
    attack('H17', `${FORM}${ending} is a form (RFC 9110 §5.6.6)`, async (scene) => {
      const op = await scene.start()

      const { status } = await op.post('token', `${CREDENTIALS}&grant_type=x`, {
        'content-type': FORM + ending,
      })
      const userinfo = await op.post('userinfo', 'access_token=x', { 'content-type': FORM + ending })

      expect(status).to.equal(400)
      expect(userinfo.body['error']).to.equal('invalid_token')
    })
  }

  attack('A7', 'a parameter of another grant type must not repeat either (RFC 6749 §3.2)', async (scene) => {
    const op = await scene.start()
    const form = `${CREDENTIALS}&grant_type=authorization_code&code=x&refresh_token=a&refresh_token=b`

    const { body } = await op.post('token', form)

    expect(body['error_description']).to.equal("'refresh_token' parameter must not be sent more than once")
  })

  attack('H18', 'a body without a type holds no parameters', async (scene) => {
    const op = await scene.start()
    const text = `${CREDENTIALS}&grant_type=authorization_code&code=x`

    const { status, body } = await rawRequest(
      op.origin,
      `POST /token HTTP/1.1\nHost: HOST\nConnection: close\nContent-Length: ${text.length}\n\n${text}`,
    )

    expect(status).to.equal(401)
    expect(body).to.include('invalid_client')
  })

  attack('H20', 'more than 1,000 parameters are refused, not cut', async (scene) => {
    const op = await scene.start()

    expectRefusal(await op.post('token', `${'a=b&'.repeat(1_000)}${CREDENTIALS}`), 400, 'invalid_request')
  })

  for (const name of ['scope', 'login_hint', 'acr_values', 'ui_locales', 'nonce', 'prompt']) {
    attack('H21', `a ${name} of more than 4,000 characters is refused`, async (scene) => {
      const op = await scene.start()

      const response = await op.agent().get(op.authorizationUrl({ [name]: `a${' a'.repeat(3_000)}` }))

      expect(response.headers.get('location')).to.match(/[?&]error=invalid_(request|scope)/)
    })
  }

  attack('H21', 'a state of 1,000 and a nonce of 384 characters come back whole', async (scene) => {
    const op = await scene.start()
    const state = 's'.repeat(1_000)
    const nonce = 'n'.repeat(384)

    const { answer, code, verifier } = await op.authorize({ state, nonce })
    const { body } = await op.exchange(code, verifier)
    scene.begin()

    const payload = Buffer.from(String(body['id_token']).split('.')[1] ?? '', 'base64url')
    expect(answer.get('state')).to.equal(state)
    expect(JSON.parse(payload.toString())).to.include({ nonce })
  })

  for (const [what, text] of [
    ['a broken escape', '%zz'],
    ['a cut character', '%E0%A4'],
    ['a lone surrogate', '%ED%A0%80'],
    ['an overlong character', '%C0%AF'],
    ['a NUL', '%00'],
  ] as const) {
    attack('H22', `${what} in query, body and path fails nothing`, async (scene) => {
      const op = await scene.start({ cookies: { keys: ['k'], short: { signed: false } } })

      const query = await op.agent().get(`/auth?client_id=${text}`)
      const name = await op.agent().get(`/auth?${text}=x`)
      const body = await op.post('token', `${CREDENTIALS}&grant_type=${text}`)
      const path = await rawRequest(
        op.origin,
        `GET /auth/${text} HTTP/1.1\nHost: HOST\nConnection: close\nCookie: _interaction_resume=${text}\n\n`,
      )

      for (const { status } of [query, name, body, path]) expect(status).to.be.oneOf([400, 404])
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  for (const [method, path] of [
    ['PUT', '/auth'],
    ['DELETE', '/auth'],
    ['PATCH', '/token'],
    ['GET', '/token'],
    ['PUT', '/token'],
    ['POST', '/jwks'],
    ['DELETE', '/jwks'],
    ['POST', '/.well-known/openid-configuration'],
    ['PUT', '/me'],
    ['POST', '/auth/abc'],
  ] as const) {
    attack('H24', `${method} ${path} is not allowed and does nothing`, async (scene) => {
      const op = await scene.start()

      const response = await op.agent().request(path, { method })

      expect(response.status).to.equal(405)
      expect(response.headers.get('allow')).to.match(/GET|POST/)
      expect(scene.calls).to.deep.equal([])
    })
  }

  /** Every route of every feature, by path, with the methods it has. */
  const ROUTES: readonly (readonly [path: string, methods: string])[] = [
    ['/auth', 'GET POST'],
    ['/auth/some-id', 'GET'],
    ['/token', 'POST'],
    ['/token/introspection', 'POST'],
    ['/token/revocation', 'POST'],
    ['/request', 'POST'],
    ['/backchannel', 'POST'],
    ['/device', 'GET POST'],
    ['/device/auth', 'POST'],
    ['/device/some-id', 'GET'],
    ['/session/end', 'GET POST'],
    ['/session/end/confirm', 'POST'],
    ['/session/end/success', 'GET'],
    ['/me', 'GET POST'],
    ['/jwks', 'GET'],
    ['/reg', 'POST'],
    ['/reg/some-id', 'GET PUT DELETE'],
    ['/.well-known/openid-configuration', 'GET'],
    ['/.well-known/oauth-authorization-server', 'GET'],
  ]

  for (const [path, served] of ROUTES) {
    const methods = served.split(' ')
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !methods.includes(method))
    attack(
      'H24',
      `${path} has ${served} and refuses ${others.join(', ')} with Allow (RFC 9110 §15.5.6)`,
      async (scene) => {
        const op = await scene.start({
          features: {
            backchannelLogout: { enabled: true },
            ciba: { enabled: true },
            deviceFlow: { enabled: true },
            introspection: { enabled: true },
            registration: { enabled: true },
            registrationManagement: { enabled: true },
            revocation: { enabled: true },
          },
        })
        scene.begin()

        for (const method of others) {
          const response = await op.agent().request(path, { method })

          expect(response.status, method).to.equal(405)
          const allow = (response.headers.get('allow') ?? '').split(/, */)
          expect(allow.filter((name) => !/^(?:HEAD|OPTIONS)$/.test(name))).to.have.members(methods)
          expect(response.headers.get('x-content-type-options')).to.equal('nosniff')
        }
        expect(scene.calls).to.deep.equal([])
      },
    )
  }

  attack('H24', 'TRACE is not answered', async (scene) => {
    const op = await scene.start()

    const { status, body } = await rawRequest(
      op.origin,
      'TRACE /token HTTP/1.1\nHost: HOST\nConnection: close\nX-Echo: secret\n\n',
    )

    expect(status).to.be.oneOf([404, 405, 501])
    expect(body).to.not.include('secret')
  })

  attack('H25', 'HEAD of an authorization request creates nothing', async (scene) => {
    const op = await scene.start()

    const response = await op.agent().request(op.authorizationUrl(), { method: 'HEAD' })

    expect(response.status).to.equal(405)
    expect(response.headers.getSetCookie()).to.deep.equal([])
    expect(scene.calls).to.deep.equal([])
  })

  for (const origin of ['null', 'https://evil.example']) {
    attack(
      'H27',
      `the origin ${origin} is refused before anything is issued (RFC 9700 §2.6)`,
      async (scene) => {
        const op = await scene.start()
        const { code, verifier } = await op.authorize()
        scene.begin()

        const answer = await op.token(
          { grant_type: 'authorization_code', code, code_verifier: verifier },
          { origin },
        )

        expectRefusal(answer, 400, 'invalid_request')
        expect(answer.headers.get('access-control-allow-origin')).to.equal(null)
      },
    )

    attack('H27', `the origin ${origin} cannot read a failed client authentication`, async (scene) => {
      const op = await scene.start()

      const answer = await op.token(
        { grant_type: 'authorization_code', client_secret: 'a wrong secret' },
        { origin },
      )

      expectRefusal(answer, 401, 'invalid_client')
      expect(answer.headers.get('access-control-allow-origin')).to.equal(null)
    })
  }

  attack('H27', 'the origin null is refused although the host allows every origin', async (scene) => {
    const op = await scene.start({ clientBasedCORS: () => true })

    const answer = await op.token({ grant_type: 'authorization_code' }, { origin: 'null' })

    expectRefusal(answer, 400, 'invalid_request')
    expect(answer.headers.get('access-control-allow-origin')).to.equal(null)
  })

  attack('H28', 'the authorization endpoint has no CORS (RFC 9700 §2.6)', async (scene) => {
    const op = await scene.start({ clientBasedCORS: () => true })

    const get = await op.agent().get('/auth', { origin: 'https://evil.example' })
    const preflight = await op.agent().request('/auth', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' },
    })

    for (const { headers } of [get, preflight])
      expect(headers.get('access-control-allow-origin')).to.equal(null)
  })

  for (const [what, cookie] of [
    ['an empty name', '=;='],
    ['a broken escape', '_session=%zz; _session.sig=%zz'],
    ['8 KB', `_session=${'x'.repeat(8_000)}`],
    ['the same name twice', '_session=a; _session=b'],
    ['an open quote', '_session="abc'],
    ['a prototype', '__proto__=x; constructor=y'],
  ] as const) {
    attack('H31', `a cookie with ${what} counts as absent`, async (scene) => {
      const op = await scene.start({ cookies: { keys: ['k'], long: { signed: false } } })

      const response = await op.agent().get(`${op.authorizationUrl()}&prompt=none`, { cookie })

      expect(response.status).to.equal(303)
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  attack('H32', 'every answer forbids guessing its type, and token answers are not stored', async (scene) => {
    const op = await scene.start()

    await op.agent().get('/nowhere')
    await op.agent().request('/token', { method: 'DELETE' })
    const token = await op.token({ grant_type: 'x' })
    const userinfo = await op.userinfo('x')

    for (const { headers } of [token, userinfo]) expect(headers.get('cache-control')).to.include('no-store')
    for (const { headers } of scene.answers) expect(headers.get('x-content-type-options')).to.equal('nosniff')
  })

  for (const [what, text] of [
    ['CRLF', '\r\nSet-Cookie: a=b'],
    ['U+0085', '\u0085Set-Cookie: a=b'],
    ['U+2028', '\u2028Set-Cookie: a=b'],
  ] as const) {
    attack('H34', `${what} in state, error texts and challenges stays in one header line`, async (scene) => {
      const op = await scene.start()

      const state = await op.agent().get(op.authorizationUrl({ state: text, prompt: 'none' }))
      const prompt = await op.agent().get(op.authorizationUrl({ prompt: text, state: 'st' }))
      const scope = await op.agent().get(`/me?scope=${encodeURIComponent(text)}`, {
        authorization: 'Bearer x',
      })

      for (const { headers, status } of [state, prompt, scope]) {
        expect(headers.getSetCookie()).to.deep.equal([])
        expect(status).to.be.below(500)
      }
    })
  }
})
