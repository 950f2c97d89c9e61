import type { Configuration } from '../../types/configuration.ts'
import { request as askForLogin, grantFor, poll as pollForLogin, requestId } from '../support/ciba.ts'
import { allow, askForCodes, confirmCode, enterCode, openPage, poll, sendForm } from '../support/device.ts'
import {
  ask,
  codeForm,
  forToken,
  loginWith,
  newKey,
  prove,
  proveUserinfo,
  tokenWith,
  userinfoWith,
} from '../support/dpop.ts'
import {
  bearerForm,
  CUSTOM,
  customForm,
  customGrant,
  EVERY_GRANT,
  exchangeForm,
  GRANTING,
  OUR_GRANTS,
} from '../support/granting.ts'
import { askToLogOut, signOut, staySignedIn } from '../support/logging_out.ts'
import { pkce, REDIRECT_URI, type RunningProvider, WEB_CLIENT } from '../support/start_provider.ts'
import { CERTIFICATE } from '../support/tls_certificate.ts'
import { clientToken, introspect, revoke, userTokens } from '../support/token_endpoints.ts'

const CLIENT = {
  ...WEB_CLIENT,
  grant_types: OUR_GRANTS,
  backchannel_token_delivery_mode: 'poll' as const,
  frontchannel_logout_uri: 'https://rp.example.com/out',
}
/** It is handed tokens of the other one. */
const SERVICE = { ...CLIENT, client_id: 'service' }
/** Its tokens are bound to the certificate that it authenticates by. */
const CERTIFIED = {
  ...CLIENT,
  client_id: 'certified',
  token_endpoint_auth_method: 'tls_client_auth' as const,
  tls_client_auth_subject_dn: 'CN=localhost',
  tls_client_certificate_bound_access_tokens: true,
}
/** It has a grant type of the host's. */
const CUSTOMER = { ...CLIENT, client_id: 'customer', grant_types: EVERY_GRANT }

const codesFor = (op: RunningProvider) => askForCodes(op, { client_secret: WEB_CLIENT.client_secret ?? '' })

/** Proofs are made with it. */
const KEY = newKey()

export interface Prepared {
  /** The request that is measured. */
  run(): Promise<{ status: number }>
  expects: number
}

const proof = () => ({ code_challenge: pkce().challenge, code_challenge_method: 'S256' })

const push = (op: RunningProvider, headers: Record<string, string> = {}) =>
  op.post(
    'pushed_authorization_request',
    {
      client_id: 'web',
      client_secret: WEB_CLIENT.client_secret ?? '',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: REDIRECT_URI,
      ...proof(),
    },
    headers,
  )

async function certifiedLogin(op: RunningProvider) {
  const { code, verifier } = await op.authorize({ client_id: 'certified' })
  return op.post('token', {
    grant_type: 'authorization_code',
    client_id: 'certified',
    code,
    code_verifier: verifier,
    redirect_uri: REDIRECT_URI,
  })
}

