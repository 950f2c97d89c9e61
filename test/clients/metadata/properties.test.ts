import { expect } from 'chai'
import { accepted, CIBA, refused, rulesFor, rulesWith, webClient } from './client_rules.ts'

const KEY = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
const JWKS = { keys: [KEY] }
const NOT_A_STRING: readonly unknown[] = ['', 1, {}, ['x']]
const NOT_A_BOOLEAN: readonly unknown[] = ['true', 1, {}]
const NOT_A_NUMBER: readonly unknown[] = [-1, 1.5, '1', Number.NaN, 1e308, {}]
const NOT_A_WEB_URI: readonly unknown[] = [
  ...NOT_A_STRING,
  'ftp://rp.example.com',
  'javascript:alert(1)',
  '/relative',
  'https://user:pw@rp.example.com/',
  'https://rp.example.com/ x',
  'https://rp.example.com/\r\n',
  'https:rp.example.com',
  `https://rp.example.com/${'x'.repeat(2048)}`,
]
const NOT_HTTPS: readonly unknown[] = [...NOT_A_WEB_URI, 'http://rp.example.com/']
/** A text without anything in it is none, where it is only shown (see below). */
const shown = (values: readonly unknown[]) => values.filter((value) => value !== '')
const NOT_A_LIST: readonly unknown[] = ['x', {}, 1, [1], [''], [null], [undefined], new Array(1), [['x']]]
const NOT_SIGNING: readonly unknown[] = [...NOT_A_STRING, 'RS1', 'rs256', 'HS512']
const NOT_ENCRYPTION: readonly unknown[] = [...NOT_A_STRING, 'RSA1_5', 'PBES2-HS256+A128KW']
const NOT_CONTENT: readonly unknown[] = [...NOT_A_STRING, 'A128KW', 'A192GCM']

/** Cases of the catalogue that a property's table is about; `A056` is about all of them. */
const CASES: Readonly<Record<string, string>> = {
  client_id: 'A053',
  client_secret: 'A053',
  contacts: 'A053',
  scope: 'A054',
  default_acr_values: 'A055',
  default_max_age: 'J25',
  client_name: 'J22',
  redirect_uris: 'J4',
  jwks: 'J11 A044',
  jwks_uri: 'J14',
}

const caseOf = (name: string) =>
  CASES[name] ?? (name.endsWith('_alg') || name.endsWith('_enc') ? 'J18' : 'A056')

interface Property {
  /** Values that are kept as they are. */
  good: readonly unknown[]
  bad: readonly unknown[]
  /** Whatever else a client with this property needs. */
  beside?: object
  /** What it is without being given. */
  initially?: unknown
  /** Features of which each must be on for it to be recognised. */
  needs?: readonly string[]
}

const responseAlgorithms = (use: string, features: readonly string[], signedInitially: unknown) => ({
  [`${use}_signed_response_alg`]: {
    good: ['RS256', 'HS256', 'EdDSA'],
    bad: NOT_SIGNING,
    ...(signedInitially === undefined ? {} : { initially: signedInitially }),
    needs: features,
  },
  [`${use}_encrypted_response_alg`]: {
    good: ['RSA-OAEP', 'A256KW', 'dir'],
    bad: NOT_ENCRYPTION,
    beside: { jwks: JWKS, [`${use}_signed_response_alg`]: 'RS256' },
    needs: ['encryption', ...features],
  },
  [`${use}_encrypted_response_enc`]: {
    good: ['A128CBC-HS256', 'A256GCM'],
    bad: NOT_CONTENT,
    beside: {
      jwks: JWKS,
      [`${use}_signed_response_alg`]: 'RS256',
      [`${use}_encrypted_response_alg`]: 'ECDH-ES',
    },
    needs: ['encryption', ...features],
  },
})

const certificateSubject = {
  good: ['CN=rp.example.com'],
  bad: NOT_A_STRING,
  beside: { token_endpoint_auth_method: 'tls_client_auth' },
  needs: ['mTLS'],
}

