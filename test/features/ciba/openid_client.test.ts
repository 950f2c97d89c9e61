import { expect } from 'chai'
import * as client from 'openid-client'
import { errors } from '../../../lib/index.ts'
import {
  approve,
  CALL_CENTRE,
  NOTIFICATION_TOKEN,
  type Ping,
  pinged,
  startForCiba,
  startReceiver,
  stopReceivers,
} from '../../support/ciba.ts'
import { ACCOUNT, type RunningProvider, stopProviders } from '../../support/start_provider.ts'

/** The configuration a client finds; the only relaxation is http, on loopback. */
const discover = (op: RunningProvider) =>
  client.discovery(
    new URL(op.issuer),
    CALL_CENTRE.client_id,
    undefined,
    client.ClientSecretPost(CALL_CENTRE.client_secret ?? ''),
    { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
  )

const ASKED = { scope: 'openid offline_access', login_hint: ACCOUNT, binding_message: 'W4SCT' }

describe('openid-client asks for a login on another device (OpenID Connect CIBA Core 1.0)', () => {
  afterEach(async () => {
    await stopProviders()
    await stopReceivers()
  })

  it('A173 A174 A175 A176 it asks, polls, is told to wait, and gets tokens that it can refresh', async () => {
    const op = await startForCiba({ ciba: { interval: 1 } })
    const config = await discover(op)
    const asked = await client.initiateBackchannelAuthentication(config, ASKED)
    op.provider.once('grant.error', (_ctx, { error }) => {
      if (error === 'authorization_pending') void approve(op, asked.auth_req_id)
    })

    const tokens = await client.pollBackchannelAuthenticationGrant(config, asked)

    expect(asked.interval).to.equal(1)
    expect(asked.expires_in).to.be.within(590, 600)
    expect(tokens.claims()?.sub).to.equal(ACCOUNT)
    expect(await client.fetchUserInfo(config, tokens.access_token, ACCOUNT)).to.include({ sub: ACCOUNT })
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    expect(refreshed.claims()?.sub).to.equal(ACCOUNT)
    expect(op.serverErrors).to.deep.equal([])
  })

  it('B11 it hears that the person refused', async () => {
    const op = await startForCiba({ ciba: { interval: 1 } })
    const config = await discover(op)
    const asked = await client.initiateBackchannelAuthentication(config, ASKED)
    await op.provider.backchannelResult(asked.auth_req_id, new errors.AccessDenied('not me'))

    const refused: unknown = await client
      .pollBackchannelAuthenticationGrant(config, asked)
      .catch((error) => error)

    expect(refused).to.be.instanceOf(client.ResponseBodyError)
    expect(refused).to.include({ error: 'access_denied', error_description: 'not me' })
  })

  it('B2 it hears that there is nobody to ask', async () => {
    const op = await startForCiba()
    const config = await discover(op)

    const refused: unknown = await client
      .initiateBackchannelAuthentication(config, { ...ASKED, login_hint: 'nobody' })
      .catch((error) => error)

    expect(refused).to.be.instanceOf(client.ResponseBodyError)
    expect(refused).to.include({ error: 'unknown_user_id', status: 400 })
  })

  it('A176 it is pinged by a real request over TLS, checks its token, and fetches the tokens (§10.2)', async () => {
    let arrived: (ping: Ping) => void = () => {}
    const ping = new Promise<Ping>((resolve) => {
      arrived = resolve
    })
    const { port } = await startReceiver((received) => {
      arrived(received)
      return { status: 204 }
    })
    const op = await startForCiba({ clients: [pinged(port)], ciba: { interval: 1 } })
    const config = await discover(op)
    const asked = await client.initiateBackchannelAuthentication(config, {
      ...ASKED,
      client_notification_token: NOTIFICATION_TOKEN,
    })
    await approve(op, asked.auth_req_id)
    const { headers, body } = await ping
    expect(headers.authorization).to.equal(`Bearer ${NOTIFICATION_TOKEN}`)
    expect(JSON.parse(body)).to.deep.equal({ auth_req_id: asked.auth_req_id })

    const tokens = await client.pollBackchannelAuthenticationGrant(config, asked)

    expect(tokens.claims()?.sub).to.equal(ACCOUNT)
  })
})
