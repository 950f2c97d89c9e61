import type Provider from '../../lib/index.ts'
import type { Configuration } from '../../types/configuration.ts'
import { CIBA, grantFor, requestId } from '../support/ciba.ts'
import {
  askForCodes,
  type Codes,
  confirmCode,
  DEVICE_CODE,
  enterCode,
  openPage,
  type Screen,
} from '../support/device.ts'
import { forToken, hashOf, newKey, prove } from '../support/dpop.ts'
import {
  bearerForm,
  CUSTOM,
  customForm,
  customGrant,
  exchangeForm,
  GRANTING,
  JWT_BEARER,
  TOKEN_EXCHANGE,
} from '../support/granting.ts'
import { jwtPayload } from '../support/jwt_payload.ts'
import { askToLogOut } from '../support/logging_out.ts'
import {
  ACCOUNT,
  pkce,
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  WEB_CLIENT,
} from '../support/start_provider.ts'
import { CERTIFICATE } from '../support/tls_certificate.ts'
import type { UserAgent } from '../support/user_agent.ts'

/** What a request was answered with, wherever the answer stands. */
export interface Outcome {
  status: number
  /** The error in the body, or in the redirect to the client. */
  error: string | undefined
  retryAfter: string | null
  location: string | null
  body: Record<string, unknown>
}

/** A request with everything in place that it needs. */
export interface Prepared {
  run(signal?: AbortSignal): Promise<Outcome>
  /** Whether what the answer promised is there. */
  works(outcome: Outcome): Promise<boolean>
}

export interface Flow {
  rotates?: boolean
  /** It grants nothing: half of what it writes is no harm. */
  grantsNothing?: boolean
  /** It only takes away: whatever fails is 503, and what is gone by then stays so. @see RFC 7009 §2.2.1 */
  revokes?: boolean
  /** What a second use of something that counts once is refused with. @default 'invalid_grant' */
  usedBefore?: string
  /** Grants outlive what was issued under them. */
  keepsGrant?: boolean
  /** @param agent is logged in and has consented */
  prepare(op: RunningProvider, agent: UserAgent): Promise<Prepared>
}

/** The members of an authorization response, also of one that is a JWT. */
function answered(location: string): Record<string, unknown> {
  const members = Object.fromEntries(new URL(location).searchParams)
  return members['response'] === undefined ? members : jwtPayload(members['response'])
}

async function read(pending: Promise<Response>): Promise<Outcome> {
  const response = await pending
  const location = response.headers.get('location')
  const text = await response.text()
  const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : {}
  const body = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
  const sent = location?.startsWith(REDIRECT_URI) ? answered(location)['error'] : undefined
  const told: unknown = Object.entries(body).find(([name]) => name === 'error')?.[1] ?? sent
  const error = typeof told === 'string' ? told : undefined
  return { status: response.status, error, retryAfter: response.headers.get('retry-after'), location, body }
}

/** Stands for a host's own endpoint, where people answer a request for a login. */
const RESULT = 'urn:example:result'
/** Stands for a page of the host's, where a person looks at the own account and ends what is there. */
const ACCOUNT_PAGE = 'urn:example:account'