const PROPERTIES: Readonly<Record<string, Property>> = {
  client_id: { good: ['a', 'a b:c~', 'x'.repeat(256)], bad: [...NOT_A_STRING, 'é', 'a\n', 'x'.repeat(257)] },
  client_secret: { good: ['s', '~ !'], bad: [...NOT_A_STRING, 'é', '\u0000', 'x'.repeat(5000)] },
  client_id_issued_at: { good: [0, 1700000000], bad: NOT_A_NUMBER },
  client_secret_expires_at: { good: [0, 1700000000], bad: NOT_A_NUMBER },
  client_name: {
    good: ['<b>ünï</b>', '\u202eevil', 'x'.repeat(4096)],
    bad: [...shown(NOT_A_STRING), 'x'.repeat(4097)],
  },
  client_uri: { good: ['https://rp.example.com', 'http://rp.example.com/#x'], bad: shown(NOT_A_WEB_URI) },
  logo_uri: { good: ['https://rp.example.com/logo.png'], bad: shown(NOT_A_WEB_URI) },
  policy_uri: { good: ['https://rp.example.com/policy?x=1'], bad: shown(NOT_A_WEB_URI) },
  tos_uri: { good: ['https://rp.example.com/tos'], bad: shown(NOT_A_WEB_URI) },
  contacts: {
    good: [['a@example.com', "o'b+x@sub.example.com"], []],
    bad: [...NOT_A_LIST, ['a'], ['@example.com'], ['a@'], ['a b@example.com'], ['<a@example.com>']],
  },
  application_type: { good: ['web'], bad: [...NOT_A_STRING, 'Web', 'browser'], initially: 'web' },
  redirect_uris: {
    good: [['https://rp.example.com/cb', 'https://rp.example.com/other?x=1']],
    bad: [...NOT_A_LIST, Array.from({ length: 1500 }, (_, index) => `https://rp.example.com/${index}`)],
  },
  response_types: {
    good: [['code'], ['code', 'none']],
    bad: [...NOT_A_LIST, ['token'], ['code code'], ['code token']],
    initially: ['code'],
  },
  response_modes: {
    good: [['query', 'form_post']],
    bad: [...NOT_A_LIST, ['form-post'], ['query', 'carrier_pigeon']],
  },
  grant_types: {
    good: [['authorization_code', 'refresh_token']],
    bad: [...NOT_A_LIST, ['authorization_code', 'password']],
    initially: ['authorization_code'],
  },
  token_endpoint_auth_method: {
    good: ['none', 'client_secret_post', 'client_secret_jwt', 'self_signed_tls_client_auth'],
    bad: [...NOT_A_STRING, 'attest_jwt_client_auth'],
    beside: { jwks: JWKS },
    initially: 'client_secret_basic',
  },
  token_endpoint_auth_signing_alg: {
    good: ['RS256', 'ES256'],
    bad: NOT_SIGNING,
    beside: { token_endpoint_auth_method: 'private_key_jwt', jwks: JWKS },
  },
  subject_type: { good: ['public', 'pairwise'], bad: [...NOT_A_STRING, 'private'], initially: 'public' },
  sector_identifier_uri: { good: ['https://rp.example.com/sector'], bad: NOT_HTTPS },
  jwks: {
    good: [
      JWKS,
      { keys: [] },
      {
        keys: [
          { ...KEY, kid: 'a' },
          { ...KEY, kid: 'b', use: 'enc' },
        ],
      },
    ],
    bad: [[], 'x', {}, { keys: {} }, { keys: null }, { keys: [null] }, { keys: ['x'] }, { keys: [{}] }],
  },
  jwks_uri: { good: ['https://rp.example.com/jwks'], bad: NOT_HTTPS },
  default_max_age: { good: [0, 3600], bad: NOT_A_NUMBER },
  require_auth_time: { good: [true, false], bad: NOT_A_BOOLEAN, initially: false },
  default_acr_values: { good: [['gold'], []], bad: [...NOT_A_LIST, ['gold', 'silver']] },
  initiate_login_uri: { good: ['https://rp.example.com/login'], bad: NOT_HTTPS },
  scope: {
    good: ['openid', 'email openid'],
    bad: [...NOT_A_STRING, 'openid  email', ' openid', 'openid api:read', 'op"enid', 'openid\nemail'],
  },
  ...responseAlgorithms('id_token', [], 'RS256'),
  ...responseAlgorithms('userinfo', ['jwtUserinfo'], undefined),
  ...responseAlgorithms('introspection', ['jwtIntrospection'], 'RS256'),
  ...responseAlgorithms('authorization', ['jwtResponseModes'], 'RS256'),
  request_object_signing_alg: {
    good: ['RS256', 'HS256'],
    bad: NOT_SIGNING,
    beside: { jwks: JWKS },
    needs: ['requestObjects'],
  },
  request_object_encryption_alg: {
    good: ['RSA-OAEP', 'dir'],
    bad: NOT_ENCRYPTION,
    needs: ['encryption', 'requestObjects'],
  },
  request_object_encryption_enc: {
    good: ['A256GCM'],
    bad: NOT_CONTENT,
    beside: { request_object_encryption_alg: 'RSA-OAEP' },
    needs: ['encryption', 'requestObjects'],
  },
  request_uris: {
    good: [['https://rp.example.com/request#hash'], []],
    bad: [...NOT_A_LIST, ['http://rp.example.com/request']],
    initially: [],
    needs: ['requestObjects'],
  },
  require_signed_request_object: {
    good: [true, false],
    bad: NOT_A_BOOLEAN,
    initially: false,
    needs: ['requestObjects'],
  },
  require_pushed_authorization_requests: {
    good: [true, false],
    bad: NOT_A_BOOLEAN,
    initially: false,
    needs: ['pushedAuthorizationRequests'],
  },
  post_logout_redirect_uris: {
    good: [['https://rp.example.com/bye'], []],
    bad: [...NOT_A_LIST, ['/bye'], ['com.example:/bye']],
    initially: [],
    needs: ['rpInitiatedLogout'],
  },
  backchannel_logout_uri: {
    good: ['https://rp.example.com/logout', 'http://rp.example.com/logout'],
    bad: NOT_A_WEB_URI,
    needs: ['backchannelLogout'],
  },
  backchannel_logout_session_required: {
    good: [true, false],
    bad: NOT_A_BOOLEAN,
    initially: false,
    needs: ['backchannelLogout'],
  },
  frontchannel_logout_uri: {
    good: ['https://rp.example.com/out', 'https://rp.example.com/out?of=shop'],
    bad: NOT_A_WEB_URI,
    needs: ['frontchannelLogout'],
  },
  frontchannel_logout_session_required: {
    good: [true, false],
    bad: NOT_A_BOOLEAN,
    initially: false,
    needs: ['frontchannelLogout'],
  },
  backchannel_token_delivery_mode: {
    good: ['poll', 'ping'],
    bad: [...NOT_A_STRING, 'push'],
    needs: ['ciba'],
  },
  backchannel_client_notification_endpoint: {
    good: ['https://rp.example.com/ping'],
    bad: NOT_HTTPS,
    needs: ['ciba'],
  },
  backchannel_authentication_request_signing_alg: {
    good: ['RS256', 'ES256'],
    bad: [...NOT_SIGNING, 'HS256', 'none'],
    beside: { jwks: JWKS },
    needs: ['ciba', 'requestObjects'],
  },
  backchannel_user_code_parameter: {
    good: [true, false],
    bad: NOT_A_BOOLEAN,
    initially: false,
    needs: ['ciba'],
  },
  tls_client_auth_subject_dn: certificateSubject,
  tls_client_auth_san_dns: certificateSubject,
  tls_client_auth_san_uri: certificateSubject,
  tls_client_auth_san_ip: certificateSubject,
  tls_client_auth_san_email: certificateSubject,
  tls_client_certificate_bound_access_tokens: {
    good: [true, false],
    bad: NOT_A_BOOLEAN,
    initially: false,
    needs: ['mTLS'],
  },
  dpop_bound_access_tokens: { good: [true, false], bad: NOT_A_BOOLEAN, initially: false, needs: ['dPoP'] },
  web_message_uris: {
    good: [['https://rp.example.com'], []],
    bad: [...NOT_A_LIST, ['ftp://rp.example.com']],
    initially: [],
    needs: ['webMessageResponseMode'],
  },
}

