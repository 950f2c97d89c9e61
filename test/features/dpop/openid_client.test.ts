import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { expect } from 'chai'
import * as client from 'openid-client'
import sinon, { type SinonFakeTimers } from 'sinon'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import { CONFIDENTIAL, type DPoPOptions, PUBLIC, startForDPoP } from '../../support/dpop.ts'
import { ACCOUNT, REDIRECT_URI, type RunningProvider, stopProviders } from '../../support/start_provider.ts'
import { UserAgent } from '../../support/user_agent.ts'

const NONCES: DPoPOptions = { nonceSecret: Buffer.alloc(32, 3), requireNonce: () => true }

/** The configuration a relying party finds; the only relaxation is http, on loopback. */
const discover = (op: RunningProvider, clientId: 'web' | 'spa') =>
  client.discovery(
    new URL(op.issuer),
    clientId,
    undefined,
    clientId === 'web' ? client.ClientSecretPost(CONFIDENTIAL.client_secret ?? '') : client.None(),
    { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
  )

/** Pushes a request, logs in, exchanges the code, refreshes, and reads userinfo, all with proofs. */
async function everything(
  config: client.Configuration,
  agent: UserAgent,
  DPoP: client.DPoPHandle,
  between: () => void = () => {},
) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const url = await client.buildAuthorizationUrlWithPAR(
    config,
    {
      redirect_uri: REDIRECT_URI,
      scope: 'openid offline_access',
      prompt: 'consent',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    },
    { DPoP },
  )
  const response = await agent.follow(await agent.get(url.href))
  const location = new URL(response.headers.get('location') ?? '')
  const tokens = await client.authorizationCodeGrant(
    config,
    location,
    { pkceCodeVerifier, idTokenExpected: true },
    undefined,
    { DPoP },
  )
  between()
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP })
  between()
  const userinfo = await client.fetchUserInfo(config, refreshed.access_token, ACCOUNT, { DPoP })
  return { tokens, refreshed, userinfo }
}

describe('openid-client with DPoP (RFC 9449)', () => {
  const fronts = new Set<Server>()
  let clock: SinonFakeTimers | undefined
  afterEach(async () => {
    clock?.restore()
    clock = undefined
    for (const front of fronts) {
      front.closeAllConnections()
      front.close()
    }
    fronts.clear()
    await stopProviders()
  })

  for (const clientId of ['web', 'spa'] as const) {
    for (const [what, dPoP] of [
      ['without nonces', {}],
      ['with nonces', NONCES],
    ] as const) {
      it(`${clientId}, ${what}: pushed request, code, refresh, userinfo`, async () => {
        const op = await startForDPoP({ dPoP, clients: [CONFIDENTIAL, PUBLIC] })
        const config = await discover(op, clientId)
        const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())

        const { tokens, refreshed, userinfo } = await everything(config, op.agent(), DPoP)

        expect([tokens.token_type, refreshed.token_type]).to.deep.equal(['dpop', 'dpop'])
        expect(userinfo).to.deep.equal({ sub: ACCOUNT })
        const stored = await op.provider.AccessToken.find(refreshed.access_token)
        expect(stored?.jkt).to.equal(await DPoP.calculateThumbprint())
        const refreshToken = await op.provider.RefreshToken.find(refreshed.refresh_token ?? '')
        expect(refreshToken?.jkt).to.equal(clientId === 'spa' ? stored?.jkt : undefined)
        expect(op.serverErrors).to.deep.equal([])
      })
    }
  }

  it('assertions of clients count once, and are made anew when a nonce is asked for (RFC 7523 §3)', async () => {
    const op = await startForDPoP({
      dPoP: NONCES,
      clients: [{ ...CONFIDENTIAL, token_endpoint_auth_method: 'client_secret_jwt' }],
    })
    const config = await client.discovery(
      new URL(op.issuer),
      'web',
      undefined,
      client.ClientSecretJwt(CONFIDENTIAL.client_secret ?? ''),
      { execute: [client.allowInsecureRequests] },
    )
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())

    const { userinfo } = await everything(config, op.agent(), DPoP)

    expect(userinfo).to.deep.equal({ sub: ACCOUNT })
  })

  it('Ed25519 keys sign proofs as well (RFC 9864 §2.2)', async () => {
    const op = await startForDPoP({ enabledJWA: { dPoPSigningAlgValues: ['Ed25519'] } })
    const config = await discover(op, 'web')
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('Ed25519'))

    expect((await client.clientCredentialsGrant(config, {}, { DPoP })).token_type).to.equal('dpop')
  })

  it('D21 a nonce that has expired is replaced on the way (§8.2)', async () => {
    const op = await startForDPoP({ dPoP: NONCES })
    const config = await discover(op, 'spa')
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
    let now = Date.now()
    const later = () => {
      now += 400_000
      clock?.restore()
      clock = sinon.useFakeTimers({ now, toFake: ['Date'] })
    }

    const { userinfo } = await everything(config, op.agent(), DPoP, later)

    expect(userinfo).to.deep.equal({ sub: ACCOUNT })
  })

  it('A135 two providers behind a round robin take each other’s nonces, and no proof twice (§8)', async () => {
    const hosts: RequestListener[] = []
    let turn = 0
    const front = createServer((req, res) => {
      turn += 1
      hosts[turn % hosts.length]?.(req, res)
    })
    fronts.add(front)
    front.listen(0, '127.0.0.1')
    await once(front, 'listening')
    const address = front.address()
    if (address === null || typeof address === 'string') throw new Error('no address')
    const issuer = `http://127.0.0.1:${address.port}`
    const adapter = memoryAdapter()
    const [op, other] = await Promise.all(
      [1, 2].map(() => startForDPoP({ dPoP: NONCES, adapter }, { issuer, mountPath: '' })),
    )
    if (op === undefined || other === undefined) throw new Error('no providers')
    hosts.push(op.provider.callback(), other.provider.callback())
    const config = await discover(op, 'spa')
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
    const refused: string[] = []
    for (const { provider } of [op, other])
      provider.on('grant.error', (_ctx, { error }) => refused.push(error))

    const { userinfo } = await everything(config, new UserAgent(issuer), DPoP)

    expect(userinfo).to.deep.equal({ sub: ACCOUNT })
    expect(refused).to.deep.equal([])
  })

  it('a code that was asked for with dpop_jkt is exchanged by its key (§10)', async () => {
    const op = await startForDPoP()
    const config = await discover(op, 'spa')
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      scope: 'openid',
      dpop_jkt: await DPoP.calculateThumbprint(),
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const agent = op.agent()
    const response = await agent.follow(await agent.get(url.href))
    const location = new URL(response.headers.get('location') ?? '')
    const other = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
    const refused: unknown = await client
      .authorizationCodeGrant(config, location, { pkceCodeVerifier }, undefined, { DPoP: other })
      .catch((error) => error)
    const tokens = await client.authorizationCodeGrant(config, location, { pkceCodeVerifier }, undefined, {
      DPoP,
    })

    expect(refused).to.include({ error: 'invalid_grant' })
    expect(tokens.token_type).to.equal('dpop')
  })
})
