import { expect } from 'chai'
import { ecPair, ed25519Pair, rsaPair } from '../../support/key_pair.ts'
import { accepted, CIBA, DEVICE, refused, rulesFor, rulesWith, webClient } from './client_rules.ts'

const PUBLIC = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
const JWKS = { keys: [PUBLIC] }
const JWKS_URI = 'https://rp.example.com/jwks'
const IMPLICIT = { grant_types: ['implicit'], response_types: ['id_token'] }
const HYBRID = { grant_types: ['authorization_code', 'implicit'], response_types: ['code id_token'] }
const MACHINE = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] }

type Case = readonly [title: string, properties: object, description: RegExp]

function itRefuses(cases: readonly Case[], code = 'invalid_client_metadata'): void {
  for (const [title, properties, description] of cases) {
    it(title, () => {
      const error = refused(webClient(properties))

      expect(error.error_description).to.match(description)
      expect(error.message).to.equal(code)
    })
  }
}

function itAccepts(cases: readonly (readonly [title: string, properties: object])[]): void {
  for (const [title, properties] of cases) {
    it(title, () => {
      expect(accepted(webClient(properties))).to.deep.include(properties)
    })
  }
}

describe('grant types and response types of a client (RFC 7591 §2.1)', () => {
  itRefuses([
    [
      'A043 refuses authorization_code without response types',
      { response_types: [] },
      /^response_types must contain members/,
    ],
    [
      'A043 refuses implicit without response types',
      { ...IMPLICIT, response_types: [] },
      /^response_types must contain members/,
    ],
    [
      'A043 refuses code without authorization_code',
      { grant_types: ['implicit'], response_types: ['code'] },
      /^grant_types must contain 'authorization_code'/,
    ],
    [
      'A043 refuses code id_token without authorization_code',
      { ...HYBRID, grant_types: ['implicit'] },
      /^grant_types must contain 'authorization_code'/,
    ],
    [
      'A043 refuses id_token without implicit',
      { response_types: ['id_token'] },
      /^grant_types must contain 'implicit'/,
    ],
    [
      'A043 refuses code id_token without implicit',
      { response_types: ['code id_token'] },
      /^grant_types must contain 'implicit'/,
    ],
    [
      'A043 refuses the default response type of a machine client, and says what it has to have',
      { redirect_uris: [], grant_types: ['client_credentials'] },
      /^grant_types must contain.*; where nobody signs in response_types is \[\]$/,
    ],
    [
      'A042 refuses a CIBA client without delivery mode',
      { ...MACHINE, grant_types: [CIBA] },
      /^backchannel_token_delivery_mode is mandatory/,
    ],
    [
      'A042 refuses a CIBA client that is pinged nowhere',
      { ...MACHINE, grant_types: [CIBA], backchannel_token_delivery_mode: 'ping' },
      /^backchannel_client_notification_endpoint is mandatory/,
    ],
  ])
  itRefuses(
    [
      [
        'A043 J4 refuses response types without redirect URIs',
        { redirect_uris: [] },
        /^redirect_uris must contain members/,
      ],
    ],
    'invalid_redirect_uri',
  )
  itAccepts([
    ['A042 accepts a machine client without redirect URIs and response types', MACHINE],
    ['A042 accepts a resource server without any grant', { ...MACHINE, grant_types: [] }],
    [
      'A042 accepts a device client without redirect URIs',
      { ...MACHINE, grant_types: [DEVICE], token_endpoint_auth_method: 'none' },
    ],
    [
      'A042 accepts a polling CIBA client',
      { ...MACHINE, grant_types: [CIBA], backchannel_token_delivery_mode: 'poll' },
    ],
    [
      'A042 accepts a CIBA client that is pinged',
      {
        ...MACHINE,
        grant_types: [CIBA],
        backchannel_token_delivery_mode: 'ping',
        backchannel_client_notification_endpoint: 'https://rp.example.com/ping',
      },
    ],
    ['A043 accepts the hybrid flow', HYBRID],
  ])

  it('A38 keeps response types in one order of words, each once', () => {
    const given = ['id_token code', 'code id_token', 'token id_token code']

    expect(accepted(webClient({ ...HYBRID, response_types: given })).response_types).to.deep.equal([
      'code id_token',
      'code id_token token',
    ])
  })
})