/** Starts a provider on which every flow can run. */
export async function startForFlows(configuration: Configuration): Promise<RunningProvider> {
  const op = await startProvider({
    clients: [
      {
        ...WEB_CLIENT,
        grant_types: [
          'authorization_code',
          'refresh_token',
          'client_credentials',
          CUSTOM,
          TOKEN_EXCHANGE,
          JWT_BEARER,
          DEVICE_CODE,
          CIBA,
          RESULT,
          ACCOUNT_PAGE,
        ],
        backchannel_token_delivery_mode: 'poll',
        frontchannel_logout_uri: 'https://rp.example.com/out',
      },
      { ...WEB_CLIENT, client_id: 'certified', tls_client_certificate_bound_access_tokens: true },
    ],
    features: {
      ...GRANTING,
      ciba: { enabled: true, processLoginHint: (_ctx, hint) => hint, triggerAuthenticationDevice: () => {} },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      deviceFlow: { enabled: true },
      frontchannelLogout: { enabled: true },
      introspection: { enabled: true },
      jwtIntrospection: { enabled: true },
      jwtResponseModes: { enabled: true },
      mTLS: { enabled: true, certificateBoundAccessTokens: true, getCertificate: () => CERTIFICATE.cert },
      revocation: { enabled: true },
      sessionManagement: { enabled: true },
    },
    issueRefreshToken: () => true,
    rotateRefreshToken: false,
    ...configuration,
  })
  op.provider.registerGrantType(
    RESULT,
    async (ctx) => {
      const { id, grant } = ctx.oidc.params ?? {}
      await op.provider.backchannelResult(String(id), String(grant))
      ctx.body = {}
    },
    ['id', 'grant'],
  )
  op.provider.registerGrantType(
    ACCOUNT_PAGE,
    async (ctx) => {
      const { call = '', id = '' } = ctx.oidc.params ?? {}
      ctx.body = { found: await ACCOUNT_CALLS[String(call)]?.(op.provider, String(id)) }
    },
    ['call', 'id'],
  )
  op.provider.registerGrantType(CUSTOM, customGrant, ['once'])
  return op
}

function post(
  op: RunningProvider,
  form: Record<string, string>,
  signal?: AbortSignal,
  route = 'token',
  headers: Record<string, string> = {},
): Promise<Outcome> {
  const { client_id, client_secret = '' } = op.client
  const body = new URLSearchParams({ client_id, client_secret, ...form })
  return read(
    op.agent().request(op.provider.urlFor(route), { method: 'POST', body, headers, signal: signal ?? null }),
  )
}

/** Follows the request on the provider. */
async function whereItEnds(agent: UserAgent, location: string): Promise<string> {
  const { headers } = await agent.follow(await agent.get(location))
  return headers.get('location') ?? ''
}

function authorization(op: RunningProvider, agent: UserAgent, url: string, verifier: string): Prepared {
  return {
    run: (signal) => read(agent.request(url, { signal: signal ?? null })),
    async works({ location }) {
      if (location === null) return false
      const isAnswer = location.startsWith(REDIRECT_URI)
      const target = isAnswer ? location : await whereItEnds(agent, location)
      const code = target.startsWith(REDIRECT_URI) ? answered(target)['code'] : undefined
      return typeof code === 'string' && (await op.exchange(code, verifier)).status === 200
    },
  }
}

function request(op: RunningProvider, params: Record<string, string> = {}) {
  const { verifier, challenge } = pkce()
  return {
    verifier,
    url: op.authorizationUrl({ code_challenge: challenge, code_challenge_method: 'S256', ...params }),
  }
}

/** Goes to the end-user's screens and answers. @returns where the request goes on */
async function answerScreen(agent: UserAgent, url: string): Promise<string> {
  const started = await agent.get(url)
  const screen = await agent.get(started.headers.get('location') ?? '')
  return screen.headers.get('location') ?? ''
}

async function tokensWork(op: RunningProvider, { body }: Outcome): Promise<boolean> {
  const userinfo = await op.userinfo(body['access_token'])
  return userinfo.status === 200 && (await op.refresh(body['refresh_token'])).status === 200
}

const opensUserinfo = async (op: RunningProvider, { body }: Outcome): Promise<boolean> =>
  (await op.userinfo(body['access_token'])).status === 200

async function refreshing(op: RunningProvider, agent: UserAgent): Promise<Prepared> {
  const { code, verifier } = await op.authorize({}, agent)
  const { body } = await op.exchange(code, verifier)
  const form = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
  return { run: (signal) => post(op, form, signal), works: (outcome) => tokensWork(op, outcome) }
}

