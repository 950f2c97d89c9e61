import { expect } from 'chai'
import { Client } from '../../lib/clients/client.ts'
import { withClientDefaults } from '../../lib/clients/metadata/with_client_defaults.ts'
import Provider, { errors } from '../../lib/index.ts'
import type { FapiProfile } from '../../types/client.ts'
import { PUBLIC_JWKS } from '../support/client_keys.ts'
import { accepted, rulesFor, webClient } from './metadata/client_rules.ts'

function clientWith(properties: object = {}, rules = rulesFor()): Client {
  return new Client(accepted(webClient(properties), rules), rules)
}

describe('Client (RFC 6749 §2)', () => {
  it('A058 A189 has standard metadata under camelCase names, and extra properties under their own', () => {
    const rules = rulesFor({
      extraClientMetadata: { properties: ['urn:example:x', 'my_level', 'client_name'] },
    })
    const client = clientWith(
      { 'urn:example:x': 1, my_level: 2, client_name: 'RP', default_max_age: 5 },
      rules,
    )

    expect(client).to.include({
      'urn:example:x': 1,
      my_level: 2,
      clientName: 'RP',
      clientId: 'web',
      defaultMaxAge: 5,
      applicationType: 'web',
      tokenEndpointAuthMethod: 'client_secret_basic',
      clientAuthMethod: 'client_secret_basic',
      requireAuthTime: false,
      subjectType: 'public',
      idTokenSignedResponseAlg: 'RS256',
    })
    expect(client).not.to.have.any.keys('client_name', 'myLevel', 'redirect_uris')
    expect({ ...client }).to.include({ clientId: 'web', clientName: 'RP' })
  })

  it('is named Client in storage', () => {
    expect(Client.kind).to.equal('Client')
  })

  it('can be written to, but for its id and its keys', () => {
    const client = clientWith({ jwks: PUBLIC_JWKS })
    client['level'] = 2
    client.redirectUris.push('https://other.example.com/cb')

    expect(Reflect.set(client, 'clientName', 'other')).to.equal(true)
    expect(Reflect.set(client, 'clientId', 'other')).to.equal(false)
    expect(() => client.jwks?.keys.push({ kty: 'EC' })).to.throw(TypeError)
    expect(client).to.include({ level: 2, clientName: 'other', clientId: 'web' })
    expect(client.redirectUriAllowed('https://other.example.com/cb')).to.equal(true)
  })

  it('keeps what is written out of its metadata, and of the object for the next request', () => {
    const rules = rulesFor({ extraClientMetadata: { properties: ['profile'] } })
    const client = clientWith({ profile: { levels: [1] } }, rules)
    const original = client.metadata()
    client.redirectUris.length = 0
    Object(client['profile']).levels.push(2)
    client['level'] = 2
    client.metadata().redirect_uris?.push('https://other.example.com/cb')

    expect(client.metadata()).to.deep.equal(original)
    expect(client.forRequest()).to.deep.equal(clientWith({ profile: { levels: [1] } }, rules))
  })

  it('A166 returns all effective metadata, as a copy', () => {
    const client = clientWith()
    const copy = client.metadata()
    copy.client_id = 'other'

    expect(client.metadata()).to.deep.equal(accepted(webClient()))
    expect(client.metadata().client_id).to.equal('web')
  })

  it('allows the grant types it registered', () => {
    const client = clientWith({ grant_types: ['authorization_code', 'refresh_token'] })

    expect(client.grantTypeAllowed('refresh_token')).to.equal(true)
    expect(client.grantTypeAllowed('implicit')).to.equal(false)
  })

  it('A37 A38 allows the response types it registered in any order of words, and no other', () => {
    const client = clientWith({
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['code', 'token code id_token'],
    })

    for (const allowed of ['code', 'code id_token token', 'token id_token code']) {
      expect(client.responseTypeAllowed(allowed), allowed).to.equal(true)
    }
    for (const refused of ['code code', 'code  id_token token', 'id_token', 'token', '', ' code', 'CODE']) {
      expect(client.responseTypeAllowed(refused), refused).to.equal(false)
    }
  })

  it('A048 allows registered redirect URIs, and any loopback port of native clients', () => {
    const uris = { redirect_uris: ['http://127.0.0.1/cb'] }

    expect(clientWith(uris).redirectUriAllowed('http://127.0.0.1/cb')).to.equal(true)
    expect(clientWith(uris).redirectUriAllowed('http://127.0.0.1:99/cb')).to.equal(false)
    expect(
      clientWith({ ...uris, application_type: 'native' }).redirectUriAllowed('http://127.0.0.1:99/cb'),
    ).to.equal(true)
  })

  it('A047 allows registered URIs after logout', () => {
    const client = clientWith({ post_logout_redirect_uris: ['https://rp.example.com/bye'] })

    expect(client.postLogoutRedirectUriAllowed('https://rp.example.com/bye')).to.equal(true)
    expect(client.postLogoutRedirectUriAllowed('https://rp.example.com/cb')).to.equal(false)
  })

  it('lets a host replace redirectUriAllowed for one provider only', () => {
    class Wild extends Client {}
    const original = Wild.prototype.redirectUriAllowed
    Wild.prototype.redirectUriAllowed = function redirectUriAllowed(uri) {
      return original.call(this, uri) || uri.endsWith('.example.com/cb')
    }
    const rules = rulesFor()
    const metadata = accepted(webClient(), rules)

    expect(new Wild(metadata, rules).redirectUriAllowed('https://x.example.com/cb')).to.equal(true)
    expect(new Client(metadata, rules).redirectUriAllowed('https://x.example.com/cb')).to.equal(false)
  })

  it('F292 allows request URIs it registered, whatever the fragment (OpenID Connect Core 1.0 §6.2)', () => {
    const rules = rulesFor({ features: { requestObjects: { enabled: true, requestUri: true } } })
    const client = clientWith({ request_uris: ['https://rp.example.com/r#1'] }, rules)

    expect(client.requestUriAllowed('https://rp.example.com/r#2')).to.equal(true)
    expect(client.requestUriAllowed('https://rp.example.com/other')).to.equal(false)
    expect(clientWith().requestUriAllowed('https://rp.example.com/r')).to.equal(false)
  })

  const modes: readonly [string, string, FapiProfile | undefined, boolean][] = [
    ['query', 'code', undefined, true],
    ['fragment', 'code id_token', undefined, true],
    ['query', 'code id_token', undefined, false],
    ['query', 'token', undefined, false],
    ['query.jwt', 'id_token', undefined, false],
    ['query.jwt', 'code', undefined, true],
    ['query', 'code', '1.0 Final', false],
    ['jwt', 'code', '1.0 Final', true],
    ['fragment', 'code id_token', '1.0 Final', true],
    ['fragment', 'code token', '1.0 Final', false],
    ['fragment', 'id_token token', '1.0 Final', true],
    ['query', 'code', '2.0', true],
  ]
  for (const [mode, type, profile, isAllowed] of modes) {
    it(`F292 ${isAllowed ? 'allows' : 'refuses'} ${mode} for ${type} under FAPI ${profile} (Multiple Response Types §3, JARM §2.3.1)`, () => {
      expect(clientWith().responseModeAllowed(mode, type, profile)).to.equal(isAllowed)
    })
  }

  it('F292 allows no response mode but those it registered', () => {
    const client = clientWith({ response_modes: ['form_post'] })

    expect(client.responseModes).to.deep.equal(['form_post'])
    expect(client.responseModeAllowed('form_post', 'code')).to.equal(true)
    expect(client.responseModeAllowed('query', 'code')).to.equal(false)
  })

  it('F292 says with the words of the host that its secret has expired', () => {
    const expired = clientWith({ client_secret_expires_at: 1 })

    expect(() => expired.checkClientSecretExpiration('too old'))
      .to.throw(errors.InvalidClient)
      .with.property('error_description', 'too old')
    expect(clientWith().checkClientSecretExpiration('too old')).to.equal(undefined)
  })

  it('F292 tells the algorithm of its assertions', () => {
    const client = clientWith({
      token_endpoint_auth_method: 'client_secret_jwt',
      token_endpoint_auth_signing_alg: 'HS256',
      client_secret: 'a secret with 32 characters or so',
    })

    expect(client.clientAuthSigningAlg).to.equal('HS256')
    expect(clientWith().clientAuthSigningAlg).to.equal(undefined)
  })

  it('F292 can be made of metadata alone, by the rules of its provider', () => {
    const { Client: Own } = new Provider('https://op.example.com', {
      logger: { info() {}, warn() {}, error() {} },
    })
    const client = new Own({ ...webClient({ client_name: 'RP' }), client_id: 'web' })

    expect(client).to.include({ clientId: 'web', clientName: 'RP', applicationType: 'web' })
    expect(() => new Own({ client_id: 'web', redirect_uris: ['nonsense'] })).to.throw(
      errors.InvalidRedirectUri,
    )
  })

  it('A068 compares secrets', async () => {
    const client = clientWith({ client_secret: 'geheim' })

    expect(await client.compareClientSecret('geheim')).to.equal(true)
    for (const wrong of ['', 'Geheim', 'geheim ', 'geheimgeheim']) {
      expect(await client.compareClientSecret(wrong), wrong).to.equal(false)
    }
  })

  it('A068 matches no secret, not even an empty one, when there is none', async () => {
    const client = clientWith({ client_secret: undefined, token_endpoint_auth_method: 'none' })

    expect(await client.compareClientSecret('')).to.equal(false)
    expect(await client.compareClientSecret('undefined')).to.equal(false)
  })

  it('C10 A063 knows when its secret has expired; 0 means never', () => {
    const client = clientWith({ client_secret_expires_at: 1000 })

    expect(client.isClientSecretExpired(999)).to.equal(false)
    expect(client.isClientSecretExpired(1000)).to.equal(true)
    expect(clientWith({ client_secret_expires_at: 0 }).isClientSecretExpired(1000)).to.equal(false)
    expect(clientWith().isClientSecretExpired(1000)).to.equal(false)
  })

  it('A116 wants sid only when its logout tokens must hold it (OpenID Connect Back-Channel Logout 1.0 §2.2)', () => {
    const uri = { backchannel_logout_uri: 'https://rp.example.com/logout' }

    expect(clientWith().includeSid()).to.equal(false)
    expect(clientWith(uri).includeSid()).to.equal(false)
    expect(clientWith({ backchannel_logout_session_required: true }).includeSid()).to.equal(false)
    expect(clientWith({ ...uri, backchannel_logout_session_required: true }).includeSid()).to.equal(true)
  })

  const hosts = ['https://a.example.com/cb', 'https://b.example.com/cb']
  const machine = { redirect_uris: [], response_types: [], grant_types: [] }
  const sectors: readonly [string, object, string | undefined][] = [
    [
      'the host of sector_identifier_uri',
      { sector_identifier_uri: 'https://s.example.com/x', redirect_uris: hosts },
      's.example.com',
    ],
    [
      'the host of its redirect URIs',
      { redirect_uris: ['https://a.example.com/1', 'https://a.example.com/2'] },
      'a.example.com',
    ],
    ['nothing when there are several hosts', { redirect_uris: hosts }, undefined],
    [
      'the host of jwks_uri when it never redirects and authenticates with its keys',
      { ...machine, jwks_uri: 'https://k.example.com/', token_endpoint_auth_method: 'private_key_jwt' },
      'k.example.com',
    ],
    [
      'the host of its redirect URIs, wherever its keys are',
      {
        redirect_uris: ['https://a.example.com/1'],
        jwks_uri: 'https://k.example.com/',
        token_endpoint_auth_method: 'private_key_jwt',
      },
      'a.example.com',
    ],
    [
      'nothing when the keys at jwks_uri prove nothing',
      { ...machine, jwks_uri: 'https://k.example.com/' },
      undefined,
    ],
    ['nothing when there is no host', machine, undefined],
  ]
  for (const [title, properties, sector] of sectors) {
    it(`A051 is in a sector named by ${title} (OpenID Connect Core 1.0 §8.1)`, () => {
      expect(clientWith(properties).sectorIdentifier).to.equal(sector)
    })
  }
})

