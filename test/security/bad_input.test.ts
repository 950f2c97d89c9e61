import { expect } from 'chai'
import type { ClientMetadata } from '../../types/client.ts'
import { attack, type Scene } from '../support/invariants.ts'
import { REDIRECT_URI, type RunningProvider, WEB_CLIENT } from '../support/start_provider.ts'

const FORM = 'application/x-www-form-urlencoded'
/** Two redirect URIs, so that none is the obvious one. */
const CLIENT: ClientMetadata = {
  ...WEB_CLIENT,
  redirect_uris: [REDIRECT_URI, 'https://rp.example.com/other'],
}

type Params = Record<string, string>
/** What happens: `page` for an error nobody is redirected for, `ok` when the request goes on. */
type Outcome = string

const AUTHORIZATION: Params = {
  client_id: 'web',
  redirect_uri: REDIRECT_URI,
  response_type: 'code',
  response_mode: 'query',
  scope: 'openid',
  state: 'st',
  nonce: 'n',
  prompt: 'login',
  max_age: '100',
  display: 'page',
  ui_locales: 'en',
  claims_locales: 'en',
  login_hint: 'alice',
  acr_values: 'x',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
}
const EXTRA: Params = {
  id_token_hint: 'x',
  registration: '{}',
  request: 'x',
  request_uri: 'https://x.example',
}

interface Row {
  missing?: Outcome
  repeated?: Outcome
  oversized?: Outcome
}
const REFUSED: Row = { missing: 'ok', repeated: 'invalid_request', oversized: 'invalid_request' }

/** Each parameter of an authorization request, and what becomes of the request without it, with two, with too much. */
const AUTHORIZATION_TABLE: Readonly<Record<string, Row>> = {
  client_id: {
    missing: 'page invalid_request',
    repeated: 'page invalid_request',
    oversized: 'page invalid_request',
  },
  redirect_uri: {
    missing: 'page invalid_request',
    repeated: 'page invalid_request',
    oversized: 'page invalid_request',
  },
  response_type: { ...REFUSED, missing: 'invalid_request' },
  response_mode: REFUSED,
  // Without openid the parameters of OpenID Connect mean nothing.
  scope: { ...REFUSED, missing: 'invalid_request' },
  // The client's own: it comes back as it is, whatever its length.
  state: { ...REFUSED, oversized: 'ok' },
  nonce: REFUSED,
  prompt: REFUSED,
  max_age: REFUSED,
  display: REFUSED,
  ui_locales: REFUSED,
  claims_locales: REFUSED,
  login_hint: REFUSED,
  acr_values: REFUSED,
  code_challenge: { ...REFUSED, missing: 'invalid_request' },
  code_challenge_method: { ...REFUSED, missing: 'invalid_request' },
  id_token_hint: REFUSED,
  registration: REFUSED,
  request: { ...REFUSED, oversized: 'request_not_supported' },
  request_uri: REFUSED,
}

const text = (params: Params) => new URLSearchParams(params).toString()

/** Sends it both ways. */
const ways = (op: RunningProvider, query: string) => [
  op.agent().get(`/auth?${query}`),
  op.agent().post('/auth', query),
]