describe('redirect URIs of a client (OpenID Connect Dynamic Client Registration 1.0 §2, RFC 8252)', () => {
  const NATIVE = { application_type: 'native' }
  const bad: readonly [string, object, string, RegExp][] = [
    ['J5 A047', {}, 'https://rp.example.com/cb#x', /fragments/],
    ['J5 A047', {}, 'https://rp.example.com/cb#', /fragments/],
    ['J7', {}, 'https://user:pw@rp.example.com/cb', /user names/],
    ['J7', {}, 'https://@rp.example.com/cb', /user names/],
    ['J7', {}, 'https://rp.example.com/\r\ncb', /absolute URIs of visible ASCII/],
    ['J7', {}, 'https://rp.example.com/\tcb', /visible ASCII/],
    ['J7', {}, 'https://rp.example.com/\u0000cb', /visible ASCII/],
    ['J7', {}, ' https://rp.example.com/cb', /visible ASCII/],
    ['J7', {}, 'https://rp.example.com/é', /visible ASCII/],
    ['J7', {}, 'https://rp.exämple.com/cb', /visible ASCII/],
    ['J7', {}, 'https://rp.example.com\\cb', /backslashes/],
    ['J7', {}, 'https://*.example.com/cb', /wildcards/],
    ['J7', {}, 'https://%2a.example.com/cb', /wildcards/],
    ['J7', {}, 'https:rp.example.com/cb', /absolute URIs/],
    ['J7', {}, 'https:///rp.example.com/cb', /absolute URIs/],
    ['J7', {}, 'https://', /absolute URIs/],
    ['J7', {}, '//rp.example.com/cb', /absolute URIs/],
    ['J7', {}, '/cb', /absolute URIs/],
    ['A046', {}, 'com.example.app:/cb', /web clients must only contain http and https/],
    ['A046 A21', {}, 'javascript:alert(1)', /web clients must only contain http and https/],
    ['A046 A21', {}, 'data:text/html,x', /web clients must only contain http and https/],
    ['J8 A046', IMPLICIT, 'http://rp.example.com/cb', /implicit grant must only contain https/],
    ['J8 A046', IMPLICIT, 'https://localhost/cb', /must not use localhost/],
    ['J8 A046', IMPLICIT, 'https://LOCALHOST:8443/cb', /must not use localhost/],
    [
      'J8 A046',
      NATIVE,
      'http://rp.example.com/cb',
      /native clients must only contain http URIs with the host/,
    ],
    ['J8 A046', NATIVE, 'http://127.1/cb', /native clients must only contain http URIs with the host/],
    ['J8 A046', NATIVE, 'http://127.0.0.1.evil.example/cb', /with the host/],
    ['A046', NATIVE, 'https://localhost/cb', /https URIs of loopback hosts/],
    ['A046', NATIVE, 'https://127.0.0.1/cb', /https URIs of loopback hosts/],
    ['A046', NATIVE, 'https://0x7f.1/cb', /https URIs of loopback hosts/],
    ['A046', NATIVE, 'https://[::1]/cb', /https URIs of loopback hosts/],
    ['A046', { ...NATIVE, ...IMPLICIT }, 'myapp:/cb', /implicit grant must use custom schemes with a dot/],
    ['A046 A21', NATIVE, 'javascript:alert(1)', /must not use javascript:/],
    ['A046 A21', NATIVE, 'JavaScript:alert(1)', /must not use javascript:/],
    ['A046', NATIVE, 'urn:ietf:wg:oauth:2.0:oob', /must not use urn:/],
  ]
  for (const [ids, client, uri, problem] of bad) {
    const kind = Object.values(client).flat().join(' ') || 'web'
    it(`${ids} refuses ${JSON.stringify(uri)} of a client that is ${kind}`, () => {
      const error = refused(webClient({ ...client, redirect_uris: ['https://rp.example.com/cb', uri] }))

      expect(error.message).to.equal('invalid_redirect_uri')
      expect(error.error_description)
        .to.match(/^redirect_uris /)
        .and.match(problem)
    })

    it(`${ids} refuses ${JSON.stringify(uri)} after logout as well, of a client that is ${kind}`, () => {
      const error = refused(webClient({ ...client, post_logout_redirect_uris: [uri] }))

      expect(error.message).to.equal('invalid_client_metadata')
      expect(error.error_description)
        .to.match(/^post_logout_redirect_uris /)
        .and.match(problem)
    })
  }

  itAccepts([
    ['A046 accepts http of a web client with the code flow', { redirect_uris: ['http://rp.example.com/cb'] }],
    [
      'A046 accepts localhost of a web client with the code flow',
      { redirect_uris: ['http://localhost:3000/cb'] },
    ],
    [
      'A046 accepts https of a web client with the implicit flow',
      { ...IMPLICIT, redirect_uris: ['https://rp.example.com/cb'] },
    ],
    [
      'A046 accepts loopback, https and dotted schemes of a native client',
      {
        ...NATIVE,
        redirect_uris: [
          'http://127.0.0.1/cb',
          'http://[::1]:80/cb',
          'http://localhost/',
          'https://app.example.com/',
          'com.example:/cb',
        ],
      },
    ],
  ])

  it('J7 leaves wildcards to a host that validates redirect_uris itself', () => {
    const rules = rulesFor({ extraClientMetadata: { properties: ['redirect_uris'] } })
    const given = webClient({ redirect_uris: ['https://*.example.com/cb'] })

    expect(accepted(given, rules).redirect_uris).to.deep.equal(given['redirect_uris'])
    expect(refused(webClient({ redirect_uris: ['https://*.example.com/#'] }), rules).message).to.equal(
      'invalid_redirect_uri',
    )
  })
})

