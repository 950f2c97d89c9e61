import { expect } from 'chai'
import {
  hashOf,
  loginWith,
  newKey,
  prove,
  proveUserinfo,
  startForDPoP,
  userinfoWith,
} from '../../support/dpop.ts'
import { type RunningProvider, stopProviders } from '../../support/start_provider.ts'

describe('A143 DPoP-bound tokens at the userinfo endpoint (RFC 9449 §7)', () => {
  let op: RunningProvider
  let token: string
  let bearer: string
  const key = newKey()
  before(async () => {
    op = await startForDPoP()
    token = String((await loginWith(op, key)).body['access_token'])
    bearer = String((await op.login()).body['access_token'])
  })
  after(stopProviders)

  const challenges = (headers: Headers) => headers.get('www-authenticate') ?? ''

  it('open it by the DPoP scheme with a proof', async () => {
    const { status, body } = await userinfoWith(op, token, { dpop: await proveUserinfo(op, key, token) })

    expect(status).to.equal(200)
    expect(body['sub']).to.equal('alice')
  })

  it('the name of the scheme is the same in any case (RFC 9110 §11.1)', async () => {
    const headers = { authorization: `dpop ${token}`, dpop: await proveUserinfo(op, key, token) }
    expect((await userinfoWith(op, token, headers)).status).to.equal(200)
  })

  it('POST needs a proof for POST', async () => {
    const url = op.provider.urlFor('userinfo')
    const authorization = `DPoP ${token}`
    const refused = await op
      .agent()
      .post(url, '', { authorization, dpop: await proveUserinfo(op, key, token) })
    const dpop = await proveUserinfo(op, key, token, { htm: 'POST' })
    const accepted = await op.agent().post(url, '', { authorization, dpop })

    expect(refused.status).to.equal(401)
    expect(accepted.status).to.equal(200)
  })

  it('D17 U11 one is refused by the Bearer scheme, with and without a proof (§7.2)', async () => {
    const authorization = `Bearer ${token}`
    const bare = await userinfoWith(op, token, { authorization })
    const proven = await userinfoWith(op, token, { authorization, dpop: await proveUserinfo(op, key, token) })

    for (const { status, body, headers } of [bare, proven]) {
      expect(status).to.equal(401)
      expect(body['error']).to.equal('invalid_token')
      expect(challenges(headers)).to.match(/^Bearer .*error="invalid_token".*, DPoP .*algs="ES256 EdDSA"$/)
    }
  })

  it('D17 one in the body of a request is refused (§7.1)', async () => {
    const dpop = await proveUserinfo(op, key, token, { htm: 'POST' })
    const response = await op.agent().post(op.provider.urlFor('userinfo'), { access_token: token }, { dpop })

    expect(response.status).to.equal(401)
  })

  it('D17 one without a proof is refused', async () => {
    const { status, body, headers } = await userinfoWith(op, token, {})

    expect(status).to.equal(401)
    expect(body['error']).to.equal('invalid_token')
    expect(challenges(headers)).to.match(/^DPoP .*error="invalid_token".*algs="ES256 EdDSA", Bearer realm=/)
  })

  it('D18 a bearer token is refused by the DPoP scheme, and with a proof', async () => {
    const dpop = await proveUserinfo(op, key, bearer)
    for (const headers of [{}, { dpop }, { authorization: `Bearer ${bearer}`, dpop }]) {
      const { status, body } = await userinfoWith(op, bearer, headers)
      expect([status, body['error']]).to.deep.equal([401, 'invalid_token'])
    }
    expect((await op.userinfo(bearer)).status).to.equal(200)
  })

  it('another key is refused as an invalid token (§7.1)', async () => {
    const { status, body } = await userinfoWith(op, token, { dpop: await proveUserinfo(op, newKey(), token) })

    expect([status, body['error']]).to.deep.equal([401, 'invalid_token'])
  })

  for (const [what, claims] of [
    ['no ath', { ath: undefined }],
    ['the hash of another token as ath', { ath: hashOf('another') }],
    ['the token itself as ath', { ath: 'x' }],
    ['the method of another request', { htm: 'POST' }],
    ['the URL of another endpoint', { htu: 'https://op.example.com/me' }],
    ['an iat of an hour ago', { iat: Math.floor(Date.now() / 1000) - 3600 }],
  ] as const) {
    it(`D16 a proof with ${what} is refused (§4.3)`, async () => {
      const dpop = await proveUserinfo(op, key, token, claims)
      const { status, body, headers } = await userinfoWith(op, token, { dpop })

      expect([status, body['error']]).to.deep.equal([401, 'invalid_dpop_proof'])
      expect(challenges(headers)).to.match(/^DPoP .*error="invalid_dpop_proof".*algs="ES256 EdDSA"/)
    })
  }

  it('D16 a proof for the token endpoint is refused here (§4.3-9)', async () => {
    const dpop = await prove(key, { htm: 'POST', htu: op.provider.urlFor('token'), ath: hashOf(token) })
    expect((await userinfoWith(op, token, { dpop })).body['error']).to.equal('invalid_dpop_proof')
  })

  it('U1 without a token both schemes are offered, and no error is told (RFC 6750 §3.1, RFC 9449 §7.2)', async () => {
    const response = await op.agent().get(op.provider.urlFor('userinfo'))

    expect(response.status).to.equal(401)
    expect(response.headers.get('www-authenticate')).to.equal(
      `Bearer realm="${op.issuer}", DPoP realm="${op.issuer}", algs="ES256 EdDSA"`,
    )
  })

  it('errors that are no matter of the scheme tell about the one that was used', async () => {
    const dpop = await proveUserinfo(op, key, token)
    const response = await op
      .agent()
      .get(`${op.provider.urlFor('userinfo')}?scope=email`, { authorization: `DPoP ${token}`, dpop })

    expect(response.status).to.equal(403)
    expect(response.headers.get('www-authenticate')).to.match(/^DPoP [^,]*, error="insufficient_scope"/)
  })

  it('a proof counts once here as well, and for 50 requests at once (§11.1)', async () => {
    const dpop = await proveUserinfo(op, key, token)
    const answers = await Promise.all(Array.from({ length: 50 }, () => userinfoWith(op, token, { dpop })))

    expect(answers.filter(({ status }) => status === 200)).to.have.length(1)
    const refused = answers.filter(({ status }) => status === 401)
    expect(refused).to.have.length(49)
    for (const { body } of refused) {
      expect(body['error']).to.equal('invalid_dpop_proof')
      expect(body).not.to.have.property('sub')
    }
    expect(op.serverErrors).to.deep.equal([])
  })

  it('D16 more than one is refused for just that (§4.3-1)', async () => {
    const proofs = [await proveUserinfo(op, key, token), await proveUserinfo(op, key, token)]
    const { status, body } = await userinfoWith(op, token, { dpop: proofs.join(', ') })

    expect(status).to.equal(401)
    expect(body['error_description']).to.include('must be sent once')
  })

  it('D16 one that is longer than any is refused for just that (RFC 8725 §2.4)', async () => {
    const dpop = await proveUserinfo(op, key, token, { more: 'x'.repeat(8192) })
    const { status, body } = await userinfoWith(op, token, { dpop })

    expect([status, body['error']]).to.deep.equal([401, 'invalid_dpop_proof'])
    expect(body['error_description']).to.include('is too long')
  })

  it('two clients may choose the same jti, each for its own proofs (§11.1)', async () => {
    const other = newKey()
    const { body } = await loginWith(op, other, 'bound')
    const second = String(body['access_token'])
    const jti = crypto.randomUUID()
    const answers = [
      await userinfoWith(op, token, { dpop: await proveUserinfo(op, key, token, { jti }) }),
      await userinfoWith(op, second, { dpop: await proveUserinfo(op, other, second, { jti }) }),
    ]

    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200])
  })

  it('a thief without the key cannot use up the proofs of its owner', async () => {
    const jti = 'known beforehand'
    await userinfoWith(op, token, { dpop: await proveUserinfo(op, newKey(), token, { jti }) })

    const { status } = await userinfoWith(op, token, { dpop: await proveUserinfo(op, key, token, { jti }) })
    expect(status).to.equal(200)
  })
})