async function expectOutcome(responses: readonly Promise<Response>[], outcome: Outcome): Promise<void> {
  for (const response of await Promise.all(responses)) {
    const location = response.headers.get('location') ?? ''
    if (outcome.startsWith('page ')) {
      expect(location).to.equal('')
      expect(response.status).to.equal(400)
      expect(await response.json()).to.include({ error: outcome.slice(5) })
    } else if (outcome === 'ok') {
      expect(response.status, location).to.equal(303)
      expect(location).to.match(/\/interaction\//)
    } else {
      expect(response.status).to.equal(303)
      expect(new URL(location).searchParams.get('error'), location).to.equal(outcome)
    }
  }
}

const BEGINS = ['insert Interaction', 'insert Session']

function authorizationCase(title: string, query: (scene: Scene) => string, outcome: Outcome) {
  attack('A71', title, async (scene) => {
    const op = await scene.start({ clients: [CLIENT], acrValues: ['x'] })
    if (outcome === 'ok') scene.begin(...BEGINS)

    await expectOutcome(ways(op, query(scene)), outcome)
  })
}

describe('bad input: authorization endpoint (RFC 6749 §3.1, §4.1.2.1)', () => {
  for (const [name, row] of Object.entries(AUTHORIZATION_TABLE)) {
    const given = { ...AUTHORIZATION, ...(EXTRA[name] === undefined ? {} : { [name]: EXTRA[name] }) }
    const { [name]: _value, ...without } = given
    const outcome = (kind: keyof Row) => row[kind] ?? 'ok'

    authorizationCase(`${name} missing: ${outcome('missing')}`, () => text(without), outcome('missing'))
    authorizationCase(
      `${name} empty counts as missing: ${outcome('missing')}`,
      () => `${text(without)}&${name}=`,
      outcome('missing'),
    )
    authorizationCase(
      `${name} repeated: ${outcome('repeated')}`,
      () => `${text(given)}&${name}=${encodeURIComponent(given[name] ?? '')}`,
      outcome('repeated'),
    )
    authorizationCase(
      `${name} oversized: ${outcome('oversized')}`,
      () => `${text(without)}&${name}=${'x'.repeat(4_001)}`,
      outcome('oversized'),
    )
    for (const [what, value] of [
      ['a broken escape', '%zz'],
      ['a cut character', '%E0%A4'],
      ['an overlong character', '%C0%80'],
    ] as const) {
      authorizationCase(
        `${name} with ${what}: page invalid_request`,
        () => `${text(without)}&${name}=${value}`,
        'page invalid_request',
      )
    }
  }

  for (const type of [
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    `${FORM}; charset=utf-16`,
  ]) {
    attack('H17', `a POST of type ${type} gets a page`, async (scene) => {
      const op = await scene.start({ clients: [CLIENT] })

      const response = await op.agent().post('/auth', text(AUTHORIZATION), { 'content-type': type })

      expect(response.status).to.equal(400)
      expect(response.headers.get('location')).to.equal(null)
    })
  }
})

const SECRET = String(WEB_CLIENT.client_secret)
const CODE_GRANT: Params = {
  client_id: 'web',
  client_secret: SECRET,
  grant_type: 'authorization_code',
  code: 'x',
  redirect_uri: REDIRECT_URI,
  code_verifier: 'x'.repeat(43),
}
const REFRESH_GRANT: Params = {
  client_id: 'web',
  client_secret: SECRET,
  grant_type: 'refresh_token',
  refresh_token: 'x',
  scope: 'openid',
}
const CLIENT_GRANT: Params = {
  client_id: 'web',
  client_secret: SECRET,
  grant_type: 'client_credentials',
  scope: 'unknown',
}

/** Status and error of a token request without the parameter, with two, with too much of it. */
const CREDENTIALS_TABLE: Readonly<Record<string, Row>> = {
  client_id: {
    missing: '400 invalid_request',
    repeated: '400 invalid_request',
    oversized: '400 invalid_request',
  },
  client_secret: {
    missing: '401 invalid_client',
    repeated: '400 invalid_request',
    oversized: '400 invalid_request',
  },
  grant_type: {
    missing: '400 invalid_request',
    repeated: '400 invalid_request',
    oversized: '400 invalid_request',
  },
}
const UNKNOWN_ANYWAY: Row = {
  missing: '400 invalid_grant',
  repeated: '400 invalid_request',
  oversized: '400 invalid_request',
}
const VALUE: Row = {
  missing: '400 invalid_request',
  repeated: '400 invalid_request',
  oversized: '400 invalid_grant',
}
const TOKEN_TABLES: readonly [string, Params, Readonly<Record<string, Row>>][] = [
  [
    'authorization_code',
    CODE_GRANT,
    { ...CREDENTIALS_TABLE, code: VALUE, redirect_uri: UNKNOWN_ANYWAY, code_verifier: UNKNOWN_ANYWAY },
  ],
  ['refresh_token', REFRESH_GRANT, { ...CREDENTIALS_TABLE, refresh_token: VALUE, scope: UNKNOWN_ANYWAY }],
  [
    'client_credentials',
    CLIENT_GRANT,
    {
      ...CREDENTIALS_TABLE,
      scope: { missing: '200', repeated: '400 invalid_request', oversized: '400 invalid_request' },
    },
  ],
]

function tokenCase(id: string, title: string, form: string, outcome: Outcome, headers: Params = {}) {
  attack(id, title, async (scene) => {
    const op = await scene.start({
      features: { clientCredentials: { enabled: true } },
      clients: [{ ...CLIENT, grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] }],
    })
    if (outcome === '200') scene.begin('insert ClientCredentials')

    const { status, body, headers: answered } = await op.post('token', form, headers)

    expect([status, body['error']].filter(Boolean).join(' ')).to.equal(outcome)
    expect(answered.get('cache-control')).to.include('no-store')
    expect(answered.get('location')).to.equal(null)
  })
}

describe('bad input: token endpoint (RFC 6749 §3.2, §5.2)', () => {
  for (const [grant, given, table] of TOKEN_TABLES) {
    for (const [name, { missing = '', repeated = '', oversized = '' }] of Object.entries(table)) {
      const { [name]: value = '', ...without } = given
      const rest = text(without)

      tokenCase('T2', `${grant}: ${name} missing: ${missing}`, rest, missing)
      tokenCase('T2', `${grant}: ${name} empty counts as missing: ${missing}`, `${rest}&${name}=`, missing)
      tokenCase(
        'T2',
        `${grant}: ${name} repeated: ${repeated}`,
        `${text(given)}&${name}=${encodeURIComponent(value)}`,
        repeated,
      )
      tokenCase(
        'H21',
        `${grant}: ${name} oversized: ${oversized}`,
        `${rest}&${name}=${'x'.repeat(4_001)}`,
        oversized,
      )
      for (const sequence of ['%zz', '%E0%A4', '%C0%80', '%ED%A0%80']) {
        tokenCase(
          'H22',
          `${grant}: ${name} with ${sequence}: 400 invalid_request`,
          `${rest}&${name}=${sequence}`,
          '400 invalid_request',
        )
      }
    }
    for (const type of [
      'application/json',
      'text/html',
      'multipart/form-data; boundary=x',
      `${FORM}; charset=utf-16`,
    ]) {
      tokenCase('H17', `${grant}: a body of type ${type}`, text(given), '400 invalid_request', {
        'content-type': type,
      })
    }
  }
})