const member = (text: string, name: string) =>
  new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(text)?.[1] ?? ''

/** A page about devices: what stands in its form is the body. */
async function readPage(pending: Promise<Response>): Promise<Outcome> {
  const response = await pending
  const text = await response.clone().text()
  const outcome = await read(Promise.resolve(response))
  return { ...outcome, body: { ...outcome.body, text, xsrf: member(text, 'xsrf') } }
}

const devices = (op: RunningProvider, secret = op.client.client_secret ?? '') =>
  askForCodes(op, { client_secret: secret, scope: 'openid' })

const polling = (op: RunningProvider, { deviceCode }: Codes, signal?: AbortSignal) =>
  post(op, { grant_type: DEVICE_CODE, device_code: deviceCode }, signal)

const polledFor = async (op: RunningProvider, codes: Codes) => (await polling(op, codes)).status === 200

function sending(op: RunningProvider, agent: UserAgent, form: Record<string, string>) {
  const body = new URLSearchParams(form)
  return (signal?: AbortSignal) =>
    readPage(
      agent.request(op.provider.urlFor('code_verification'), {
        method: 'POST',
        body,
        signal: signal ?? null,
      }),
    )
}

/** What a person's answer on the page that confirms a device leads to. */
async function confirming(op: RunningProvider, agent: UserAgent, more: Record<string, string> = {}) {
  const codes = await devices(op)
  const { xsrf }: Screen = await enterCode(op, agent, codes.userCode)
  return { codes, run: sending(op, agent, { xsrf, user_code: codes.userCode, confirm: 'yes', ...more }) }
}

/** Goes on at the screens, as far as the provider leads. */
async function allows(op: RunningProvider, agent: UserAgent, codes: Codes, { location }: Outcome) {
  if (location !== null) await agent.follow(await agent.get(location))
  return polledFor(op, codes)
}

async function returning(op: RunningProvider, agent: UserAgent): Promise<Prepared> {
  const codes = await devices(op)
  const started = await confirmCode(op, agent, codes.userCode)
  const screen = await agent.get(started.headers.get('location') ?? '')
  const url = screen.headers.get('location') ?? ''
  return {
    run: (signal) => readPage(agent.request(url, { signal: signal ?? null })),
    works: (outcome) => allows(op, agent, codes, outcome),
  }
}

/** Somebody who waits still waits. */
function stillPending(outcome: Outcome): Outcome {
  const isPending = outcome.error === 'authorization_pending' || outcome.error === 'slow_down'
  return isPending ? { ...outcome, error: undefined } : outcome
}

/** The flow of devices. @see RFC 8628 */
const DEVICE_FLOWS: Readonly<Record<string, Flow>> = {
  'device authorization': {
    async prepare(op) {
      const body = new URLSearchParams({
        client_id: op.client.client_id,
        client_secret: op.client.client_secret ?? '',
        scope: 'openid',
      })
      const url = op.provider.urlFor('device_authorization')
      return {
        run: (signal) => read(op.agent().request(url, { method: 'POST', body, signal: signal ?? null })),
        async works(outcome) {
          const { text } = await enterCode(op, op.agent(), String(outcome.body['user_code']))
          return text.includes('Is this your device?')
        },
      }
    },
  },
  'device poll while pending': {
    async prepare(op) {
      const codes = await devices(op)
      return {
        async run(signal) {
          return stillPending(await polling(op, codes, signal))
        },
        works: async ({ status }) => status === 400,
      }
    },
  },
  'device approval to tokens': {
    async prepare(op, agent) {
      const { codes, run } = await confirming(op, agent)
      await run()
      return { run: (signal) => polling(op, codes, signal), works: (outcome) => tokensWork(op, outcome) }
    },
  },
  'page for the user code': {
    async prepare(op) {
      const codes = await devices(op)
      const agent = op.agent()
      return {
        run: (signal) =>
          readPage(agent.request(op.provider.urlFor('code_verification'), { signal: signal ?? null })),
        async works({ body }) {
          const form = { xsrf: String(body['xsrf']), user_code: codes.userCode }
          return String((await sending(op, agent, form)()).body['text']).includes('Is this your device?')
        },
      }
    },
  },
  'user code': {
    async prepare(op) {
      const codes = await devices(op)
      const agent = op.agent()
      const { xsrf } = await openPage(op, agent)
      return {
        run: sending(op, agent, { xsrf, user_code: codes.userCode }),
        works: async ({ body }) => String(body['text']).includes('Is this your device?'),
      }
    },
  },
  'device confirmation with session and grant': {
    async prepare(op, agent) {
      const { codes, run } = await confirming(op, agent)
      return { run, works: () => polledFor(op, codes) }
    },
  },
  'device confirmation that starts an interaction': {
    async prepare(op) {
      const agent = op.agent()
      const { codes, run } = await confirming(op, agent)
      return { run, works: (outcome) => allows(op, agent, codes, outcome) }
    },
  },
  'device refused by its owner': {
    async prepare(op) {
      const { codes, run } = await confirming(op, op.agent(), { abort: 'yes' })
      return { run, works: async () => (await polling(op, codes)).error === 'access_denied' }
    },
  },
  'return to a device from login': {
    prepare: (op) => returning(op, op.agent()),
  },
}