describe('whether a client has to have a secret (OpenID Connect Dynamic Client Registration 1.0 §2)', () => {
  const cases: readonly [string, object, boolean][] = [
    ['one that names no method', {}, true],
    ['client_secret_post', { token_endpoint_auth_method: 'client_secret_post' }, true],
    ['none', { token_endpoint_auth_method: 'none' }, false],
    ['private_key_jwt', { token_endpoint_auth_method: 'private_key_jwt' }, false],
    ['none, with HS256', { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'HS256' }, true],
    ...['id_token', 'userinfo', 'introspection', 'authorization'].flatMap(
      (use): [string, object, boolean][] => [
        [
          `none, with HS256 for ${use}`,
          { token_endpoint_auth_method: 'none', [`${use}_signed_response_alg`]: 'HS256' },
          true,
        ],
        [
          `none, with dir for ${use}`,
          { token_endpoint_auth_method: 'none', [`${use}_encrypted_response_alg`]: 'dir' },
          true,
        ],
      ],
    ),
    ...['request_object_signing_alg', 'backchannel_authentication_request_signing_alg'].map(
      (name): [string, object, boolean] => [
        `none, with HS256 as ${name}`,
        { token_endpoint_auth_method: 'none', [name]: 'HS256' },
        true,
      ],
    ),
    [
      'none, with request objects that are encrypted by the secret',
      { token_endpoint_auth_method: 'none', request_object_encryption_alg: 'A128KW' },
      true,
    ],
    [
      'none, with a key wrapped by the secret',
      { token_endpoint_auth_method: 'none', userinfo_encrypted_response_alg: 'A256GCMKW' },
      true,
    ],
    [
      'none, with public keys',
      { token_endpoint_auth_method: 'none', userinfo_encrypted_response_alg: 'ECDH-ES+A256KW' },
      false,
    ],
    ['nonsense', { token_endpoint_auth_method: 1, id_token_signed_response_alg: {} }, false],
  ]
  for (const [title, metadata, needed] of cases) {
    it(`A159 answers ${needed} for ${title}`, () => {
      expect(Client.needsSecret({ ...metadata })).to.equal(needed)
    })
  }

  it('A159 can be asked with the defaults filled in', () => {
    const rules = rulesFor({ clientDefaults: { token_endpoint_auth_method: 'none' } })

    expect(Client.needsSecret(withClientDefaults({}, rules))).to.equal(false)
    expect(
      Client.needsSecret(withClientDefaults({ token_endpoint_auth_method: 'client_secret_jwt' }, rules)),
    ).to.equal(true)
  })
})
