import { expect } from 'chai'
import { DEFAULTS } from '../../lib/configuration/defaults.ts'
import { resolveConfiguration } from '../../lib/configuration/resolve.ts'
import { FEATURES } from '../../lib/features/index.ts'
import type { Configuration } from '../../types/configuration.ts'
import { recordingLogger } from './recording_logger.ts'

const resolve = (host: unknown, logger = recordingLogger()) =>
  // What JavaScript hosts may write is more than the types allow.
  resolveConfiguration(Object(host), [], logger)

/** Options of a cookie that a browser would ignore, or the cookie with them. */
const COOKIE_MISTAKES: readonly [option: string, value: unknown, text: string][] = [
  ['sameSite', 'relaxed', 'true, false or one of strict, lax, none'],
  ['sameSite', 'lax; domain=evil.example', 'true, false or one of'],
  ['sameSite', 1, 'true, false or one of'],
  ['priority', 'highest', 'one of low, medium, high'],
  ['domain', 'https://example.com', 'the name of a host'],
  ['domain', 'example.com:3000', 'the name of a host'],
  ['domain', 'example.com; path=/evil', 'the name of a host'],
  ['domain', ['example.com'], 'the name of a host'],
  ['path', '/a; domain=evil.example', "a path without ';'"],
  ['path', '/a\r\nset-cookie: a=b', "a path without ';'"],
  ...['httpOnly', 'overwrite', 'partitioned', 'secure', 'signed'].map((option): [string, unknown, string] => [
    option,
    'false',
    'true or false',
  ]),
]