const show = (value: unknown) =>
  (Array.isArray(value) ? `[${value}]` : `${JSON.stringify(value)}`).slice(0, 40)

/** Rows of the documented surface, with the properties they name; those of features to come are left out. */
const SURFACE: Readonly<Record<string, string>> = {
  F336: 'application_type',
  F337: 'client_id client_secret client_name client_uri logo_uri policy_uri tos_uri contacts',
  F338: 'client_id_issued_at client_secret_expires_at',
  F339: 'redirect_uris response_types grant_types',
  F340: 'post_logout_redirect_uris',
  F341: 'token_endpoint_auth_method token_endpoint_auth_signing_alg',
  F342: 'jwks jwks_uri',
  F343: 'subject_type sector_identifier_uri',
  F344: 'default_max_age require_auth_time default_acr_values',
  F345: 'initiate_login_uri',
  F346: 'scope',
  F347: 'id_token_signed_response_alg id_token_encrypted_response_alg id_token_encrypted_response_enc',
  F348: 'userinfo_signed_response_alg userinfo_encrypted_response_alg userinfo_encrypted_response_enc',
  F351: 'request_object_signing_alg request_object_encryption_alg request_object_encryption_enc',
  F352: 'request_uris',
  F353: 'require_signed_request_object',
  F354: 'require_pushed_authorization_requests',
  F360: 'web_message_uris',
}
const surfaceOf = (property: string): string =>
  Object.keys(SURFACE)
    .filter((row) => SURFACE[row]?.split(' ').includes(property))
    .map((row) => `${row} `)
    .join('')