const isSignedIn = async (op: RunningProvider, agent: UserAgent) => {
  const { answer } = await op.authorize({ prompt: 'none' }, agent)
  return answer.get('error') !== 'login_required'
}

/** Presses a button of the form that asks whether to sign out. */
async function leaving(op: RunningProvider, logout: Record<string, string>): Promise<Prepared> {
  const { agent, body } = await op.login()
  const { action, xsrf } = await askToLogOut(op, agent, { client_id: op.client.client_id })
  const form = new URLSearchParams({ xsrf, ...logout })
  return {
    run: (signal) => read(agent.request(action, { method: 'POST', body: form, signal: signal ?? null })),
    async works({ status }) {
      const isOver = (await op.userinfo(body['access_token'])).status === 401
      const stays = await isSignedIn(op, agent)
      return status === 303 && isOver && stays !== 'logout' in logout
    },
  }
}

/** The same in a browser: its way on leads past a page that frames the client, and its state is another one. */
async function leavingByFrames(op: RunningProvider): Promise<Prepared> {
  const { agent, body } = await op.login()
  const { action, xsrf } = await askToLogOut(op, agent, { client_id: op.client.client_id })
  const before = agent.cookies.get('_op_state')?.value
  const init = {
    method: 'POST',
    body: new URLSearchParams({ xsrf, logout: 'yes' }),
    headers: { accept: 'text/html' },
  }
  let page = ''
  let runs = 0
  return {
    async run(signal) {
      runs += 1
      const response = await agent.request(action, { ...init, signal: signal ?? null })
      page = await response.clone().text()
      const outcome = await read(Promise.resolve(response))
      // Errors are pages, too.
      return {
        ...outcome,
        error: /\bserver_error\b|\btemporarily_unavailable\b|\binvalid_\w+/.exec(page)?.[0],
      }
    },
    async works({ status }) {
      const isOver = (await op.userinfo(body['access_token'])).status === 401
      // The login may have been over already when it was tried again.
      const isFramed = runs > 1 || page.includes('src="https://rp.example.com/out"')
      const isAnother = agent.cookies.get('_op_state')?.value !== before
      return status === 200 && isOver && isFramed && isAnother && !(await isSignedIn(op, agent))
    },
  }
}

async function tokensOf(op: RunningProvider, agent: UserAgent) {
  const { code, verifier } = await op.authorize({}, agent)
  const { body } = await op.exchange(code, verifier)
  return { access_token: String(body['access_token']), refresh_token: String(body['refresh_token']) }
}

type UserToken = 'access_token' | 'refresh_token'