const refused: readonly (readonly [title: string, host: unknown, message: RegExp])[] = [
  ['a configuration that is an array', [[]], /configuration must be an object/],
  ['A005 acrValues as a string', { acrValues: 'urn:mace' }, /acrValues must be an Array or a Set/],
  ['A005 scopes as a Map', { scopes: new Map() }, /scopes must be an Array or a Set/],
  [
    'A005 subjectTypes as an object',
    { subjectTypes: { public: true } },
    /subjectTypes must be an Array or a Set/,
  ],
  [
    'A005 clientAuthMethods as a string',
    { clientAuthMethods: 'none' },
    /clientAuthMethods must be an Array or a Set/,
  ],
  [
    'A005 extraParams as a string',
    { extraParams: 'ui' },
    /extraParams must be an Array, a Set, or an object/,
  ],
  [
    'A005 extraParams as a Map',
    { extraParams: new Map() },
    /extraParams must be an Array, a Set, or an object/,
  ],
  ['a scope that is no string', { scopes: [1] }, /scopes must contain non-empty strings/],
  ['a scope that is empty', { scopes: [''] }, /scopes must contain non-empty strings/],
  ['A006 claims that are neither null nor a list', { claims: { email: true } }, /claims\.email must be null/],
  [
    'A009 the response type token alone',
    { responseTypes: ['token'] },
    /responseTypes must not contain 'token'/,
  ],
  ['A009 the response type none combined', { responseTypes: ['code none'] }, /'none' cannot be combined/],
  ['A009 responseTypes as a Set', { responseTypes: new Set(['code']) }, /responseTypes must be an Array/],
  ['A010 a lifetime of 0', { ttl: { Session: 0 } }, /ttl\.Session must be a whole number of seconds above 0/],
  ['A010 a negative lifetime', { ttl: { Grant: -1 } }, /ttl\.Grant must be/],
  ['A010 a broken lifetime', { ttl: { IdToken: 1.5 } }, /ttl\.IdToken must be/],
  ['A010 a lifetime as text', { ttl: { IdToken: '60' } }, /ttl\.IdToken must be/],
  [
    'A010 A909 an async lifetime function',
    { ttl: { AccessToken: async () => 60 } },
    /ttl\.AccessToken must be a synchronous/,
  ],
  [
    'A010 a generator as lifetime function',
    { ttl: { AccessToken: function* () {} } },
    /ttl\.AccessToken must be a synchronous/,
  ],
  [
    'A012 an unknown purpose',
    { enabledJWA: { idTokenSigningAlgs: [] } },
    /enabledJWA\.idTokenSigningAlgs .* idTokenSigningAlgValues\?/,
  ],
  [
    'A012 an unknown algorithm',
    { enabledJWA: { idTokenSigningAlgValues: ['RS1'] } },
    /idTokenSigningAlgValues must not contain 'RS1'/,
  ],
  [
    'A012 the algorithm none',
    { enabledJWA: { userinfoSigningAlgValues: ['none'] } },
    /must not contain 'none'/,
  ],
  [
    'A012 a secret as DPoP key',
    { enabledJWA: { dPoPSigningAlgValues: ['HS256'] } },
    /dPoPSigningAlgValues must not contain 'HS256'/,
  ],
  [
    'A012 a signature as encryption',
    { enabledJWA: { idTokenEncryptionAlgValues: ['RS256'] } },
    /must not contain 'RS256'/,
  ],
  [
    'A014 no subject types',
    { subjectTypes: [] },
    /subjectTypes must contain at least one of public, pairwise/,
  ],
  ['A014 an unknown subject type', { subjectTypes: ['private'] }, /subjectTypes must not contain 'private'/],
  ['no way to authenticate', { clientAuthMethods: [] }, /clientAuthMethods must contain at least one/],
  [
    'certificates without features.mTLS',
    { clientAuthMethods: ['tls_client_auth'] },
    /must not contain 'tls_client_auth'/,
  ],
  [
    'A040 a static client without client_id',
    { clients: [{ client_id: 'a' }, { client_secret: 'x' }] },
    /clients must all have a client_id, and clients\[1\] has none$/,
  ],
  [
    'A040 a static client with the names that a Client has (RFC 7591 §2)',
    { clients: [{ clientId: 'a', redirectUris: ['https://a.example.com/cb'] }] },
    /clients\[0\] has none: write client_id, redirect_uris and so on/,
  ],
  [
    'A040 a static client twice',
    { clients: [{ client_id: 'a' }, { client_id: 'a' }] },
    /client_id 'a' twice/,
  ],
  ['no PKCE method', { pkce: { methods: [] } }, /pkce\.methods must contain at least one/],
  ['an async PKCE rule', { pkce: { required: async () => true } }, /pkce\.required must be a synchronous/],
  [
    'an async CORS rule, whose promise would allow everything',
    { clientBasedCORS: async () => false },
    /clientBasedCORS must be a synchronous/,
  ],
  [
    'A057 an async client metadata validator',
    { extraClientMetadata: { validator: async () => {} } },
    /validator must be a synchronous/,
  ],
  ['a boolean as text', { conformIdTokenClaims: 'false' }, /conformIdTokenClaims must be true or false/],
  ['a value where a function belongs', { issueRefreshToken: true }, /issueRefreshToken must be a function/],
  [
    'rotateRefreshToken as text',
    { rotateRefreshToken: 'yes' },
    /rotateRefreshToken must be true, false or a function/,
  ],
  [
    'a negative clockTolerance',
    { clockTolerance: -1 },
    /clockTolerance must be a number of seconds, 0 or more/,
  ],
  ['a negative refreshTokenReuseWindow', { refreshTokenReuseWindow: -1 }, /refreshTokenReuseWindow must be/],
  ['a storageTimeout of 0', { storageTimeout: 0 }, /storageTimeout must be a number of seconds, above 0/],
  [
    'a storageTimeout no timer can keep',
    { storageTimeout: Number.POSITIVE_INFINITY },
    /storageTimeout must be/,
  ],
  [
    'an endless response body',
    { fetchResponseBodyLimits: { jwks_uri: Number.POSITIVE_INFINITY } },
    /jwks_uri must be a whole number/,
  ],
  [
    'guessable tokens (RFC 6749 §10.10)',
    { formats: { bitsOfOpaqueRandomness: 64 } },
    /bitsOfOpaqueRandomness must be a whole number, at least 128/,
  ],
  [
    'a route that is no path',
    { routes: { token: 'token' } },
    /routes\.token must be a path that starts with '\/'/,
  ],
  ['a list of keys', { jwks: [] }, /jwks must be a JSON Web Key Set: \{ keys: \[...\] \}/],
  ['a key set without keys', { jwks: { keys: [] } }, /jwks must be a JSON Web Key Set/],
  [
    'an adapter that is an object',
    { adapter: {} },
    /adapter must be a function: a class, or one that makes adapters, such as sqliteAdapter/,
  ],
  [
    'cookie keys as text',
    { cookies: { keys: 'secret' } },
    /cookies\.keys must be an Array of secrets or a Keygrip/,
  ],
  ['options of cookies that are text', { cookies: { long: 'strict' } }, /cookies\.long must be an object/],
  ['names of cookies that are text', { cookies: { names: 'op' } }, /cookies\.names must be an object/],
  ['an empty cookie key', { cookies: { keys: [''] } }, /cookies\.keys must contain non-empty strings/],
  [
    'signed cookies without keys',
    { cookies: { long: { signed: true } } },
    /cookies\.long\.signed needs cookies\.keys/,
  ],
  [
    'two cookies of one name',
    { cookies: { names: { resume: '_session' } } },
    /cookies\.names must give each cookie a name/,
  ],
  [
    'a cookie name with a space',
    { cookies: { names: { session: 'my session' } } },
    /cookies\.names\.session must be a cookie name/,
  ],
  ...(['long', 'short'] as const).flatMap((kind) =>
    COOKIE_MISTAKES.map(
      ([option, value, text]) =>
        [
          `cookies.${kind}.${option} that is ${JSON.stringify(value)} (RFC 6265bis §4.1)`,
          { cookies: { [kind]: { [option]: value } } },
          new RegExp(`cookies\\.${kind}\\.${option} must be ${text}`),
        ] as const,
    ),
  ),
  [
    'A913 a logger that cannot warn',
    { logger: { info() {}, error() {} } },
    /logger must have the functions info, warn and error/,
  ],
]