describe('client metadata, property by property (RFC 7591 §2)', () => {
  it('A056 has a table row in this file for every property that is recognised', () => {
    expect([...rulesFor().properties.keys()].sort()).to.deep.equal(Object.keys(PROPERTIES).sort())
  })

  for (const [name, { good, bad, beside = {}, initially, needs = [] }] of Object.entries(PROPERTIES)) {
    describe(`${surfaceOf(name)}${name}`, () => {
      for (const value of bad) {
        it(`${caseOf(name)} refuses ${show(value)}, naming the property`, () => {
          const error = refused(webClient({ ...beside, [name]: value }))

          const code = name === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata'
          expect(error.message).to.equal(code)
          expect(error.error_description).to.match(new RegExp(`^${name} `))
        })
      }
      for (const value of good) {
        it(`${caseOf(name)} keeps ${show(value)}`, () => {
          expect(accepted(webClient({ ...beside, [name]: value }))[name]).to.deep.equal(value)
        })
      }
      if (!['client_id', 'client_secret', 'redirect_uris'].includes(name)) {
        it('J22 takes null for absent (RFC 7591 §2, RFC 7592 §2.2)', () => {
          expect(accepted(webClient({ [name]: null }))[name]).to.deep.equal(initially)
        })
        it(`A166 is ${show(initially)} when it is not given`, () => {
          expect(accepted(webClient())[name]).to.deep.equal(initially)
        })
        it('A059 comes from clientDefaults when it is not given', () => {
          const value = good[0]
          const rules = rulesFor({ clientDefaults: { ...beside, [name]: value } })

          expect(accepted(webClient(), rules)[name]).to.deep.equal(value)
        })
      }
      for (const feature of needs) {
        it(`A056 is dropped unread while ${feature} is off`, () => {
          const rules = rulesWith({ [feature]: { enabled: false } })

          expect(
            accepted(webClient({ [name]: bad[0], token_endpoint_auth_method: 'none' }), rules),
          ).not.to.have.property(name)
        })
      }
    })
  }

  for (const name of ['client_name', 'client_uri', 'logo_uri', 'policy_uri', 'tos_uri']) {
    it(`J22 takes a ${name} without anything in it for absent (RFC 7592 §2.2)`, () => {
      expect(accepted(webClient({ [name]: '' }))).not.to.have.property(name)
    })
  }

  for (const name of ['client_id', 'redirect_uris'] as const) {
    it(`J4 refuses metadata whose ${name} is null`, () => {
      expect(refused(webClient({ [name]: null })).error_description).to.equal(`${name} is mandatory property`)
    })
    it(`J4 refuses metadata without ${name}`, () => {
      expect(refused(webClient({ [name]: undefined })).error_description).to.equal(
        `${name} is mandatory property`,
      )
    })
  }

  it('J4 asks whether redirect_uris was meant where there is a redirect_uri', () => {
    const metadata = webClient({ redirect_uris: undefined, redirect_uri: 'https://rp.example.com/cb' })

    expect(refused(metadata).error_description).to.equal(
      'redirect_uris is mandatory property, and redirect_uri is none: did you mean redirect_uris?',
    )
  })

  it('J4 says that lists are empty where nobody signs in (RFC 7591 §2)', () => {
    const metadata = webClient({ redirect_uris: undefined, grant_types: ['client_credentials'] })

    expect(refused(metadata).error_description).to.equal(
      'redirect_uris is mandatory property, empty where nobody signs in: redirect_uris: [], response_types: []',
    )
  })

  const mTLS = { enabled: true, tlsClientAuth: true, certificateBoundAccessTokens: true }
  const switches: readonly [string, Readonly<Record<string, object>>, string][] = [
    ['mTLS.tlsClientAuth', { mTLS: { ...mTLS, tlsClientAuth: false } }, 'tls_client_auth_san_ip'],
    [
      'mTLS.certificateBoundAccessTokens',
      { mTLS: { ...mTLS, certificateBoundAccessTokens: false } },
      'tls_client_certificate_bound_access_tokens',
    ],
    ['requestObjects.requestUri', { requestObjects: { request: true } }, 'request_uris'],
    [
      'requestObjects.request',
      { requestObjects: { requestUri: true } },
      'backchannel_authentication_request_signing_alg',
    ],
  ]
  for (const [option, features, name] of switches) {
    it(`A190 does not recognise ${name} while ${option} is off`, () => {
      const rules = rulesWith(features)

      expect(rules.properties.has(name)).to.equal(false)
    })
  }

  it('A056 drops token_endpoint_auth_signing_alg when no method uses assertions', () => {
    const rules = rulesFor({ clientAuthMethods: ['none', 'client_secret_basic'] })

    expect(accepted(webClient({ token_endpoint_auth_signing_alg: 'RS256' }), rules)).not.to.have.property(
      'token_endpoint_auth_signing_alg',
    )
  })

  it('says which values are allowed', () => {
    expect(refused(webClient({ application_type: 'x' })).error_description).to.equal(
      "application_type must be one of 'web', 'native'",
    )
    expect(refused(webClient({ default_acr_values: ['x'] })).error_description).to.equal(
      "default_acr_values can only contain 'bronze', 'gold'",
    )
  })

  it('A060 makes pairwise the default subject type when it is the only one', () => {
    const typeOf = (...types: string[]) =>
      accepted(webClient(), rulesFor({ subjectTypes: types })).subject_type

    expect(typeOf('pairwise')).to.equal('pairwise')
    expect(typeOf('public')).to.equal('public')
    expect(typeOf('pairwise', 'public')).to.equal('public')
  })

  it('says so where the configuration has nothing to choose from', () => {
    expect(
      refused(webClient({ subject_type: 'pairwise' }), rulesFor({ subjectTypes: [] })).error_description,
    ).to.equal('subject_type must be one of nothing in this configuration')
  })

  it('J24 takes ten times as long for contacts that are ten times as long, and no longer', () => {
    const cost = (size: number) => {
      const rounds = Array.from({ length: 5 }, () => {
        const before = process.cpuUsage()
        refused(webClient({ contacts: [`${'a@'.repeat(size)}!`] }))
        refused(webClient({ contacts: Array.from({ length: size / 100 }, () => 'a.'.repeat(125)) }))
        return process.cpuUsage(before).user
      })
      return Math.min(...rounds)
    }
    cost(2_000)

    // Ten times squared is a hundred.
    expect(cost(200_000)).to.be.below(30 * Math.max(cost(20_000), 1_000))
  })

  it('accepts grant types registered after the rules were made', () => {
    const grantTypes = new Set(['authorization_code', CIBA])
    const rules = rulesFor({}, { grantTypes })
    grantTypes.add('urn:example:custom')

    const metadata = accepted(webClient({ grant_types: ['authorization_code', 'urn:example:custom'] }), rules)

    expect(metadata.grant_types).to.include('urn:example:custom')
  })
})