describe('DPoP where the provider is mounted (RFC 9449 §4.3-9)', () => {
  afterEach(stopProviders)

  for (const mountPath of ['/oidc', '/a/b', '/with%20space']) {
    it(`htu has the path ${mountPath}`, async () => {
      const op = await startForDPoP({}, { mountPath })
      const key = newKey()
      const { status, body } = await loginWith(op, key)
      const token = body['access_token']
      const dpop = await proveUserinfo(op, key, token)
      const htu = op.provider.urlFor('userinfo').replace(mountPath, '')

      expect(status).to.equal(200)
      expect((await userinfoWith(op, token, { dpop })).status).to.equal(200)
      const elsewhere = await proveUserinfo(op, key, token, { htu })
      expect((await userinfoWith(op, token, { dpop: elsewhere })).status).to.equal(401)
    })
  }

  it('H7 it is the URL of the issuer behind a proxy, whatever the request says', async () => {
    const op = await startForDPoP({}, { issuer: 'https://op.example.com' })
    op.provider.proxy = true
    const key = newKey()
    const proof = await prove(key, { htm: 'POST', htu: 'https://op.example.com/token' })
    const forged = await prove(key, { htm: 'POST', htu: 'https://evil.example/token' })
    const form = { grant_type: 'client_credentials' }
    const url = `${op.origin}/token`
    const credentials = { client_id: 'web', client_secret: String(op.client.client_secret) }
    const forwarded = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
    const accepted = await op.agent().post(url, { ...credentials, ...form }, { ...forwarded, dpop: proof })
    const refused = await op.agent().post(url, { ...credentials, ...form }, { ...forwarded, dpop: forged })

    expect(accepted.status).to.equal(200)
    expect(refused.status).to.equal(400)
  })
})
