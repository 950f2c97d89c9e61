/** Everything that events tell of, as it happens over HTTP. */
import type { Middleware } from 'koa'
import { errors } from '../../lib/index.ts'
import { ASSERTION_TYPE, claimsFor, hmacKey, secretClient, sign } from '../actions/client_auth/assertions.ts'
import {
  grantFor,
  pinged,
  poll as pollForLogin,
  requestId,
  request as requestLogin,
  startForCiba,
  startReceiver,
} from '../support/ciba.ts'
import { allow, askForCodes, DEVICE_CODE, TV } from '../support/device.ts'
import { askToLogOut, logOut } from '../support/logging_out.ts'
import { asUpdate, manage, register } from '../support/registering.ts'
import { type RunningProvider, WEB_CLIENT } from '../support/start_provider.ts'

/** One that proves who it is with a signature that counts once. */
const ASSERTING = secretClient()
const API = 'https://api.example.com'
/** Whoever is called so comes back from the screens without having done anything. */
const LOST = 'lost'
const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' }

export async function startForEvents() {
  const failing = new Set<string>()
  const { port } = await startReceiver(({ url = '' }) => {
    // Every second one fails.
    if (failing.delete(url)) return { status: 500 }
    failing.add(url)
    return { status: 204 }
  })
  const getLost: Middleware = async (ctx, next) => {
    if (!ctx.path.includes('/interaction/')) return next()
    const { params } = await op.provider.interactionDetails(ctx.req, ctx.res)
    return params['login_hint'] === LOST ? op.provider.interactionFinished(ctx.req, ctx.res, {}) : next()
  }
  const op = await startForCiba(
    {
      clients: [
        {
          ...WEB_CLIENT,
          grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'urn:example:broken'],
          backchannel_logout_uri: `https://localhost:${port}/bye`,
          frontchannel_logout_uri: 'https://rp.example.com/out',
        },
        { ...WEB_CLIENT, client_id: 'framed', frontchannel_logout_uri: 'https://rp.example.com/out' },
        { ...pinged(port), client_secret: WEB_CLIENT.client_secret ?? '' },
        ASSERTING,
        TV,
      ],
      rotateRefreshToken: true,
      features: {
        backchannelLogout: { enabled: true },
        clientCredentials: { enabled: true },
        deviceFlow: { enabled: true },
        frontchannelLogout: { enabled: true, maxFrames: 1 },
        introspection: { enabled: true },
        registration: { enabled: true },
        registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
        resourceIndicators: {
          enabled: true,
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({ scope: 'read', audience: 'api', accessTokenFormat: 'jwt' }),
        },
        revocation: { enabled: true },
        sessionManagement: { enabled: true },
        webfinger: { enabled: true },
      },
    },
    { use: [getLost] },
  )
  op.provider.registerGrantType('urn:example:broken', () => {
    throw new Error('ours')
  })
  return op
}

/** Codes, refresh tokens and what is issued for them; the old ones are presented again. */
async function useTokens(op: RunningProvider): Promise<void> {
  const first = await op.login(OFFLINE)
  await op.refresh(first.body['refresh_token'])
  await op.refresh(first.body['refresh_token'])
  const second = await op.login()
  await op.exchange(second.code, second.verifier)
  await op.login({ scope: 'openid read', resource: API })
  await op.token({ grant_type: 'client_credentials', resource: API, scope: 'read' })
  await op.userinfo('made up')
  await op.token({ grant_type: 'urn:example:broken' })
  await op.agent().get(op.authorizationUrl({ scope: 'openid', response_type: 'nothing' }))
}

async function push(op: RunningProvider): Promise<void> {
  const client = { client_id: WEB_CLIENT.client_id, client_secret: WEB_CLIENT.client_secret ?? '' }
  const request = { ...client, response_type: 'code', scope: 'openid', code_challenge: 'x'.repeat(43) }
  await op.post('pushed_authorization_request', { ...client, response_type: 'nothing' })
  const pushed = await op.post('pushed_authorization_request', {
    ...request,
    code_challenge_method: 'S256',
    redirect_uri: 'https://rp.example.com/cb',
  })
  const agent = op.agent()
  const query = new URLSearchParams({
    client_id: WEB_CLIENT.client_id,
    request_uri: String(pushed.body['request_uri']),
  })
  await agent.follow(await agent.get(`${op.provider.urlFor('authorization')}?${query}`))
}

async function registerAndLeave(op: RunningProvider): Promise<void> {
  const { body: client } = await register(op)
  await register(op, { redirect_uris: 7 })
  const wrong = { ...client, registration_access_token: 'made-up' }
  await manage('GET', wrong)
  await manage('PUT', wrong, asUpdate(client))
  await manage('DELETE', wrong)
  const { body: updated } = await manage('PUT', client, asUpdate(client))
  await manage('DELETE', { ...client, ...updated })
}

/** A client asks for logins on another device, and is pinged about one, and about one more in vain. */
async function askElsewhere(op: RunningProvider): Promise<void> {
  const ping = { client_id: 'calls', client_notification_token: 'a-token-of-the-client' }
  await requestLogin(op, { client_id: 'calls' })
  const [one, other] = [await requestId(op, ping), await requestId(op, ping)]
  const grant = await grantFor(op, one)
  await op.provider.backchannelResult(one, grant)
  await op.provider.backchannelResult(other, grant)
  await pollForLogin(op, one, { client_id: 'calls' })
}