describe('keys and secrets of a client (RFC 7591 §2, OpenID Connect Core 1.0 §10)', () => {
  const rsa = (bits: number, exponent = 65537) =>
    rsaPair(bits, exponent).publicKey.export({
      format: 'jwk',
    })
  const strong = rsa(2048)
  const pair = ed25519Pair()
  const ec = ecPair('P-521')

  const badSets: readonly [string, string, unknown, RegExp][] = [
    ['J11', 'a private RSA key', rsaPair().privateKey.export({ format: 'jwk' }), /public keys/],
    ['J11', 'a private OKP key', pair.privateKey.export({ format: 'jwk' }), /public keys/],
    ['J11', 'a private EC key', ec.privateKey.export({ format: 'jwk' }), /public keys/],
    ['J11', 'a symmetric key', { kty: 'oct', k: 'c2VjcmV0' }, /public keys/],
    ['J11', 'a symmetric key without value', { kty: 'oct' }, /public keys/],
    ['J11', 'an undefined private member', { ...PUBLIC, d: undefined }, /public keys/],
    ['J11 X22', 'an RSA key of 512 bits', rsa(512), /2048 to 8192 bits/],
    ['J11 X22', 'an RSA key of 1024 bits', rsa(1024), /2048 to 8192 bits/],
    [
      'X22',
      'an RSA key of 2047 bits',
      { ...strong, n: Buffer.alloc(256, 0x7f).toString('base64url') },
      /2048 to 8192 bits/,
    ],
    [
      'X22',
      'an RSA key of 16384 bits',
      { ...strong, n: Buffer.alloc(2048, 0xff).toString('base64url') },
      /8192 bits/,
    ],
    [
      'X22',
      'an RSA key filled up with zeros',
      { ...strong, n: Buffer.concat([Buffer.alloc(200), Buffer.alloc(100, 0xff)]).toString('base64url') },
      /2048 to/,
    ],
    ['X22', 'an RSA exponent of 1', { ...strong, e: 'AQ' }, /odd exponent above 1/],
    ['X22', 'an RSA exponent of 0', { ...strong, e: 'AA' }, /odd exponent above 1/],
    ['X22', 'an even RSA exponent', { ...strong, e: 'AQAA' }, /odd exponent above 1/],
    ['J11 X22', 'an RSA modulus of zeros', { ...strong, n: 'A'.repeat(342) }, /2048 to 8192 bits/],
    ['X22', 'an RSA exponent of 2048 bits', { ...strong, e: strong.n }, /RSA keys/],
    ['X22', 'an RSA key without modulus', { ...strong, n: undefined }, /RSA keys/],
    ['J11', 'an RSA modulus in standard base64', { ...strong, n: `${'A'.repeat(342)}+/` }, /RSA keys/],
    ['J11', 'an OKP key without x', { ...PUBLIC, x: undefined }, /whole keys/],
    ['J11', 'an EC key without y', { ...ec.publicKey.export({ format: 'jwk' }), y: undefined }, /whole keys/],
    [
      'J11',
      'an EC key whose x is a number',
      { ...ec.publicKey.export({ format: 'jwk' }), x: 1 },
      /whole keys/,
    ],
    ['X12', 'a kid that is a number', { ...PUBLIC, kid: 1 }, /kid values/],
    ['X12', 'a kid that is an object', { ...PUBLIC, kid: {} }, /kid values/],
    ['X12', 'a kid of 8 KB', { ...PUBLIC, kid: 'x'.repeat(8192) }, /kid values/],
  ]
  for (const [ids, title, key, problem] of badSets) {
    it(`${ids} refuses ${title}`, () => {
      const error = refused(webClient({ jwks: { keys: [PUBLIC, key] } }))

      expect(error.message).to.equal('invalid_client_metadata')
      expect(error.error_description)
        .to.match(/^jwks must /)
        .and.match(problem)
    })
  }

  itRefuses([
    [
      'J11 refuses one kid for two keys',
      {
        jwks: {
          keys: [
            { ...PUBLIC, kid: 'a' },
            { ...strong, kid: 'a' },
          ],
        },
      },
      /^jwks must not use one kid/,
    ],
    [
      'J11 refuses more than 100 keys',
      { jwks: { keys: Array(101).fill(PUBLIC) } },
      /^jwks must have at most 100 keys/,
    ],
    [
      'J12 A044 refuses jwks beside jwks_uri',
      { jwks: JWKS, jwks_uri: JWKS_URI },
      /^jwks and jwks_uri must not be used at the same time/,
    ],
    [
      'A044 refuses private_key_jwt without keys',
      { token_endpoint_auth_method: 'private_key_jwt' },
      /^jwks or jwks_uri is mandatory/,
    ],
    [
      'A044 refuses private_key_jwt with an empty key set',
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } },
      /^jwks must contain a key/,
    ],
    [
      'A044 refuses self_signed_tls_client_auth without keys',
      { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
      /^jwks or jwks_uri is mandatory/,
    ],
    [
      'A044 refuses encryption to a public key without keys',
      { id_token_encrypted_response_alg: 'RSA-OAEP' },
      /^jwks or jwks_uri is mandatory/,
    ],
    [
      'A044 refuses signed request objects without keys',
      { request_object_signing_alg: 'ES256' },
      /^jwks or jwks_uri is mandatory/,
    ],
    [
      'A044 refuses signed CIBA requests without keys',
      { backchannel_authentication_request_signing_alg: 'ES256' },
      /^jwks or jwks_uri is mandatory/,
    ],
    [
      'J14 refuses jwks_uri over http',
      { jwks_uri: 'http://rp.example.com/jwks' },
      /^jwks_uri must be a https URI/,
    ],
    [
      'J14 refuses jwks_uri over http on a loopback host',
      { jwks_uri: 'http://127.0.0.1/jwks' },
      /^jwks_uri must be a https URI/,
    ],
    ...['id_token', 'userinfo', 'introspection', 'authorization'].map(
      (use): Case => [
        `J18 refuses enc of ${use} without alg`,
        { [`${use}_encrypted_response_enc`]: 'A256GCM' },
        new RegExp(`^${use}_encrypted_response_alg is mandatory property when ${use}_encrypted_response_enc`),
      ],
    ),
    [
      'J17 refuses unsigned ID Tokens of a client one of whose response types brings them through the browser',
      {
        id_token_signed_response_alg: 'none',
        response_types: ['code', 'code id_token'],
        grant_types: ['authorization_code', 'implicit'],
      },
      /^id_token_signed_response_alg must not be 'none' when 'id_token' is amongst response_types/,
    ],
    [
      'J18 refuses enc of request objects without alg',
      { request_object_encryption_enc: 'A256GCM' },
      /^request_object_encryption_alg is mandatory/,
    ],
    [
      'A045 refuses encrypted UserInfo that is not signed',
      { userinfo_encrypted_response_alg: 'RSA-OAEP', jwks: JWKS },
      /^userinfo_signed_response_alg is mandatory/,
    ],
    [
      'A066 refuses HS256 with private_key_jwt',
      { token_endpoint_auth_method: 'private_key_jwt', jwks: JWKS, token_endpoint_auth_signing_alg: 'HS256' },
      /^token_endpoint_auth_signing_alg must not be an HMAC/,
    ],
    [
      'A066 refuses RS256 with client_secret_jwt',
      { token_endpoint_auth_method: 'client_secret_jwt', token_endpoint_auth_signing_alg: 'RS256' },
      /^token_endpoint_auth_signing_alg must be an HMAC/,
    ],
    [
      'J17 refuses an unsigned ID Token in the implicit flow',
      { ...IMPLICIT, id_token_signed_response_alg: 'none' },
      /^id_token_signed_response_alg must not be 'none'/,
    ],
    [
      'J17 refuses an unsigned ID Token in the hybrid flow',
      { ...HYBRID, id_token_signed_response_alg: 'none' },
      /^id_token_signed_response_alg must not be 'none'/,
    ],
    [
      'J17 refuses unsigned logout tokens',
      { id_token_signed_response_alg: 'none', backchannel_logout_uri: 'https://rp.example.com/' },
      /^id_token_signed_response_alg must not be 'none'/,
    ],
    [
      'L18 refuses a backchannel_logout_uri with a fragment',
      { backchannel_logout_uri: 'https://rp.example.com/logout#x' },
      /^backchannel_logout_uri must not have a fragment/,
    ],
    [
      'L18 refuses a backchannel_logout_uri with an empty fragment',
      { backchannel_logout_uri: 'https://rp.example.com/logout#' },
      /^backchannel_logout_uri must not have a fragment/,
    ],
    [
      'L18 refuses an http backchannel_logout_uri of a client that does not authenticate',
      { token_endpoint_auth_method: 'none', backchannel_logout_uri: 'http://rp.example.com/logout' },
      /^backchannel_logout_uri must be a https URI/,
    ],
    [
      'refuses a frontchannel_logout_uri with a fragment (Front-Channel Logout 1.0 §2)',
      { frontchannel_logout_uri: 'https://rp.example.com/out#' },
      /^frontchannel_logout_uri must not have a fragment/,
    ],
    [
      'refuses a frontchannel_logout_uri with credentials',
      { frontchannel_logout_uri: 'https://ann:secret@rp.example.com/out' },
      /^frontchannel_logout_uri must be a https or http URI/,
    ],
    [
      'refuses a frontchannel_logout_uri that an https page cannot frame',
      { redirect_uris: ['http://rp.internal/cb'], frontchannel_logout_uri: 'http://rp.internal/out' },
      /^frontchannel_logout_uri must be a https URI/,
    ],
    [
      'refuses a frontchannel_logout_uri that no policy can name (Content Security Policy Level 3 §2.3.1)',
      { redirect_uris: ['https://[2001:db8::1]/cb'], frontchannel_logout_uri: 'https://[2001:db8::1]/out' },
      /^frontchannel_logout_uri must have a host/,
    ],
    ...[
      'https://evil.example.com/out',
      'https://rp.example.com:8443/out',
      'http://127.0.0.1:9999/out',
      'https://rp.example.com.evil.example/out',
    ].map(
      (uri): Case => [
        `refuses ${uri}, which is no origin of redirect_uris (Front-Channel Logout 1.0 §2)`,
        { frontchannel_logout_uri: uri },
        /^frontchannel_logout_uri must have scheme, host and port of one of redirect_uris/,
      ],
    ),
  ])

  itAccepts([
    [
      'L18 takes a https backchannel_logout_uri of a client that does not authenticate',
      { token_endpoint_auth_method: 'none', backchannel_logout_uri: 'https://rp.example.com/logout' },
    ],
    [
      'L18 takes an http backchannel_logout_uri of a client that authenticates',
      { backchannel_logout_uri: 'http://rp.internal/logout' },
    ],
    [
      'takes a frontchannel_logout_uri at the origin of a redirect URI, with a query (Front-Channel Logout 1.0 §2)',
      { frontchannel_logout_uri: 'https://rp.example.com:443/out?of=shop' },
    ],
    [
      'takes a frontchannel_logout_uri on this very device',
      {
        application_type: 'native',
        redirect_uris: ['com.example.app:/cb', 'http://localhost:8080/cb'],
        frontchannel_logout_uri: 'http://localhost:8080/out',
      },
    ],
  ])

  for (const [title, properties] of [
    ['client_secret_basic', {}],
    ['client_secret_jwt', { token_endpoint_auth_method: 'client_secret_jwt' }],
    ['HS256 ID Tokens', { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'HS256' }],
    ['HS256 UserInfo', { token_endpoint_auth_method: 'none', userinfo_signed_response_alg: 'HS256' }],
    [
      'HS256 introspection',
      { token_endpoint_auth_method: 'none', introspection_signed_response_alg: 'HS256' },
    ],
    ['HS256 responses', { token_endpoint_auth_method: 'none', authorization_signed_response_alg: 'HS256' }],
    ['HS256 request objects', { token_endpoint_auth_method: 'none', request_object_signing_alg: 'HS256' }],
    [
      'encryption with the secret',
      { token_endpoint_auth_method: 'none', id_token_encrypted_response_alg: 'A128KW' },
    ],
    [
      'request objects encrypted with the secret',
      { token_endpoint_auth_method: 'none', request_object_encryption_alg: 'dir' },
    ],
  ] as const) {
    it(`A063 refuses ${title} without a secret`, () => {
      const error = refused(webClient({ ...properties, client_secret: undefined }))

      expect(error.error_description).to.match(
        /^client_secret is mandatory property(?:$|, or token_endpoint)/,
      )
    })
  }

  itAccepts([
    [
      'J11 accepts public keys of every kind',
      { jwks: { keys: [PUBLIC, strong, ec.publicKey.export({ format: 'jwk' }), { kty: 'AKP' }] } },
    ],
    [
      'A044 accepts jwks_uri instead of jwks',
      { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: JWKS_URI },
    ],
    ['J17 accepts unsigned ID Tokens from the token endpoint', { id_token_signed_response_alg: 'none' }],
  ])

  it('A063 needs no secret for public clients', () => {
    const client = webClient({ client_secret: undefined, token_endpoint_auth_method: 'none' })

    expect(accepted(client).token_endpoint_auth_method).to.equal('none')
  })

  for (const use of ['id_token', 'userinfo', 'introspection', 'authorization']) {
    it(`A045 encrypts ${use} with A128CBC-HS256 unless told otherwise`, () => {
      const chosen = {
        [`${use}_signed_response_alg`]: 'RS256',
        [`${use}_encrypted_response_alg`]: 'ECDH-ES',
      }

      expect(accepted(webClient({ jwks: JWKS, ...chosen }))).to.include({
        [`${use}_encrypted_response_enc`]: 'A128CBC-HS256',
      })
    })
  }

  it('J14 accepts http from hosts that the configuration calls its own', () => {
    const client = webClient({ jwks_uri: 'http://rp.internal:3000/jwks' })

    expect(accepted(client, rulesFor({ allowSpecialUseAddresses: true })).jwks_uri).to.equal(
      client['jwks_uri'],
    )
    expect(
      accepted(client, rulesFor({ allowSpecialUseAddresses: new Set(['rp.internal']) })).jwks_uri,
    ).to.equal(client['jwks_uri'])
    expect(
      refused(client, rulesFor({ allowSpecialUseAddresses: new Set(['internal']) })).error_description,
    ).to.match(/^jwks_uri must be a https URI/)
  })

  it('J11 keeps what registered keys say from being changed afterwards', () => {
    const jwks = { keys: [{ ...PUBLIC, x5c: ['a'] }] }
    const metadata = accepted(webClient({ jwks }))
    jwks.keys.pop()

    expect(metadata.jwks?.keys).to.have.lengthOf(1)
    expect(metadata.jwks?.keys[0]).to.be.frozen
    expect(metadata.jwks).to.be.frozen
  })
})