describe('configuration', () => {
  describe('refuses', () => {
    for (const [title, host, message] of refused) {
      it(title, () => {
        expect(() => resolve(Array.isArray(host) ? host[0] : host)).to.throw(TypeError, message)
      })
    }
  })

  it('that is left out has all defaults', () => {
    expect(resolveConfiguration(undefined, [], recordingLogger())).to.include({ clockTolerance: 15 })
  })

  for (const group of [
    'clientSecretThrottle',
    'extraClientMetadata',
    'fetchResponseBodyLimits',
    'formats',
    'interactions',
    'pkce',
    'routes',
    'ttl',
  ] as const) {
    it(`the group ${group} has a default for each member that is left out`, () => {
      expect(resolve({ [group]: {} })[group]).to.have.all.keys(...Object.keys(DEFAULTS[group]))
    })
  }

  describe('unknown options', () => {
    const unknown: readonly [title: string, host: object, notice: string][] = [
      [
        'A002 names the nearest top-level option',
        { cliens: [] },
        'cliens is not known and does nothing, did you mean clients?',
      ],
      [
        'names the nearest option inside a group',
        { cookies: { name: {} } },
        'cookies.name is not known and does nothing, did you mean cookies.names?',
      ],
      [
        'names the nearest option of what holds back guesses at client secrets',
        { clientSecretThrottle: { attempt: 3 } },
        'clientSecretThrottle.attempt is not known and does nothing, did you mean clientSecretThrottle.attempts?',
      ],
      [
        'names the nearest name of a cookie',
        { cookies: { names: { sesion: 'sid' } } },
        'cookies.names.sesion is not known and does nothing, did you mean cookies.names.session?',
      ],
      ...(['long', 'short'] as const).map((kind): [title: string, host: object, notice: string] => [
        `names the nearest option of cookies.${kind}`,
        { cookies: { [kind]: { samesite: 'strict' } } },
        `cookies.${kind}.samesite is not known and does nothing, did you mean cookies.${kind}.sameSite?`,
      ]),
      [
        'names the nearest customizer',
        { formats: { customizers: { jwts: () => {} } } },
        'formats.customizers.jwts is not known and does nothing, did you mean formats.customizers.jwt?',
      ],
      [
        'names the nearest lifetime',
        { ttl: { Sesion: 1 } },
        'ttl.Sesion is not known and does nothing, did you mean ttl.Session?',
      ],
      ['suggests nothing where nothing is near', { zzzzzz: 1 }, 'zzzzzz is not known and does nothing'],
    ]
    for (const [title, host, notice] of unknown) {
      it(title, () => {
        const logger = recordingLogger()

        resolve(host, logger)

        expect(logger.infos).to.deep.equal([`NOTICE: the option ${notice}`])
      })
    }

    for (const [name, place] of [
      ['postLogoutSuccessSource', 'features.rpInitiatedLogout.postLogoutSuccessSource'],
      ['dPoP', 'features.dPoP'],
    ] as const) {
      it(`says that ${name} belongs to ${place}`, () => {
        const logger = recordingLogger()

        resolveConfiguration(Object({ [name]: {} }), FEATURES, logger)

        expect(logger.infos).to.deep.equal([
          `NOTICE: the option ${name} is not known and does nothing, did you mean ${place}?`,
        ])
      })
    }

    it('are not reported for what cookies can have, and for the name of a cookie that version 8 had', () => {
      const logger = recordingLogger()
      const option = {
        domain: 'a.example',
        maxAge: 1,
        expires: new Date(0),
        path: '/',
        secure: true,
        priority: 'high',
      }

      resolve({ cookies: { long: option, short: { partitioned: true }, names: { state: '_state' } } }, logger)

      expect(logger.infos).to.deep.equal([])
    })

    it('are not reported for lifetimes of the host, whose names are far from ours', () => {
      const logger = recordingLogger()

      resolve({ ttl: { Invitation: 3600, PasswordReset: 60, Token: 60 } }, logger)

      expect(logger.infos).to.deep.equal([])
    })

    it('are not reported for documented options', () => {
      const logger = recordingLogger()

      resolve({ ...DEFAULTS, features: {}, logger }, logger)

      expect(logger.infos).to.deep.equal([])
    })
  })

  describe('defaults', () => {
    it('are those of the documented options', () => {
      const {
        clientAuthMethods,
        clockTolerance,
        conformIdTokenClaims,
        pkce,
        responseTypes,
        scopes,
        subjectTypes,
        routes,
      } = resolve(undefined)

      expect([...clientAuthMethods]).to.deep.equal([
        'client_secret_basic',
        'client_secret_jwt',
        'client_secret_post',
        'private_key_jwt',
        'none',
      ])
      expect(clockTolerance).to.equal(15)
      expect(conformIdTokenClaims).to.equal(true)
      expect(pkce.methods).to.deep.equal(['S256'])
      expect(responseTypes).to.deep.equal(['code id_token', 'code', 'id_token', 'none'])
      expect([...scopes]).to.deep.equal(['openid', 'offline_access'])
      expect([...subjectTypes]).to.deep.equal(['public'])
      expect(routes).to.include({ authorization: '/auth', token: '/token', userinfo: '/me', jwks: '/jwks' })
    })

    it('A197 that are true stay true', () => {
      const resolved = resolve({})

      expect(resolved.allowOmittingSingleRegisteredRedirectUri).to.equal(true)
      expect(resolved.enableHttpPostMethods).to.equal(true)
    })

    it('fill in the members of a group that are not set', () => {
      const { cookies, routes, clientDefaults, discovery } = resolve({
        cookies: { long: { secure: true }, names: { session: 'sid' } },
        routes: { token: '/t', jwks: undefined },
        clientDefaults: { response_types: ['id_token'] },
        discovery: { op_tos_uri: 'https://op.example.com/tos' },
      })

      expect(cookies.long).to.include({ secure: true, httpOnly: true, overwrite: true, sameSite: 'none' })
      expect(cookies.names).to.deep.equal({
        session: 'sid',
        interaction: '_interaction',
        resume: '_interaction_resume',
      })
      expect(routes).to.include({ token: '/t', jwks: '/jwks' })
      expect(clientDefaults).to.deep.include({
        response_types: ['id_token'],
        grant_types: ['authorization_code'],
      })
      expect(discovery).to.deep.include({
        op_tos_uri: 'https://op.example.com/tos',
        claim_types_supported: ['normal'],
      })
    })

    it('stand for options that are undefined', () => {
      expect(
        resolve({ clockTolerance: undefined, ttl: undefined, pkce: { required: undefined } }),
      ).to.deep.include({
        clockTolerance: 15,
        pkce: DEFAULTS.pkce,
      })
    })
  })

  it('A911 leaves the object of the host as it was, and does not depend on it afterwards', () => {
    const frozen = (value: object): object => {
      for (const member of Object.values(value))
        if (typeof member === 'object' && member !== null) frozen(member)
      return Object.freeze(value)
    }
    const host: Configuration = {
      claims: { email: ['email'] },
      clients: [{ client_id: 'web' }],
      cookies: { keys: ['secret'], long: { maxAge: 5 } },
      features: { deviceFlow: { mask: '**' } },
      responseTypes: ['code'],
      ttl: { Session: Number.POSITIVE_INFINITY, InitialAccessToken: null },
    }
    const before = structuredClone(host)
    frozen(host)

    resolve(host)

    expect(host).to.deep.equal(before)
  })

  it('A911 does not freeze what belongs to the host', () => {
    const keys = ['secret']
    const client = { client_id: 'web' }
    const host = { cookies: { keys }, clients: [client], ttl: {}, features: { ciba: {} } }

    resolve(host)

    for (const own of [
      host,
      host.cookies,
      keys,
      host.clients,
      client,
      host.ttl,
      host.features,
      host.features.ciba,
    ]) {
      expect(Object.isFrozen(own)).to.equal(false)
    }
  })

  describe('scopes and claims (OpenID Connect Core 1.0 §5.4)', () => {
    const { scopes, claims, claimNames } = resolve({
      claims: {
        email: ['email', 'email_verified'],
        phone: { phone_number: null },
        locale: null,
        openid: ['urn:x'],
      },
    })

    it('A006 makes every key of claims that holds a list a scope', () => {
      expect([...scopes]).to.have.members(['openid', 'offline_access', 'email', 'phone'])
      expect(claims.get('phone')).to.deep.equal(['phone_number'])
    })

    it('A006 keeps sub in openid', () => {
      expect(claims.get('openid')).to.deep.equal(['sub', 'urn:x'])
    })

    it('A006 knows every claim, in a scope or not', () => {
      expect([...claimNames]).to.have.members([
        'auth_time',
        'iss',
        'sub',
        'urn:x',
        'sid',
        'email',
        'email_verified',
        'phone_number',
        'locale',
      ])
    })

    it('A007 offers acr only where there are acrValues', () => {
      expect(claimNames.has('acr')).to.equal(false)
      expect(resolve({ acrValues: new Set(['1']) }).claimNames.has('acr')).to.equal(true)
    })
  })

  it('A009 puts the words of response types in order and drops repetitions', () => {
    const { responseTypes } = resolve({
      responseTypes: ['token id_token', 'id_token token', 'id_token token code'],
    })

    expect(responseTypes).to.deep.equal(['id_token token', 'code id_token token'])
  })

  describe('lifetimes', () => {
    it('A011 never end with Infinity', () => {
      const ttl = { RefreshToken: Number.POSITIVE_INFINITY }

      expect(resolve({ ttl }).ttl.RefreshToken).to.equal(undefined)
    })

    it('A910 have their default when undefined', () => {
      expect(resolve({ ttl: { Session: undefined } }).ttl.Session).to.equal(1209600)
    })

    it('A010 may be computed', () => {
      const AccessToken = () => 5

      expect(resolve({ ttl: { AccessToken } }).ttl.AccessToken).to.equal(AccessToken)
    })
  })

  describe('algorithms and client authentication (OpenID Connect Core 1.0 §9)', () => {
    const cases: readonly [title: string, host: object, missing: string, left: readonly string[]][] = [
      [
        'A012 without HMAC there is no client_secret_jwt',
        { enabledJWA: { clientAuthSigningAlgValues: ['RS256'] } },
        'client_secret_jwt',
        ['RS256'],
      ],
      [
        'A012 with HMAC alone there is no private_key_jwt',
        { enabledJWA: { clientAuthSigningAlgValues: ['HS256'] } },
        'private_key_jwt',
        ['HS256'],
      ],
      [
        'A012 without client_secret_jwt there is no HMAC',
        { clientAuthMethods: ['private_key_jwt'] },
        'client_secret_jwt',
        ['RS256', 'PS256', 'ES256', 'EdDSA'],
      ],
      [
        'A012 without private_key_jwt there is HMAC alone',
        { clientAuthMethods: new Set(['client_secret_jwt']) },
        'private_key_jwt',
        ['HS256'],
      ],
    ]
    for (const [title, host, missing, left] of cases) {
      it(title, () => {
        const { clientAuthMethods, enabledJWA } = resolve(host)

        expect([...clientAuthMethods]).to.not.include(missing)
        expect(enabledJWA.clientAuthSigningAlgValues).to.deep.equal(left)
      })
    }

    it('takes both names of Ed25519 signatures (RFC 9864 §2.2)', () => {
      const values = ['EdDSA', 'Ed25519']

      expect(
        resolve({ enabledJWA: { idTokenSigningAlgValues: values } }).enabledJWA.idTokenSigningAlgValues,
      ).to.deep.equal(values)
    })
  })

  describe('cookies (RFC 6265)', () => {
    it('A015 live as long as ttl says, not maxAge or expires', () => {
      const { cookies } = resolve({
        cookies: { long: { maxAge: 1, expires: new Date() }, short: { maxAge: 1 } },
      })

      expect(cookies.long).to.not.have.any.keys('maxAge', 'expires')
      expect(cookies.short).to.not.have.any.keys('maxAge', 'expires')
    })

    it('A192 are signed where there are keys, unless told otherwise', () => {
      const { cookies } = resolve({ cookies: { keys: ['secret'], short: { signed: false } } })

      expect(cookies.long.signed).to.equal(true)
      expect(cookies.short.signed).to.equal(false)
      expect(resolve({}).cookies.long.signed).to.equal(false)
    })

    it('take names in any case, and nothing where JavaScript says null or an empty text', () => {
      const host = JSON.parse(
        '{ "long": { "sameSite": "Lax", "priority": "HIGH", "domain": null }, "short": { "sameSite": null, "path": "" } }',
      )
      const { cookies } = resolve({ cookies: host })

      expect(cookies.long).to.deep.include({ sameSite: 'lax', priority: 'high' })
      expect(cookies.long).to.not.have.property('domain')
      expect(cookies.short).to.not.have.any.keys('sameSite', 'path')
    })

    it('take a Keygrip instance as it is', () => {
      const keys = { sign: () => '', verify: () => true, index: () => 0 }

      const { cookies } = resolve({ cookies: { keys } })

      expect(cookies.keys).to.equal(keys)
      expect(cookies.long.signed).to.equal(true)
    })
  })

  describe('extra parameters', () => {
    const validator = () => undefined
    const forms: readonly [title: string, extraParams: unknown, expected: readonly [string, unknown][]][] = [
      ['an Array', ['ui'], [['ui', undefined]]],
      ['a Set', new Set(['ui']), [['ui', undefined]]],
      [
        'an object of validators',
        { ui: null, theme: validator },
        [
          ['ui', undefined],
          ['theme', validator],
        ],
      ],
    ]
    for (const [title, extraParams, expected] of forms) {
      it(`may be ${title}`, () => {
        expect([...resolve({ extraParams }).extraParams]).to.deep.equal(expected)
      })
    }
  })

  describe('subject types (OpenID Connect Core 1.0 §8)', () => {
    it('A060 make pairwise the default of clients where it is the only one', () => {
      expect(resolve({ subjectTypes: ['pairwise'] }).clientDefaults['subject_type']).to.equal('pairwise')
      expect(resolve({ subjectTypes: ['pairwise', 'public'] }).clientDefaults).to.not.have.property(
        'subject_type',
      )
    })

    it('A905 warn where pairwise is enabled with the default pairwiseIdentifier', () => {
      const [careless, careful, unaffected] = [recordingLogger(), recordingLogger(), recordingLogger()]

      resolve({ subjectTypes: ['public', 'pairwise'] }, careless)
      resolve({ subjectTypes: ['pairwise'], pairwiseIdentifier: () => 'x' }, careful)
      resolve({}, unaffected)

      expect(careless.warnings)
        .to.have.lengthOf(1)
        .and.match(/differ between machines/)
      expect(careful.warnings).to.deep.equal([])
      expect(unaffected.warnings).to.deep.equal([])
    })
  })

  it('A913 tells the logger of the host, not the console', () => {
    const logger = recordingLogger()

    const resolved = resolveConfiguration({ logger, ...{ cliens: [] } }, [])

    expect(logger.infos).to.have.lengthOf(1)
    expect(resolved.logger).to.equal(logger)
  })
})