const introspecting =
  (kind: UserToken, hint: Record<string, string> = {}): Flow['prepare'] =>
  async (op, agent) => {
    const form = { token: (await tokensOf(op, agent))[kind], ...hint }
    return {
      run: (signal) => post(op, form, signal, 'introspection'),
      works: async ({ body }) => body['active'] === true && body['sub'] === 'alice',
    }
  }

const revoking =
  (kind: UserToken): Flow['prepare'] =>
  async (op, agent) => {
    const tokens = await tokensOf(op, agent)
    const gone = kind === 'access_token' ? [tokens.access_token] : Object.values(tokens)
    return {
      run: (signal) => post(op, { token: tokens[kind] }, signal, 'revocation'),
      async works({ status }) {
        const about = await Promise.all(gone.map((token) => post(op, { token }, undefined, 'introspection')))
        return status === 200 && about.every(({ body }) => body['active'] === false)
      },
    }
  }

const pollingFor = (op: RunningProvider, id: string, signal?: AbortSignal) =>
  post(op, { grant_type: CIBA, auth_req_id: id }, signal)

/** Logins on another device. @see OpenID Connect CIBA Core 1.0 */
const CIBA_FLOWS: Readonly<Record<string, Flow>> = {
  'backchannel authentication': {
    async prepare(op) {
      const form = { scope: 'openid', login_hint: 'alice' }
      return {
        run: (signal) => post(op, form, signal, 'backchannel_authentication'),
        async works({ body }) {
          const { error } = await pollingFor(op, String(body['auth_req_id']))
          return error === 'authorization_pending'
        },
      }
    },
  },
  'CIBA poll while pending': {
    async prepare(op) {
      const id = await requestId(op)
      return {
        run: async (signal) => stillPending(await pollingFor(op, id, signal)),
        works: async ({ status }) => status === 400,
      }
    },
  },
  'CIBA result': {
    async prepare(op) {
      const id = await requestId(op)
      const { jti } = await grantFor(op, id)
      return {
        run: (signal) => post(op, { grant_type: RESULT, id, grant: jti }, signal),
        works: async () => (await pollingFor(op, id)).status === 200,
      }
    },
  },
  'CIBA approval to tokens': {
    async prepare(op) {
      const id = await requestId(op)
      await op.provider.backchannelResult(id, await grantFor(op, id))
      return { run: (signal) => pollingFor(op, id, signal), works: (outcome) => tokensWork(op, outcome) }
    },
  },
}

/** Tokens that are bound to a certificate. @see RFC 8705 §3 */
const MTLS_FLOWS: Readonly<Record<string, Flow>> = {
  'code exchange by a certificate': {
    async prepare(op, agent) {
      const { code, verifier } = await op.authorize({ client_id: 'certified' }, agent)
      const form = {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: REDIRECT_URI,
      }
      return {
        run: (signal) => post(op, { ...form, client_id: 'certified' }, signal),
        works: (outcome) => opensUserinfo(op, outcome),
      }
    },
  },
  'refresh by a certificate': {
    rotates: true,
    async prepare(op, agent) {
      const { code, verifier } = await op.authorize({ client_id: 'certified' }, agent)
      const { body } = await op.exchange(code, verifier, { client_id: 'certified' })
      const form = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
      return {
        run: (signal) => post(op, { ...form, client_id: 'certified' }, signal),
        works: (outcome) => opensUserinfo(op, outcome),
      }
    },
  },
}

async function listed<T>(entries: AsyncIterable<T>, name: (entry: T) => string): Promise<string[]> {
  const names: string[] = []
  for await (const entry of entries) names.push(name(entry))
  return names
}

type AccountCall = (provider: Provider, id: string) => Promise<unknown>

