import type { Configuration } from '../../types/configuration.ts'
import { pkce, REDIRECT_URI, type RunningProvider, WEB_CLIENT } from '../support/start_provider.ts'
import { clientToken, introspect, revoke, userTokens } from '../support/token_endpoints.ts'

const CLIENT = { ...WEB_CLIENT, grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] }

export interface Prepared {
  /** The request that is measured. */
  run(): Promise<{ status: number }>
  expects: number
}

const proof = () => ({ code_challenge: pkce().challenge, code_challenge_method: 'S256' })

const push = (op: RunningProvider) =>
  op.post('pushed_authorization_request', {
    client_id: 'web',
    client_secret: WEB_CLIENT.client_secret ?? '',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: REDIRECT_URI,
    ...proof(),
  })

/** Puts everything in place that the flow needs, up to the request that is measured. */
export const MEASURED_FLOWS: Readonly<Record<string, (op: RunningProvider) => Promise<Prepared>>> = {
  'authorization (session and grant present)': async (op) => {
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
  'client credentials': async (op) => {
    return { run: () => op.token({ grant_type: 'client_credentials' }), expects: 200 }
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
  clients: [CLIENT],
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  issueRefreshToken: () => true,
  revokeGrantPolicy: () => flow !== 'revocation where the grant stays',
  rotateRefreshToken: flow === 'refresh with rotation',
})