/** Puts everything in place that the flow needs, up to the request that is measured. */
export const MEASURED_FLOWS: Readonly<Record<string, (op: RunningProvider) => Promise<Prepared>>> = {
  'authorization (session and grant present)': async (op) => {
    const { agent } = await op.login()
    return { run: () => agent.get(op.authorizationUrl(proof())), expects: 303 }
  },
  'authorization answered by a JWT': async (op) => {
    const { agent } = await op.login()
    return { run: () => agent.get(op.authorizationUrl({ ...proof(), response_mode: 'jwt' })), expects: 303 }
  },
  'authorization with a session state': async (op) => {
    const { agent } = await op.login()
    return { run: () => agent.get(op.authorizationUrl(proof())), expects: 303 }
  },
  'authorization that starts an interaction': async (op) => {
    return { run: () => op.agent().get(op.authorizationUrl(proof())), expects: 303 }
  },
  'return from an interaction': async (op) => {
    const { agent } = await op.login()
    const started = await agent.get(op.authorizationUrl({ ...proof(), prompt: 'consent' }))
    const screen = await agent.get(started.headers.get('location') ?? '')
    const resume = screen.headers.get('location') ?? ''
    return { run: () => agent.get(resume), expects: 303 }
  },
  'pushed authorization request': async (op) => {
    return { run: () => push(op), expects: 201 }
  },
  'authorization by pushed request': async (op) => {
    const { agent } = await op.login()
    const { body } = await push(op)
    const query = new URLSearchParams({ client_id: 'web', request_uri: String(body['request_uri']) })
    return { run: () => agent.get(`${op.provider.urlFor('authorization')}?${query}`), expects: 303 }
  },
  'code exchange': async (op) => {
    const { code, verifier } = await op.authorize()
    return { run: () => op.exchange(code, verifier), expects: 200 }
  },
  refresh: async (op) => {
    const { body } = await op.login()
    return { run: () => op.refresh(body['refresh_token']), expects: 200 }
  },
  'refresh with rotation': async (op) => {
    const { body } = await op.login()
    return { run: () => op.refresh(body['refresh_token']), expects: 200 }
  },
  userinfo: async (op) => {
    const { body } = await op.login()
    return { run: () => op.userinfo(body['access_token']), expects: 200 }
  },
  'logout request': async (op) => {
    const { agent } = await op.login()
    return { run: async () => (await askToLogOut(op, agent, { client_id: 'web' })).response, expects: 200 }
  },
  'logout confirmation': async (op) => {
    const { agent } = await op.login()
    const asked = await askToLogOut(op, agent, { client_id: 'web' })
    return { run: () => signOut(agent, asked), expects: 303 }
  },
  'logout that frames a client': async (op) => {
    const { agent } = await op.login()
    const { action, xsrf } = await askToLogOut(op, agent, { client_id: 'web' })
    const form = { xsrf, logout: 'yes' }
    return { run: () => agent.post(action, form, { accept: 'text/html' }), expects: 200 }
  },
  'logout refused': async (op) => {
    const { agent } = await op.login()
    const asked = await askToLogOut(op, agent, { client_id: 'web' })
    return { run: () => staySignedIn(agent, asked), expects: 303 }
  },
  'client credentials': async (op) => {
    return { run: () => op.token({ grant_type: 'client_credentials' }), expects: 200 }
  },
  'client credentials by a certificate': async (op) => {
    const form = { grant_type: 'client_credentials', client_id: 'certified' }
    return { run: () => op.post('token', form), expects: 200 }
  },
  'refresh by a certificate': async (op) => {
    const { body } = await certifiedLogin(op)
    const form = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
    return { run: () => op.post('token', { ...form, client_id: 'certified' }), expects: 200 }
  },
  'userinfo by a certificate': async (op) => {
    const { body } = await certifiedLogin(op)
    return { run: () => op.userinfo(body['access_token']), expects: 200 }
  },
  'custom grant that issues everything': async (op) => {
    op.provider.registerGrantType(CUSTOM, customGrant, ['once'])
    const form = { ...customForm(), client_id: 'customer' }
    return { run: () => op.token(form), expects: 200 }
  },
  'token exchange': async (op) => {
    const { accessToken } = await userTokens(op)
    return { run: () => op.token(exchangeForm(accessToken)), expects: 200 }
  },
  'token exchange by another client': async (op) => {
    const [{ accessToken }, actor] = [await userTokens(op), await clientToken(op)]
    const form = { ...exchangeForm(accessToken, actor), client_id: 'service' }
    return { run: () => op.token(form), expects: 200 }
  },
  'JWT bearer': async (op) => {
    const form = await bearerForm(op)
    return { run: () => op.token(form), expects: 200 }
  },
  'device authorization': async (op) => {
    const form = { client_id: 'web', client_secret: WEB_CLIENT.client_secret ?? '', scope: 'openid' }
    return { run: () => op.post('device_authorization', form), expects: 200 }
  },
  'device poll while pending': async (op) => {
    const codes = await codesFor(op)
    return { run: () => poll(op, codes), expects: 400 }
  },
  'device approval to tokens': async (op) => {
    const codes = await codesFor(op)
    await allow(op, op.agent(), codes.userCode)
    return { run: () => poll(op, codes), expects: 200 }
  },
  'page for the user code': async (op) => {
    return { run: () => openPage(op, op.agent()), expects: 200 }
  },
  'user code': async (op) => {
    const { userCode } = await codesFor(op)
    const agent = op.agent()
    const { xsrf } = await openPage(op, agent)
    return { run: () => sendForm(op, agent, { xsrf, user_code: userCode }), expects: 200 }
  },
  'device confirmation (session and grant)': async (op) => {
    const { agent } = await op.login()
    const { userCode } = await codesFor(op)
    const { xsrf } = await enterCode(op, agent, userCode)
    return { run: () => sendForm(op, agent, { xsrf, user_code: userCode, confirm: 'yes' }), expects: 200 }
  },
  'return to a device from an interaction': async (op) => {
    const { userCode } = await codesFor(op)
    const agent = op.agent()
    const started = await confirmCode(op, agent, userCode)
    const login = await agent.get(started.headers.get('location') ?? '')
    const consent = await agent.get(login.headers.get('location') ?? '')
    const screen = await agent.get(consent.headers.get('location') ?? '')
    const resume = screen.headers.get('location') ?? ''
    return { run: () => agent.get(resume), expects: 200 }
  },
  'backchannel authentication': async (op) => {
    return { run: () => askForLogin(op), expects: 200 }
  },
  'CIBA poll while pending': async (op) => {
    const id = await requestId(op)
    return { run: () => pollForLogin(op, id), expects: 400 }
  },
  'CIBA approval to tokens': async (op) => {
    const id = await requestId(op)
    await op.provider.backchannelResult(id, await grantFor(op, id))
    return { run: () => pollForLogin(op, id), expects: 200 }
  },
  introspection: async (op) => {
    const { accessToken } = await userTokens(op)
    return { run: () => introspect(op, accessToken, {}, 'web'), expects: 200 }
  },
  'introspection with a hint': async (op) => {
    const { refreshToken } = await userTokens(op)
    return {
      run: () => introspect(op, refreshToken, { token_type_hint: 'refresh_token' }, 'web'),
      expects: 200,
    }
  },
  'introspection of client credentials': async (op) => {
    const token = await clientToken(op)
    return { run: () => introspect(op, token, {}, 'web'), expects: 200 }
  },
  'client credentials with DPoP': async (op) => {
    const proof = await prove(KEY, forToken(op))
    return { run: () => ask(op, proof), expects: 200 }
  },
  'code exchange with DPoP': async (op) => {
    const { code, verifier } = await op.authorize()
    const form = codeForm(code, verifier)
    return { run: () => tokenWith(op, KEY, form), expects: 200 }
  },
  'refresh with DPoP': async (op) => {
    const { body } = await loginWith(op, KEY)
    const form = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
    return { run: () => tokenWith(op, KEY, form), expects: 200 }
  },
  'userinfo with DPoP': async (op) => {
    const { body } = await loginWith(op, KEY)
    const dpop = await proveUserinfo(op, KEY, body['access_token'])
    return { run: () => userinfoWith(op, body['access_token'], { dpop }), expects: 200 }
  },
  'pushed authorization request with DPoP': async (op) => {
    const htu = op.provider.urlFor('pushed_authorization_request')
    const dpop = await prove(KEY, { htm: 'POST', htu })
    return { run: () => push(op, { dpop }), expects: 201 }
  },
  'revocation of an access token': async (op) => {
    const { accessToken } = await userTokens(op)
    return { run: () => revoke(op, accessToken), expects: 200 }
  },
  'revocation of a refresh token': async (op) => {
    const { refreshToken } = await userTokens(op)
    return { run: () => revoke(op, refreshToken), expects: 200 }
  },
  'revocation where the grant stays': async (op) => {
    const { refreshToken } = await userTokens(op)
    return { run: () => revoke(op, refreshToken), expects: 200 }
  },
  'revocation of a token that is not there': async (op) => {
    return { run: () => revoke(op, 'unknown'), expects: 200 }
  },
}