/** What a host asks for an account. */
const ACCOUNT_CALLS: Readonly<Record<string, AccountCall>> = {
  sessionsOf: (provider) => listed(provider.sessionsOf(ACCOUNT), ({ uid }) => uid),
  grantsOf: (provider) => listed(provider.grantsOf(ACCOUNT), ({ jti }) => jti),
  tokensOf: (provider) => listed(provider.tokensOf(ACCOUNT, 'AccessToken'), ({ grantId }) => String(grantId)),
  endSession: (provider, uid) => provider.endSession(ACCOUNT, uid),
  endSessionsOf: (provider) => provider.endSessionsOf(ACCOUNT),
  revokeGrant: (provider, grantId) => provider.revokeGrant(ACCOUNT, grantId),
  revokeGrantsOf: (provider) => provider.revokeGrantsOf(ACCOUNT),
}

/** Logs in with another browser beside the one that is there. @returns that browser, and what the host calls it */
async function personOn(op: RunningProvider, first: UserAgent) {
  await op.authorize({}, first)
  const { agent, body } = await op.login()
  const { grantId = '', sessionUid = '' } =
    (await op.provider.AccessToken.find(String(body['access_token']))) ?? {}
  return { agent, accessToken: body['access_token'], grantId, sessionUid }
}

/** A page of the host's shows something of the person's that is there. */
const showing = (call: string, what: 'grantId' | 'sessionUid'): Flow => ({
  async prepare(op, first) {
    const one = await personOn(op, first)
    return {
      run: (signal) => post(op, { grant_type: ACCOUNT_PAGE, call }, signal),
      works: async ({ body }) => JSON.stringify(body['found']).includes(one[what]),
    }
  },
})

/** On a page of the host's a person ends what was granted; a session that ends is logged out as well. */
const ending = (call: string, what: 'grantId' | 'sessionUid'): Flow => ({
  grantsNothing: true,
  async prepare(op, first) {
    const one = await personOn(op, first)
    return {
      run: (signal) => post(op, { grant_type: ACCOUNT_PAGE, call, id: one[what] }, signal),
      async works() {
        const isOver = (await op.userinfo(one.accessToken)).status === 401
        return isOver && (await isSignedIn(op, one.agent)) === (what === 'grantId')
      },
    }
  },
})

/** The account's view for hosts. */
const ACCOUNT_FLOWS: Readonly<Record<string, Flow>> = {
  'sessions of an account': showing('sessionsOf', 'sessionUid'),
  'grants of an account': showing('grantsOf', 'grantId'),
  'tokens of an account': showing('tokensOf', 'grantId'),
  'end of one session': ending('endSession', 'sessionUid'),
  'signed out everywhere': ending('endSessionsOf', 'sessionUid'),
  'end of one grant': ending('revokeGrant', 'grantId'),
  'application disconnected': ending('revokeGrantsOf', 'grantId'),
}

const KEY = newKey()

/** Presents a token with a proof of its own. */
async function opensWithKey(op: RunningProvider, { body }: Outcome): Promise<boolean> {
  const token = body['access_token']
  return (await read(presenting(op, token, await provePresented(op, token)))).body['sub'] === 'alice'
}

const provePresented = (op: RunningProvider, token: unknown) =>
  prove(KEY, { htm: 'GET', htu: op.provider.urlFor('userinfo'), ath: hashOf(token) })

const presenting = (op: RunningProvider, token: unknown, dpop: string, signal?: AbortSignal) =>
  op.agent().request(op.provider.urlFor('userinfo'), {
    headers: { authorization: `DPoP ${token}`, dpop },
    signal: signal ?? null,
  })

const codeFormOf = (code: string, verifier: string) => ({
  grant_type: 'authorization_code',
  code,
  code_verifier: verifier,
  redirect_uri: REDIRECT_URI,
})

async function boundTokens(op: RunningProvider, agent: UserAgent) {
  const { code, verifier } = await op.authorize({}, agent)
  const dpop = await prove(KEY, forToken(op))
  return (await post(op, codeFormOf(code, verifier), undefined, 'token', { dpop })).body
}

