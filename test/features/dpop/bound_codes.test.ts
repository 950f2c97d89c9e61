import { expect } from 'chai'
import {
  codeForm,
  credentialsOf,
  forToken,
  type HeldKey,
  newKey,
  prove,
  startForDPoP,
  tokenWith,
} from '../../support/dpop.ts'
import { pkce, REDIRECT_URI, type RunningProvider, stopProviders } from '../../support/start_provider.ts'

/** Pushes a request. @returns the answer and what goes with it */
async function push(op: RunningProvider, params: Record<string, string> = {}, dpop?: string) {
  const { verifier, challenge } = pkce()
  const answer = await op.post(
    'pushed_authorization_request',
    {
      ...credentialsOf('web'),
      response_type: 'code',
      scope: 'openid',
      redirect_uri: REDIRECT_URI,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...params,
    },
    dpop === undefined ? {} : { dpop },
  )
  return { ...answer, verifier, requestUri: String(answer.body['request_uri']) }
}

const provePush = (op: RunningProvider, key: HeldKey, claims: Record<string, unknown> = {}) =>
  prove(key, { htm: 'POST', htu: op.provider.urlFor('pushed_authorization_request'), ...claims })

describe('A090 codes that are bound to a key (RFC 9449 §10)', () => {
  let op: RunningProvider
  const key = newKey()
  before(async () => {
    op = await startForDPoP()
  })
  after(stopProviders)

  it('A090 dpop_jkt is stored with the code, and its key exchanges it', async () => {
    const { code, verifier } = await op.authorize({ dpop_jkt: key.jkt })
    const stored = await op.provider.AuthorizationCode.find(code)
    const { status, body } = await tokenWith(op, key, codeForm(code, verifier))

    expect(stored?.dpopJkt).to.equal(key.jkt)
    expect(status).to.equal(200)
    expect(body['token_type']).to.equal('DPoP')
  })

  it('A090 nobody else does: without a proof, or with another key', async () => {
    const { code, verifier } = await op.authorize({ dpop_jkt: key.jkt })
    const bare = await op.exchange(code, verifier)
    const other = await tokenWith(op, newKey(), codeForm(code, verifier))

    expect([bare.status, bare.body['error']]).to.deep.equal([400, 'invalid_grant'])
    expect([other.status, other.body['error']]).to.deep.equal([400, 'invalid_grant'])
    expect((await tokenWith(op, key, codeForm(code, verifier))).status).to.equal(200)
  })

  it('T10 attempts without the key, and with proofs that do not hold, are counted: the fifth ends the code', async () => {
    const { code, verifier } = await op.authorize({ dpop_jkt: key.jkt })
    const form = codeForm(code, verifier)
    await op.exchange(code, verifier)
    await tokenWith(op, newKey(), form)
    await op.post(
      'token',
      { ...credentialsOf('web'), ...form },
      { dpop: await prove(key, { ...forToken(op), htm: 'GET' }) },
    )
    await op.post('token', { ...credentialsOf('web'), ...form }, { dpop: 'x' })
    expect((await op.provider.AuthorizationCode.find(code))?.consumed).to.equal(undefined)
    await tokenWith(op, newKey(), form)

    expect((await tokenWith(op, key, form)).body['error']).to.equal('invalid_grant')
    expect(await op.provider.AuthorizationCode.find(code)).to.equal(undefined)
  })

  it('a thief who has the used code and its verifier, but not the key, revokes nothing (RFC 6749 §4.1.2)', async () => {
    const { code, verifier } = await op.authorize({ dpop_jkt: key.jkt })
    const { body } = await tokenWith(op, key, codeForm(code, verifier))
    await tokenWith(op, newKey(), codeForm(code, verifier))

    expect(await op.provider.AccessToken.find(String(body['access_token']))).not.to.equal(undefined)
    await tokenWith(op, key, codeForm(code, verifier))
    expect(await op.provider.AccessToken.find(String(body['access_token']))).to.equal(undefined)
  })

  for (const [what, jkt] of [
    ['too short', 'a'.repeat(42)],
    ['too long', 'a'.repeat(44)],
    ['in the other alphabet', `${'a'.repeat(42)}+`],
    ['padded', `${'a'.repeat(42)}=`],
  ] as const) {
    it(`A67 a dpop_jkt that is ${what} is refused by redirect`, async () => {
      const { answer, code } = await op.authorize({ dpop_jkt: jkt })

      expect(code).to.equal('')
      expect(answer.get('error')).to.equal('invalid_request')
    })
  }

  it('A67 a repeated dpop_jkt is refused (RFC 6749 §3.1)', async () => {
    const url = `${op.authorizationUrl({ dpop_jkt: key.jkt })}&dpop_jkt=${key.jkt}`
    const { headers } = await op.agent().get(url)

    expect(new URL(headers.get('location') ?? '').searchParams.get('error')).to.equal('invalid_request')
  })

  it('P17 a proof with a pushed request binds the code (§10.1)', async () => {
    const { status, requestUri, verifier } = await push(op, {}, await provePush(op, key))
    const { code } = await op.authorize({ request_uri: requestUri })

    expect(status).to.equal(201)
    expect((await op.provider.AuthorizationCode.find(code))?.dpopJkt).to.equal(key.jkt)
    expect((await op.exchange(code, verifier)).body['error']).to.equal('invalid_grant')
    expect((await tokenWith(op, key, codeForm(code, verifier))).status).to.equal(200)
  })

  it('P17 a dpop_jkt that was pushed binds the code', async () => {
    const { requestUri, verifier } = await push(op, { dpop_jkt: key.jkt })
    const { code } = await op.authorize({ request_uri: requestUri, dpop_jkt: newKey().jkt })

    expect((await tokenWith(op, newKey(), codeForm(code, verifier))).body['error']).to.equal('invalid_grant')
    expect((await tokenWith(op, key, codeForm(code, verifier))).status).to.equal(200)
  })

  it('P17 both may agree, and must', async () => {
    const agreed = await push(op, { dpop_jkt: key.jkt }, await provePush(op, key))
    const disagreed = await push(op, { dpop_jkt: newKey().jkt }, await provePush(op, key))

    expect(agreed.status).to.equal(201)
    expect([disagreed.status, disagreed.body['error']]).to.deep.equal([400, 'invalid_request'])
  })

  it('P17 a proof that does not hold is refused, and so is one that was used', async () => {
    const wrong = await push(op, {}, await provePush(op, key, { htu: op.provider.urlFor('token') }))
    const dpop = await provePush(op, key)
    const first = await push(op, {}, dpop)
    const second = await push(op, {}, dpop)

    expect([wrong.status, wrong.body['error']]).to.deep.equal([400, 'invalid_dpop_proof'])
    expect(first.status).to.equal(201)
    expect([second.status, second.body['error']]).to.deep.equal([400, 'invalid_dpop_proof'])
  })

  it('P17 the key of a pushed request holds also after an interaction that outlives it', async () => {
    const { requestUri, verifier } = await push(op, {}, await provePush(op, key))
    const agent = op.agent()
    const query = new URLSearchParams({ client_id: 'web', request_uri: requestUri })
    const started = await agent.get(`${op.provider.urlFor('authorization')}?${query}`)
    const [, , id = ''] = /^(urn:ietf:params:oauth:request_uri:)(.*)$/.exec(requestUri) ?? []
    await (await op.provider.PushedAuthorizationRequest.find(id))?.destroy()
    const ended = await agent.follow(started)
    const code = new URL(ended.headers.get('location') ?? '').searchParams.get('code') ?? ''

    expect((await op.exchange(code, verifier)).body['error']).to.equal('invalid_grant')
    expect((await tokenWith(op, key, codeForm(code, verifier))).status).to.equal(200)
  })

  it('a browser cannot take the binding off: dpop_jkt of the host is not amendable', async () => {
    const listener = (ctx: { oidc: { params?: Record<string, unknown> | undefined } }) => {
      if (ctx.oidc.params !== undefined) ctx.oidc.params['dpop_jkt'] = undefined
    }
    op.provider.on('authorization.accepted', listener)
    const { code } = await op.authorize({ dpop_jkt: key.jkt })
    op.provider.off('authorization.accepted', listener)

    expect((await op.provider.AuthorizationCode.find(code))?.dpopJkt).to.equal(key.jkt)
  })
})
