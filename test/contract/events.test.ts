import { expect } from 'chai'
import {
  find as findLogin,
  grantFor,
  pinged,
  poll as pollForLogin,
  requestId,
  request as requestLogin,
  startForCiba,
  startReceiver,
  stopReceivers,
} from '../support/ciba.ts'
import { asUpdate, bearer, manage, REGISTRATION, register } from '../support/registering.ts'
import { type RunningProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

const API = 'https://api.example.com'
const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' }

/** What an argument of a listener is. */
type Kind = 'ctx' | 'error' | 'client' | 'id' | 'prompt' | 'response' | { readonly model: string }

const a = (model: string): Kind => ({ model })

/** Ids of the surface, the event, what its listeners are given. */
const EVENTS: readonly (readonly [ids: string, event: string, args: readonly Kind[]])[] = [
  ['F001', 'access_token.destroyed', [a('AccessToken')]],
  ['F002', 'access_token.saved', [a('AccessToken')]],
  ['F003', 'access_token.issued', [a('AccessToken')]],
  ['F004', 'authorization_code.consumed', [a('AuthorizationCode')]],
  ['F005', 'authorization_code.destroyed', [a('AuthorizationCode')]],
  ['F006', 'authorization_code.saved', [a('AuthorizationCode')]],
  ['F007', 'authorization.accepted', ['ctx']],
  ['F008 F074', 'authorization.error', ['ctx', 'error']],
  ['F009', 'authorization.success', ['ctx', 'response']],
  ['F013', 'client_credentials.destroyed', [a('ClientCredentials')]],
  ['F014', 'client_credentials.saved', [a('ClientCredentials')]],
  ['F015', 'client_credentials.issued', [a('ClientCredentials')]],
  ['F022 F074', 'grant.error', ['ctx', 'error']],
  ['F023 F070', 'grant.revoked', ['ctx', 'id']],
  ['F024', 'grant.success', ['ctx']],
  ['F025', 'initial_access_token.destroyed', [a('InitialAccessToken')]],
  ['F026', 'initial_access_token.saved', [a('InitialAccessToken')]],
  ['F027', 'interaction.destroyed', [a('Interaction')]],
  ['F028', 'interaction.ended', ['ctx']],
  ['F029', 'interaction.saved', [a('Interaction')]],
  ['F030 F071', 'interaction.started', ['ctx', 'prompt']],
  ['F032', 'replay_detection.destroyed', [a('ReplayDetection')]],
  ['F033', 'replay_detection.saved', [a('ReplayDetection')]],
  ['F034', 'pushed_authorization_request.error', ['ctx', 'error']],
  ['F035', 'pushed_authorization_request.success', ['ctx', 'client']],
  ['F036', 'pushed_authorization_request.destroyed', [a('PushedAuthorizationRequest')]],
  ['F037', 'pushed_authorization_request.saved', [a('PushedAuthorizationRequest')]],
  ['F038', 'refresh_token.consumed', [a('RefreshToken')]],
  ['F039', 'refresh_token.destroyed', [a('RefreshToken')]],
  ['F040', 'refresh_token.saved', [a('RefreshToken')]],
  ['F041', 'registration_access_token.destroyed', [a('RegistrationAccessToken')]],
  ['F042', 'registration_access_token.saved', [a('RegistrationAccessToken')]],
  ['F043', 'registration_create.error', ['ctx', 'error']],
  ['F044 F073', 'registration_create.success', ['ctx', 'client']],
  ['F045', 'registration_delete.error', ['ctx', 'error']],
  ['F046 F073', 'registration_delete.success', ['ctx', 'client']],
  ['F047', 'registration_read.error', ['ctx', 'error']],
  ['F048', 'registration_update.error', ['ctx', 'error']],
  ['F049 F073', 'registration_update.success', ['ctx', 'client']],
  ['F051 F074', 'server_error', ['ctx', 'error']],
  ['F052', 'session.destroyed', [a('Session')]],
  ['F053', 'session.saved', [a('Session')]],
  ['F054 F074', 'userinfo.error', ['ctx', 'error']],
  ['F055 F074', 'backchannel_authentication.error', ['ctx', 'error']],
  ['F055', 'backchannel_authentication.success', ['ctx', 'response']],
  ['F056', 'backchannel_authentication_request.consumed', [a('BackchannelAuthenticationRequest')]],
  ['F056', 'backchannel_authentication_request.destroyed', [a('BackchannelAuthenticationRequest')]],
  ['F056', 'backchannel_authentication_request.saved', [a('BackchannelAuthenticationRequest')]],
  ['F292', 'backchannel_ping.error', ['error', 'client', a('BackchannelAuthenticationRequest')]],
  ['F292', 'backchannel_ping.success', ['client', a('BackchannelAuthenticationRequest')]],
  ['F063', 'grant.saved', [a('Grant')]],
  ['F063', 'grant.destroyed', [a('Grant')]],
  ['F067', 'token.issued', [a('AuthorizationCode')]],
  ['F068', 'token.consumed', [a('AuthorizationCode')]],
  ['F069', 'token.revoked', [a('AccessToken')]],
]

function isKind(argument: unknown, kind: Kind): boolean {
  const member = (name: string): unknown => Reflect.get(Object(argument), name)
  if (typeof kind === 'object') return member('kind') === kind.model
  if (kind === 'ctx') return typeof member('oidc') === 'object'
  if (kind === 'error') return argument instanceof Error
  if (kind === 'client') return typeof member('clientId') === 'string'
  if (kind === 'id') return typeof argument === 'string'
  return typeof argument === 'object' && argument !== null
}

async function start() {
  const statuses = [204, 500]
  const { port } = await startReceiver(() => ({ status: statuses.shift() ?? 204 }))
  const op = await startForCiba({
    clients: [
      {
        ...WEB_CLIENT,
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'urn:example:broken'],
      },
      { ...pinged(port), client_secret: WEB_CLIENT.client_secret ?? '' },
    ],
    rotateRefreshToken: true,
    features: {
      clientCredentials: { enabled: true },
      registration: { enabled: true },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: 'read', audience: 'api', accessTokenFormat: 'jwt' }),
      },
    },
  })
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
  const third = await op.login()
  await (await op.provider.AccessToken.find(String(third.body['access_token'])))?.destroy()
  await op.login({ scope: 'openid read', resource: API })
  const own = await op.token({ grant_type: 'client_credentials' })
  await (await op.provider.ClientCredentials.find(String(own.body['access_token'])))?.destroy()
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
  const token = new op.provider.InitialAccessToken()
  await register(op, REGISTRATION, bearer(await token.save()))
  await token.destroy()
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
  await (await findLogin(op, other)).destroy()
}