/** A television asks for codes, is allowed, and asks again; the pages and the endpoint refuse what is wrong. */
async function useDevices(op: RunningProvider): Promise<void> {
  const agent = op.agent()
  const codes = await askForCodes(op, { client_id: 'tv' })
  await allow(op, agent, codes.userCode)
  await op.post('token', { client_id: 'tv', grant_type: DEVICE_CODE, device_code: codes.deviceCode })
  await op.post('device_authorization', { client_id: 'nobody' })
  await agent.post(op.provider.urlFor('code_verification'), { xsrf: 'made up', user_code: 'BCDF-GHJK' })
  await agent.get(op.provider.urlFor('device_resume', { uid: 'made-up' }))
}

/** Two people log out, and one client cannot be told of it; of a third one two would have to be framed; somebody makes logout requests up. */
async function leave(op: RunningProvider): Promise<void> {
  for (const _ of ['told', 'not told']) await logOut(op, (await op.login()).agent)
  await askToLogOut(op, op.agent(), { id_token_hint: 'made up' })
  const { agent } = await op.login()
  await agent.post(op.provider.urlFor('end_session_confirm'), { xsrf: 'made up', logout: 'yes' })
  await agent.get(`${op.provider.urlFor('end_session_success')}?client_id=nobody`)
  await op.authorize({ client_id: 'framed' }, agent)
  const { action, xsrf } = await askToLogOut(op, agent)
  await agent.post(action, { xsrf, logout: 'yes' }, { accept: 'text/html' })
}

/** Tokens are revoked; strangers ask about them. */
async function revoke(op: RunningProvider): Promise<void> {
  const { client_id, client_secret = '' } = op.client
  const { body: issued } = await op.login(OFFLINE)
  const { body: own } = await op.token({ grant_type: 'client_credentials' })
  for (const token of [issued['access_token'], issued['refresh_token'], own['access_token']])
    await op.post('revocation', { client_id, client_secret, token: String(token) })
  await op.post('introspection', { client_id: 'nobody', token: 'made up' })
  await op.post('revocation', { client_id: 'nobody', token: 'made up' })
}

/** The host serves documents to whom it knows: it puts its own getter in the place of ours. */
async function refuseDocuments(op: RunningProvider): Promise<void> {
  const { prototype } = op.provider.OIDCContext
  const own = Object.getOwnPropertyDescriptor(prototype, 'mountPath')
  Object.defineProperty(prototype, 'mountPath', {
    configurable: true,
    get() {
      throw new errors.InvalidRequest('unknown tenant')
    },
  })
  for (const route of ['discovery', 'jwks']) await op.agent().get(op.provider.urlFor(route))
  if (own === undefined) Reflect.deleteProperty(prototype, 'mountPath')
  else Object.defineProperty(prototype, 'mountPath', own)
}

/** Somebody opens what is for frames, and looks for an account that cannot be here. */
async function visitOldEndpoints(op: RunningProvider): Promise<void> {
  await op.agent().get(op.provider.urlFor('check_session'), { 'sec-fetch-dest': 'document' })
  await op.agent().get(`${op.provider.urlFor('webfinger')}?resource=acct:ann@elsewhere.example.com`)
}

/** A client signs who it is; the signature counts once. */
async function signIn(op: RunningProvider): Promise<void> {
  const { client_id } = ASSERTING
  await op.post('token', {
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await sign(claimsFor(client_id, op), { alg: 'HS256' }, hmacKey()),
  })
}

/** What a host does with its models, in its own time. */
async function useModels({ provider }: RunningProvider): Promise<void> {
  const seen = new provider.ReplayDetection({ jti: 'seen', iss: 'rp' })
  await seen.save(60)
  await seen.destroy()
  const session = new provider.Session({ accountId: 'bob' })
  await session.persist()
  await session.destroy()
  const code = new provider.AuthorizationCode({ accountId: 'bob', clientId: 'web' })
  await code.save()
  await code.destroy()
  const device = new provider.DeviceCode({ clientId: 'tv', params: {}, userCode: 'BCDFGHJK' })
  await device.save()
  await device.destroy()
  const asked = new provider.BackchannelAuthenticationRequest({ accountId: 'bob', clientId: 'calls' })
  await asked.save()
  await asked.destroy()
  const grant = new provider.Grant({ accountId: 'bob', clientId: 'web' })
  await grant.save()
  await grant.destroy()
  const token = new provider.InitialAccessToken()
  await token.save()
  await token.destroy()
}

/** @param heard is called when everything has happened that clients and people cause; the rest is the host's own doing */
export async function causeEvents(op: RunningProvider, heard: () => void): Promise<void> {
  await useTokens(op)
  await push(op)
  await askElsewhere(op)
  await registerAndLeave(op)
  await useDevices(op)
  await leave(op)
  await revoke(op)
  await refuseDocuments(op)
  await visitOldEndpoints(op)
  await signIn(op)
  await op.authorize({ login_hint: LOST })
  heard()
  await useModels(op)
}