describe('pairwise clients (OpenID Connect Core 1.0 §8.1)', () => {
  const PAIRWISE = { subject_type: 'pairwise' }
  const SECTOR = { sector_identifier_uri: 'https://sector.example.com/list' }
  const HOSTS = { redirect_uris: ['https://a.example.com/cb', 'https://b.example.com/cb'] }
  const DECOUPLED = { ...PAIRWISE, redirect_uris: [], response_types: [], grant_types: [DEVICE] }
  const BY_KEY = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: JWKS_URI }

  itRefuses([
    [
      'A051 refuses several hosts without sector_identifier_uri',
      { ...PAIRWISE, ...HOSTS },
      /^sector_identifier_uri is mandatory/,
    ],
    [
      'A051 refuses a custom scheme without sector_identifier_uri',
      { ...PAIRWISE, application_type: 'native', redirect_uris: ['com.example:/cb'] },
      /^sector_identifier_uri is mandatory/,
    ],
    [
      'A051 refuses a device client without jwks_uri',
      { ...DECOUPLED, token_endpoint_auth_method: 'private_key_jwt', jwks: JWKS },
      /^jwks_uri is mandatory/,
    ],
    [
      'A051 refuses a CIBA client without jwks_uri',
      { ...DECOUPLED, grant_types: [CIBA], backchannel_token_delivery_mode: 'poll' },
      /^jwks_uri is mandatory/,
    ],
    [
      'A051 refuses a device client that proves itself by a secret',
      { ...DECOUPLED, jwks_uri: JWKS_URI },
      /^token_endpoint_auth_method must be 'private_key_jwt' or/,
    ],
    [
      'A051 refuses a client that never redirects and names a sector, without keys',
      { ...PAIRWISE, ...MACHINE, ...SECTOR },
      /^jwks_uri is mandatory property for pairwise clients without redirect_uris/,
    ],
    [
      'A051 refuses a client that never redirects and names a sector, and proves itself by a secret',
      { ...PAIRWISE, ...MACHINE, ...SECTOR, jwks_uri: JWKS_URI },
      /^token_endpoint_auth_method must be 'private_key_jwt' or .* without redirect_uris/,
    ],
    [
      'A051 refuses a device client with response types and no sector_identifier_uri',
      { ...PAIRWISE, ...BY_KEY, grant_types: ['authorization_code', DEVICE] },
      /^sector_identifier_uri is mandatory/,
    ],
  ])
  itAccepts([
    [
      'A051 accepts several paths of one host',
      { ...PAIRWISE, redirect_uris: ['https://a.example.com/1', 'https://a.example.com/2'] },
    ],
    ['A051 accepts several hosts with sector_identifier_uri', { ...PAIRWISE, ...HOSTS, ...SECTOR }],
    ['A051 accepts a device client with jwks_uri', { ...DECOUPLED, ...BY_KEY }],
    [
      'A051 accepts a device client that proves itself by a certificate of its own',
      { ...DECOUPLED, ...BY_KEY, token_endpoint_auth_method: 'self_signed_tls_client_auth' },
    ],
    [
      'A051 accepts a device client with response types and sector_identifier_uri',
      { ...PAIRWISE, ...BY_KEY, ...SECTOR, grant_types: ['authorization_code', DEVICE] },
    ],
    [
      'A051 accepts a client that never redirects and names a sector, and proves itself by its keys',
      { ...PAIRWISE, ...MACHINE, ...SECTOR, ...BY_KEY },
    ],
    ['A051 accepts several hosts of a public client', HOSTS],
    ['A051 accepts a machine client', { ...PAIRWISE, ...MACHINE }],
  ])
})

