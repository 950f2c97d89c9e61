import { randomUUID } from 'node:crypto'
import type { ClientMetadata, SecurityProfileName } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import {
  ASSERTION_TYPE,
  type Claims,
  now,
  sign as signCompact,
} from '../../actions/client_auth/assertions.ts'
import { ecPair, rsaPair } from '../../support/key_pair.ts'
import {
  pkce,
  REDIRECT_URI,
  type RunningProvider,
  type StartOptions,
  startProvider,
  type TokenAnswer,
} from '../../support/start_provider.ts'

const es256 = ecPair()
const rsa = rsaPair()
const keyFor = (alg: string) => (alg === 'ES256' ? es256.privateKey : rsa.privateKey)

/** A bank's partner: it signs whatever it sends with keys of its own. */
export const PARTNER: ClientMetadata = {
  client_id: 'partner',
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
  response_types: ['code', 'code id_token'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: {
    keys: [
      { kty: 'EC', ...es256.publicKey.export({ format: 'jwk' }), kid: 'es' },
      { kty: 'RSA', ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rs' },
    ],
  },
}

/** One that has a secret, as most clients do. */
export const SECRET_CLIENT: ClientMetadata = {
  client_id: 'web',
  client_secret: 'a secret with 32 characters or so',
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'implicit', 'client_credentials'],
  response_types: ['code', 'code id_token'],
  token_endpoint_auth_method: 'client_secret_post',
}

export const sign = (claims: Claims, alg = 'ES256') => signCompact(claims, { alg }, keyFor(alg))

type Params = Record<string, string>

/** A provider under a profile, and what the partner sends to it. */
export async function startFapi(
  profile: NonNullable<NonNullable<Configuration['features']>['fapi']>['profile'],
  { features, ...configuration }: Configuration = {},
  options: StartOptions = {},
) {
  const started: Configuration = {
    clients: [PARTNER, SECRET_CLIENT],
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256'],
      requestObjectSigningAlgValues: ['RS256', 'PS256', 'ES256'],
    },
    ...configuration,
    features: {
      clientCredentials: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      requestObjects: { request: true },
      jwtResponseModes: { enabled: true },
      dPoP: { enabled: true },
      ...features,
      fapi: { enabled: true, profile },
    },
  }
  const op = await startProvider(started, options)
  const { verifier, challenge } = pkce()
  const request: Params = {
    client_id: 'partner',
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    state: 'the state',
    nonce: 'the nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  /** What the partner proves itself by. */
  const assertion = async (claims: Claims = {}, alg?: string): Promise<Params> => ({
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await sign(
      { iss: 'partner', sub: 'partner', aud: op.issuer, jti: randomUUID(), exp: now() + 60, ...claims },
      alg,
    ),
  })
  /** A request object of the request, with other claims where they are wanted; `undefined` leaves one out. */
  const requestObject = (claims: Claims = {}, alg?: string) =>
    sign({ ...request, iss: 'partner', aud: op.issuer, nbf: now(), exp: now() + 300, ...claims }, alg)
  const push = async (params: Params = {}, without: readonly string[] = []): Promise<TokenAnswer> => {
    const sent = Object.entries({ ...request, ...(await assertion()), ...params })
    return op.post(
      'pushed_authorization_request',
      Object.fromEntries(sent.filter(([name]) => !without.includes(name))),
    )
  }
  /** A browser that brings a request, as far as the answer or the first screen. */
  const visit = async (params: Params, without: readonly string[] = []) => {
    const sent = Object.entries({ ...request, ...params }).filter(([name]) => !without.includes(name))
    const url = `${op.provider.urlFor('authorization')}?${new URLSearchParams(sent)}`
    const agent = op.agent()
    const response = await agent.follow(await agent.get(url))
    const location = response.headers.get('location')
    const to = location === null ? undefined : new URL(location)
    const answer = new URLSearchParams(to === undefined ? '' : to.hash.slice(1) || to.search)
    return {
      response,
      answer,
      error: answer.get('error'),
      description: answer.get('error_description') ?? '',
    }
  }
  return { op, request, verifier, assertion, requestObject, push, visit }
}

/** What is said of a refused request at an endpoint. */
export const refusal = ({ status, body }: TokenAnswer) => [status, body['error']]

export type Fapi = Awaited<ReturnType<typeof startFapi>>
export type { RunningProvider, SecurityProfileName }
