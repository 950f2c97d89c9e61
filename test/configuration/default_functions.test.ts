import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { expect } from 'chai'
import { DEFAULTS } from '../../lib/configuration/defaults.ts'

/** Calls a default function with as much of its arguments as it looks at. */
const call = (option: unknown, ...args: readonly unknown[]): unknown => {
  if (typeof option !== 'function') throw new Error('not a function')
  return Reflect.apply(option, undefined, args)
}

const DAY = 24 * 60 * 60
const client = (members: object = {}) => ({
  clientId: 'web',
  clientAuthMethod: 'none',
  applicationType: 'web',
  grantTypeAllowed: () => true,
  ...members,
})
const token = (members: object = {}) => ({
  scopes: new Set(['openid']),
  isSenderConstrained: () => false,
  totalLifetime: () => DAY,
  ttlPercentagePassed: () => 0,
  ...members,
})

describe('default of', () => {
  describe('F183 rotateRefreshToken (RFC 9700 §4.14.2)', () => {
    const secret = client({ clientAuthMethod: 'client_secret_basic' })
    const cases: readonly [title: string, client: object, token: object, expected: boolean][] = [
      ['rotates tokens of public clients', client(), token(), true],
      ['does not rotate for more than a year', client(), token({ totalLifetime: () => 366 * DAY }), false],
      [
        'does not rotate bound tokens of public clients early',
        client(),
        token({ isSenderConstrained: () => true }),
        false,
      ],
      [
        'does not rotate tokens of other clients early',
        secret,
        token({ ttlPercentagePassed: () => 69 }),
        false,
      ],
      ['rotates tokens near their end', secret, token({ ttlPercentagePassed: () => 70 }), true],
    ]
    for (const [title, Client, RefreshToken, expected] of cases) {
      it(title, () => {
        const ctx = { oidc: { entities: { Client, RefreshToken } } }

        expect(call(DEFAULTS.rotateRefreshToken, ctx)).to.equal(expected)
      })
    }
  })

  describe('F189 ttl', () => {
    const { ttl } = DEFAULTS

    it('takes the lifetime that a resource server sets', () => {
      const issued = token({ resourceServer: { accessTokenTTL: 42 } })

      expect(call(ttl.AccessToken, undefined, issued)).to.equal(42)
      expect(call(ttl.ClientCredentials, undefined, issued)).to.equal(42)
    })

    it('is an hour for access tokens, ten minutes for those of clients themselves', () => {
      expect(call(ttl.AccessToken, undefined, token())).to.equal(3600)
      expect(call(ttl.ClientCredentials, undefined, token())).to.equal(600)
    })

    it('follows requested_expiry up to ten minutes (OpenID Connect CIBA Core 1.0 §7.1)', () => {
      const asking = (requested_expiry?: string) => ({ oidc: { params: { requested_expiry } } })
      const lifetime = (ctx: unknown) => call(ttl.BackchannelAuthenticationRequest, ctx)

      expect(lifetime(asking('30'))).to.equal(30)
      expect(lifetime(asking('3000'))).to.equal(600)
      expect(lifetime(asking('0'))).to.equal(600)
      expect(lifetime(asking())).to.equal(600)
      expect(lifetime(undefined)).to.equal(600)
    })

    it('does not prolong unbound tokens of public web clients by rotation (RFC 9700 §4.14.2)', () => {
      const ctx = { oidc: { entities: { RotatedRefreshToken: { remainingTTL: 7 } } } }
      const lifetime = (refreshed: object, by: object) => call(ttl.RefreshToken, ctx, refreshed, by)

      expect(lifetime(token(), client())).to.equal(7)
      expect(lifetime(token({ isSenderConstrained: () => true }), client())).to.equal(14 * DAY)
      expect(lifetime(token(), client({ applicationType: 'native' }))).to.equal(14 * DAY)
      expect(lifetime(token(), client({ clientAuthMethod: 'private_key_jwt' }))).to.equal(14 * DAY)
      expect(call(ttl.RefreshToken, undefined, token(), client())).to.equal(14 * DAY)
    })
  })

  describe('F176 loadExistingGrant', () => {
    const load = (oidc: object) =>
      call(DEFAULTS.loadExistingGrant, {
        oidc: {
          client: client(),
          provider: { Grant: { find: async (id: string) => `grant ${id}` } },
          ...oidc,
        },
      })
    const session = { grantIdFor: (id: string) => `of ${id}` }

    it('prefers the grant of the interaction', async () => {
      expect(await load({ result: { consent: { grantId: 'new' } }, session })).to.equal('grant new')
    })

    it('falls back to the grant of the session for this client', async () => {
      expect(await load({ result: { login: {} }, session })).to.equal('grant of web')
    })

    it('finds nothing where there is no grant', async () => {
      expect(await load({ session: { grantIdFor: () => undefined } })).to.equal(undefined)
    })
  })

  it('F175 F332 issueRefreshToken asks for the grant type and offline_access (OpenID Connect Core 1.0 §11)', () => {
    const offline = token({ scopes: new Set(['openid', 'offline_access']) })
    const forbidden = client({ grantTypeAllowed: () => false })

    expect(call(DEFAULTS.issueRefreshToken, {}, client(), offline)).to.equal(true)
    expect(call(DEFAULTS.issueRefreshToken, {}, client(), token())).to.equal(false)
    expect(call(DEFAULTS.issueRefreshToken, {}, forbidden, offline)).to.equal(false)
  })

  it('F165 expiresWithSession spares offline_access (OpenID Connect Core 1.0 §11)', () => {
    expect(call(DEFAULTS.expiresWithSession, {}, token({ scopes: new Set(['offline_access']) }))).to.equal(
      false,
    )
    expect(call(DEFAULTS.expiresWithSession, {}, token())).to.equal(true)
  })

  it('F177 pairwiseIdentifier hashes sector, account and host name (OpenID Connect Core 1.0 §8.1)', () => {
    const expected = createHash('sha256').update(`op.example.comalice${hostname()}`).digest('hex')

    expect(
      call(DEFAULTS.pairwiseIdentifier, {}, 'alice', client({ sectorIdentifier: 'op.example.com' })),
    ).to.equal(expected)
  })

  it('F177 a client in no sector is one of its own: no two of them share a `sub` (OpenID Connect Core 1.0 §8.1)', () => {
    const of = (clientId: string) =>
      call(DEFAULTS.pairwiseIdentifier, {}, 'alice', client({ clientId, sectorIdentifier: undefined }))

    expect(of('a')).to.equal(createHash('sha256').update(`aalice${hostname()}`).digest('hex'))
    expect(of('a')).not.to.equal(of('b'))
  })

  it('F148 findAccount returns an account with sub alone', async () => {
    const account = await DEFAULTS.findAccount(Object({}), 'alice')

    expect(account?.accountId).to.equal('alice')
    expect(await account?.claims('userinfo', 'openid', {}, [])).to.deep.equal({ sub: 'alice' })
  })

  it('F174 interactions.url is a path with the uid', () => {
    expect(call(DEFAULTS.interactions.url, {}, { uid: 'abc' })).to.equal('/interaction/abc')
  })

  it('F179 pkce.required is always (RFC 9700 §2.1.1)', () => {
    expect(call(DEFAULTS.pkce.required, {}, client())).to.equal(true)
  })
})
