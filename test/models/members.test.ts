import { expect } from 'chai'
import { epochTime } from '../../lib/helpers/epoch_time.ts'
import type { BackchannelAuthenticationRequestPayload } from '../../types/features/ciba.ts'
import type { ClientCredentialsPayload } from '../../types/features/client_credentials.ts'
import type { DeviceCodePayload } from '../../types/features/device_flow.ts'
import type { PushedAuthorizationRequestPayload } from '../../types/features/pushed_authorization_requests.ts'
import type { InitialAccessTokenPayload } from '../../types/features/registration.ts'
import type {
  AccessTokenPayload,
  AuthorizationCodePayload,
  GrantPayload,
  InteractionPayload,
  ModelPayload,
  RefreshTokenPayload,
  ReplayDetectionPayload,
  SessionPayload,
} from '../../types/payloads.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

/** Each documented member, beside those that every model has: one that is missing here does not compile. */
type Members<P extends object> = Required<Omit<P, keyof ModelPayload>>

const CONSUMED = { consumed: 1_700_000_000, attempt: 'an attempt' }
const SENDER = { 'x5t#S256': 'c'.repeat(43), jkt: 'k'.repeat(43) }
const BOUND = { clientId: 'web', grantId: 'a grant', sessionUid: 'a session', expiresWithSession: true }
const AUTHENTICATED = {
  accountId: 'alice',
  acr: 'gold',
  amr: ['pwd'],
  authTime: 1_700_000_001,
  claims: { userinfo: { email: null } },
  nonce: 'n',
  resource: ['urn:api'],
  scope: 'openid',
  sid: 'a sid',
}
const POLLED = {
  ...CONSUMED,
  ...BOUND,
  ...AUTHENTICATED,
  params: { scope: 'openid' },
  error: 'access_denied',
  errorDescription: 'somebody said no',
  gty: 'a grant type',
  version: 3,
}

const KINDS = {
  AccessToken: {
    ...BOUND,
    ...SENDER,
    accountId: 'alice',
    aud: ['urn:api'],
    claims: { userinfo: { email: null } },
    extra: { plan: 'gold' },
    gty: 'authorization_code',
    scope: 'openid',
    sid: 'a sid',
  } satisfies Members<AccessTokenPayload>,
  AuthorizationCode: {
    ...CONSUMED,
    ...BOUND,
    ...AUTHENTICATED,
    codeChallenge: 'x'.repeat(43),
    codeChallengeMethod: 'S256',
    dpopJkt: 'k'.repeat(43),
    redirectUri: 'https://web.example.com/cb',
    gty: 'authorization_code',
    attempts: 2,
    version: 3,
  } satisfies Members<AuthorizationCodePayload>,
  BackchannelAuthenticationRequest: POLLED satisfies Members<BackchannelAuthenticationRequestPayload>,
  ClientCredentials: {
    ...SENDER,
    clientId: 'web',
    aud: 'urn:api',
    extra: { plan: 'gold' },
    scope: 'read',
  } satisfies Members<ClientCredentialsPayload>,
  DeviceCode: {
    ...POLLED,
    userCode: 'ABCDEFGH',
    deviceInfo: { ip: '127.0.0.1' },
    inFlight: true,
  } satisfies Members<DeviceCodePayload>,
  Grant: {
    accountId: 'alice',
    clientId: 'web',
    openid: { scope: 'openid', claims: ['email'] },
    resources: { 'urn:api': 'read' },
    rejected: { openid: { scope: 'phone' } },
    madeFrom: ['a grant'],
  } satisfies Members<GrantPayload>,
  InitialAccessToken: {
    ...CONSUMED,
    clientId: 'web',
    policies: [],
  } satisfies Members<InitialAccessTokenPayload>,
  Interaction: {
    returnTo: 'https://op.example.com/auth/x',
    prompt: { name: 'login', reasons: ['no_session'], details: {} },
    params: { client_id: 'web' },
    lastSubmission: { login: { accountId: 'alice' } },
    result: { error: 'access_denied' },
    session: { accountId: 'alice', uid: 'a session', cookie: 'an-id' },
    grantId: 'a grant',
    trusted: ['scope'],
    deviceCode: 'a device code',
    cid: 'a cid',
    carried: { feature: {} },
    progress: { seen: ['a hash'], repeats: 1 },
  } satisfies Members<InteractionPayload>,
  PushedAuthorizationRequest: {
    ...CONSUMED,
    clientId: 'web',
    request: 'a request object',
    dpopJkt: 'k'.repeat(43),
    trusted: true,
    profile: '2.0',
  } satisfies Members<PushedAuthorizationRequestPayload>,
  RefreshToken: {
    ...CONSUMED,
    ...BOUND,
    ...SENDER,
    ...AUTHENTICATED,
    gty: 'authorization_code refresh_token',
    iiat: 1_700_000_002,
    rotations: 4,
    successor: 'an answer',
  } satisfies Members<RefreshTokenPayload>,
  ReplayDetection: { iss: 'rp' } satisfies Members<ReplayDetectionPayload>,
  Session: {
    uid: 'a session',
    accountId: 'alice',
    loginTs: 1_700_000_003,
    acr: 'gold',
    amr: ['pwd'],
    transient: true,
    state: { secret: 'of a form' },
    authorizations: { web: { sid: 'a sid', grantId: 'a grant', persistsLogout: true } },
    version: 3,
  } satisfies Members<SessionPayload>,
}

describe('A179 F310 every documented member of a model is stored, and found again', () => {
  afterEach(stopProviders)

  it('of each kind', async () => {
    const { provider } = await startProvider()
    const exp = epochTime() + 600
    for (const [kind, members] of Object.entries(KINDS)) {
      const all = { ...members, jti: 'an-id', kind, iat: 1_700_000_004 }
      const Model = Reflect.get(provider, kind)
      await new Model({ ...all, exp }).save()
      const row = await Model.adapter.find('an-id')
      const found = await Model.find('an-id')

      expect(row?.exp, kind).to.be.a('number')
      expect(row, kind).to.deep.include(all)
      expect(found, kind).to.deep.include(all)
    }
  })
})