/** What a host does with models itself. */
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
  const grant = new provider.Grant({ accountId: 'bob', clientId: 'web' })
  await grant.save()
  await grant.destroy()
}

describe('events (version 8) and what their listeners are given', () => {
  const told = new Map<string, unknown[][]>()

  before(async () => {
    const op = await start()
    for (const [, event] of EVENTS) {
      const calls: unknown[][] = []
      told.set(event, calls)
      op.provider.on(String(event), (...args: unknown[]) => calls.push(args))
    }
    await useTokens(op)
    await push(op)
    await askElsewhere(op)
    await registerAndLeave(op)
    await useModels(op)
  })
  after(async () => {
    await stopProviders()
    await stopReceivers()
  })

  for (const [ids, event, kinds] of EVENTS) {
    it(`${ids} ${event}`, () => {
      const calls = told.get(event) ?? []

      expect(calls, 'calls').to.not.have.length(0)
      const fitting = calls.filter((args) => kinds.every((kind, index) => isKind(args[index], kind)))
      // Names of an older version stand for several kinds of tokens.
      if (event.startsWith('token.')) expect(fitting).to.not.have.length(0)
      else expect(fitting).to.have.length(calls.length)
      for (const args of calls) expect(args).to.have.length(kinds.length)
    })
  }
})