describe('certificates and token binding of a client (RFC 8705 §2.1.2, §3, RFC 9449 §5)', () => {
  const BY_CERTIFICATE = { token_endpoint_auth_method: 'tls_client_auth' }

  itRefuses([
    [
      'A050 refuses tls_client_auth without a subject',
      BY_CERTIFICATE,
      /^tls_client_auth_subject_dn or one of/,
    ],
    [
      'M2 A050 refuses tls_client_auth with two subjects',
      { ...BY_CERTIFICATE, tls_client_auth_san_dns: 'a', tls_client_auth_san_ip: 'b' },
      /must not be used together/,
    ],
    [
      'A049 refuses tokens bound both ways',
      { tls_client_certificate_bound_access_tokens: true, dpop_bound_access_tokens: true },
      /must not both be true/,
    ],
  ])

  it('A050 drops the subject for other methods', () => {
    const metadata = accepted(webClient({ tls_client_auth_san_dns: 'a', tls_client_auth_san_ip: 'b' }))

    expect(metadata).not.to.have.any.keys('tls_client_auth_san_dns', 'tls_client_auth_san_ip')
  })
})

describe('what the provider demands of every client (RFC 9126 §5, RFC 9101 §10.5)', () => {
  it('A061 makes pushed requests mandatory for each of them', () => {
    const pushedAuthorizationRequests = { enabled: true, requirePushedAuthorizationRequests: true }
    const rules = rulesWith({ pushedAuthorizationRequests })
    const metadata = accepted(webClient({ require_pushed_authorization_requests: false }), rules)

    expect(metadata.require_pushed_authorization_requests).to.equal(true)
  })

  it('A061 makes signed request objects mandatory for each of them', () => {
    const requestObjects = { enabled: true, request: true, requireSignedRequestObject: true }
    const rules = rulesWith({ requestObjects })
    const metadata = accepted(webClient({ require_signed_request_object: false }), rules)

    expect(metadata.require_signed_request_object).to.equal(true)
  })

  it('A061 demands nothing by an option of a feature that is off', () => {
    const pushedAuthorizationRequests = { enabled: false, requirePushedAuthorizationRequests: true }
    const rules = rulesWith({ pushedAuthorizationRequests })

    expect(accepted(webClient(), rules)).not.to.have.property('require_pushed_authorization_requests')
  })
})