/** A token request with a proof, which stays the same when it is tried again. */
async function proven(op: RunningProvider, form: Record<string, string>): Promise<Prepared> {
  const dpop = await prove(KEY, forToken(op))
  return {
    run: (signal) => post(op, form, signal, 'token', { dpop }),
    works: (outcome) => opensWithKey(op, outcome),
  }
}

/** Requests with proofs: a failure of ours uses none of them up. @see RFC 9449 §11.1 */
const DPOP_FLOWS: Readonly<Record<string, Flow>> = {
  'client credentials with DPoP': {
    usedBefore: 'invalid_dpop_proof',
    async prepare(op) {
      const prepared = await proven(op, { grant_type: 'client_credentials' })
      return {
        ...prepared,
        works: async ({ body }) =>
          (await op.provider.ClientCredentials.find(String(body['access_token'])))?.jkt === KEY.jkt,
      }
    },
  },
  'code exchange with DPoP': {
    usedBefore: 'invalid_dpop_proof',
    async prepare(op, agent) {
      const { code, verifier } = await op.authorize({ dpop_jkt: KEY.jkt }, agent)
      return proven(op, codeFormOf(code, verifier))
    },
  },
  'refresh with DPoP': {
    usedBefore: 'invalid_dpop_proof',
    rotates: true,
    async prepare(op, agent) {
      const { refresh_token: token } = await boundTokens(op, agent)
      return proven(op, { grant_type: 'refresh_token', refresh_token: String(token) })
    },
  },
  'userinfo with DPoP': {
    usedBefore: 'invalid_dpop_proof',
    async prepare(op, agent) {
      const { access_token: token } = await boundTokens(op, agent)
      const dpop = await provePresented(op, token)
      return {
        run: (signal) => read(presenting(op, token, dpop, signal)),
        works: async ({ body }) => body['sub'] === 'alice',
      }
    },
  },
  'pushed authorization request with DPoP': {
    usedBefore: 'invalid_dpop_proof',
    async prepare(op, agent) {
      const route = 'pushed_authorization_request'
      const { verifier, challenge } = pkce()
      const form = {
        response_type: 'code',
        scope: 'openid',
        redirect_uri: REDIRECT_URI,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }
      const dpop = await prove(KEY, { htm: 'POST', htu: op.provider.urlFor(route) })
      return {
        run: (signal) => post(op, form, signal, route, { dpop }),
        async works({ body }) {
          const { code } = await op.authorize({ request_uri: String(body['request_uri']) }, agent)
          const { run, works } = await proven(op, codeFormOf(code, verifier))
          return works(await run())
        },
      }
    },
  },
}