/** What a provider is given so that `flow` can be run on it. */
export const configurationOf = (flow: string): Configuration => ({
  clients: [CLIENT, SERVICE, CUSTOMER, CERTIFIED],
  clientAuthMethods: ['client_secret_post', 'tls_client_auth'],
  features: {
    ciba: { enabled: true, processLoginHint: (_ctx, hint) => hint, triggerAuthenticationDevice: () => {} },
    ...GRANTING,
    clientCredentials: { enabled: true },
    dPoP: { enabled: flow.endsWith('with DPoP') },
    deviceFlow: { enabled: true },
    frontchannelLogout: { enabled: flow === 'logout that frames a client' },
    introspection: { enabled: true },
    jwtResponseModes: { enabled: true },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: flow.endsWith('by a certificate'),
      tlsClientAuth: true,
      getCertificate: () => CERTIFICATE.cert,
      certificateAuthorized: () => true,
      certificateSubjectMatches: (ctx, property, expected) =>
        ctx.oidc.provider.certificateHasSubject(CERTIFICATE.cert, property, expected),
    },
    revocation: { enabled: true },
    sessionManagement: { enabled: flow === 'authorization with a session state' },
  },
  issueRefreshToken: () => true,
  revokeGrantPolicy: () => flow !== 'revocation where the grant stays',
  rotateRefreshToken: flow === 'refresh with rotation',
})