/** The requests of every flow, each ready to be run. */
export const FLOWS: Readonly<Record<string, Flow>> = {
  'authorization with session and grant': {
    async prepare(op, agent) {
      const { url, verifier } = request(op)
      return authorization(op, agent, url, verifier)
    },
  },
  'authorization that starts an interaction': {
    async prepare(op) {
      const { url, verifier } = request(op)
      return authorization(op, op.agent(), url, verifier)
    },
  },
  'authorization answered by a JWT': {
    async prepare(op, agent) {
      const { url, verifier } = request(op, { response_mode: 'jwt' })
      return authorization(op, agent, url, verifier)
    },
  },
  'return from login': {
    async prepare(op) {
      const agent = op.agent()
      const { url, verifier } = request(op)
      return authorization(op, agent, await answerScreen(agent, url), verifier)
    },
  },
  'return from consent': {
    async prepare(op, agent) {
      const { url, verifier } = request(op, { prompt: 'consent' })
      return authorization(op, agent, await answerScreen(agent, url), verifier)
    },
  },
  'logout request': {
    grantsNothing: true,
    async prepare(op, agent) {
      const query = new URLSearchParams({ client_id: op.client.client_id })
      const url = `${op.provider.urlFor('end_session')}?${query}`
      let form = ''
      return {
        async run(signal) {
          const response = await agent.request(url, { signal: signal ?? null })
          form = await response.clone().text()
          return read(Promise.resolve(response))
        },
        async works() {
          const [, action = ''] = /action="([^"]*)"/.exec(form) ?? []
          const [, xsrf = ''] = /name="xsrf" value="([^"]*)"/.exec(form) ?? []
          const left = await read(agent.post(action, { xsrf }))
          // The next one needs what this one has left.
          await op.authorize({}, agent)
          return left.status === 303
        },
      }
    },
  },
  'logout confirmation': { grantsNothing: true, prepare: (op) => leaving(op, { logout: 'yes' }) },
  'logout that frames a client': { grantsNothing: true, prepare: leavingByFrames },
  'logout refused': { grantsNothing: true, prepare: (op) => leaving(op, {}) },
  'code exchange': {
    async prepare(op, agent) {
      const { code, verifier } = await op.authorize({}, agent)
      const form = {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: REDIRECT_URI,
      }
      return { run: (signal) => post(op, form, signal), works: (outcome) => tokensWork(op, outcome) }
    },
  },
  'refresh without rotation': { prepare: refreshing },
  'refresh with rotation': { rotates: true, prepare: refreshing },
  userinfo: {
    async prepare(op, agent) {
      const { code, verifier } = await op.authorize({}, agent)
      const { body } = await op.exchange(code, verifier)
      const headers = { authorization: `Bearer ${body['access_token']}` }
      const url = op.provider.urlFor('userinfo')
      return {
        run: (signal) => read(op.agent().request(url, { headers, signal: signal ?? null })),
        works: async (outcome) => outcome.body['sub'] === 'alice',
      }
    },
  },
  'client credentials': {
    async prepare(op) {
      return {
        run: (signal) => post(op, { grant_type: 'client_credentials' }, signal),
        works: async ({ body }) =>
          (await op.provider.ClientCredentials.find(String(body['access_token']))) !== undefined,
      }
    },
  },
  ...ACCOUNT_FLOWS,
  ...CIBA_FLOWS,
  ...MTLS_FLOWS,
  ...DEVICE_FLOWS,
  ...DPOP_FLOWS,
  'custom grant': {
    async prepare(op) {
      const form = customForm()
      return { run: (signal) => post(op, form, signal), works: (outcome) => tokensWork(op, outcome) }
    },
  },
  'token exchange': {
    async prepare(op, agent) {
      const form = exchangeForm((await tokensOf(op, agent)).access_token)
      return { run: (signal) => post(op, form, signal), works: (outcome) => opensUserinfo(op, outcome) }
    },
  },
  'token exchange with an actor': {
    async prepare(op, agent) {
      const { body } = await post(op, { grant_type: 'client_credentials' })
      const subject = (await tokensOf(op, agent)).access_token
      const form = exchangeForm(subject, String(body['access_token']))
      return { run: (signal) => post(op, form, signal), works: (outcome) => opensUserinfo(op, outcome) }
    },
  },
  'JWT bearer': {
    async prepare(op) {
      const form = await bearerForm(op)
      return { run: (signal) => post(op, form, signal), works: (outcome) => opensUserinfo(op, outcome) }
    },
  },
  introspection: { prepare: introspecting('access_token') },
  'introspection with a hint': {
    prepare: introspecting('refresh_token', { token_type_hint: 'refresh_token' }),
  },
  'introspection with a wrong hint': {
    prepare: introspecting('access_token', { token_type_hint: 'refresh_token' }),
  },
  'revocation of an access token': { revokes: true, prepare: revoking('access_token') },
  'revocation of a refresh token': { revokes: true, prepare: revoking('refresh_token') },
  'revocation where the grant stays': {
    revokes: true,
    keepsGrant: true,
    prepare: revoking('refresh_token'),
  },
}
