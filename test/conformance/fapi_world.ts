import { randomUUID } from 'node:crypto'
import type { ClientMetadata, SecurityProfileName } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { ASSERTION_TYPE, type Claims, now, sign as signCompact } from '../actions/client_auth/assertions.ts'
import { PARTNER, startFapi } from '../features/fapi/fapi_host.ts'
import { readAnswer } from '../support/authorization_answer.ts'
import { type Credential, selfSigned } from '../support/certificates.ts'
import { forToken, newKey, prove, proveUserinfo } from '../support/dpop.ts'
import { ecPair } from '../support/key_pair.ts'
import { from, MTLS } from '../support/mtls.ts'
import { REDIRECT_URI, type StartOptions, type TokenAnswer } from '../support/start_provider.ts'

export type Form = Record<string, string>

/** A profile, and how its tokens are bound in these tests. */
export const WORLDS = [
  { prefix: 'fapi1-advanced-final', profile: '1.0 Final', responseType: 'code id_token' },
  { prefix: 'fapi2-security-profile-final', profile: '2.0', responseType: 'code' },
] as const
export interface World {
  readonly profile: SecurityProfileName
  readonly responseType: string
}

const otherKeys = ecPair()
/** What another client of the suite signs. */
export const signAsOther = (claims: Claims) => signCompact(claims, { alg: 'ES256' }, otherKeys.privateKey)

/** Another client, which may do what this one may. */
export const otherClient = (client: ClientMetadata): ClientMetadata => ({
  ...client,
  client_id: 'other',
  jwks: { keys: [{ kty: 'EC', ...otherKeys.publicKey.export({ format: 'jwk' }), kid: 'other' }] },
})

/** An assertion of the other client. */
export const otherAssertion = async (aud: string): Promise<Form> => ({
  client_assertion_type: ASSERTION_TYPE,
  client_assertion: await signAsOther({
    iss: 'other',
    sub: 'other',
    aud,
    jti: randomUUID(),
    exp: now() + 60,
  }),
})

const isFapi1 = ({ profile }: World) => profile === '1.0 Final'

function clientsOf(world: World): ClientMetadata[] {
  const partner: ClientMetadata = {
    ...PARTNER,
    grant_types: ['authorization_code', 'refresh_token', 'implicit'],
    response_types: ['code', 'code id_token'],
    id_token_signed_response_alg: 'PS256',
    ...(isFapi1(world)
      ? { tls_client_certificate_bound_access_tokens: true }
      : { dpop_bound_access_tokens: true }),
  }
  return [partner, otherClient(partner)]
}

/** Two clients at a provider under a profile, as the suite has them. */
export async function startWorld(
  world: World,
  { features, ...configuration }: Configuration = {},
  options: StartOptions = {},
) {
  const host = await startFapi(
    world.profile,
    {
      clients: clientsOf(world),
      issueRefreshToken: () => true,
      ...configuration,
      features: {
        mTLS: MTLS,
        claimsParameter: { enabled: true },
        requestObjects: { request: true, requireSignedRequestObject: isFapi1(world) },
        ...features,
      },
    },
    options,
  )
  const { op, verifier, assertion, requestObject } = host
  const certificate = await selfSigned()
  const key = newKey()
  /** What a request to the token endpoint is bound by. */
  const binding = async (): Promise<Form> =>
    isFapi1(world) ? from(certificate) : { dpop: await prove(key, forToken(op)) }
  /** A pushed request: signed where the profile wants that. */
  const push = async (params: Form = {}, without: readonly string[] = []): Promise<TokenAnswer> => {
    if (!isFapi1(world)) return host.push(params, without)
    const claims: Claims = { response_type: world.responseType, ...params }
    for (const name of without) claims[name] = undefined
    return op.post('pushed_authorization_request', {
      client_id: 'partner',
      ...(await assertion()),
      request: await requestObject(claims),
    })
  }
  const pushed = async (params: Form = {}): Promise<string> =>
    String((await push(params)).body['request_uri'])
  const urlOf = (requestUri: string, clientId = 'partner') =>
    `${op.provider.urlFor('authorization')}?${new URLSearchParams({ client_id: clientId, request_uri: requestUri })}`
  /** A browser with a pushed request, through every screen. */
  const open = async (requestUri: string, clientId?: string, agent = op.agent()) =>
    readAnswer(await agent.follow(await agent.get(urlOf(requestUri, clientId))))
  const code = async (params: Form = {}): Promise<string> =>
    (await open(await pushed(params))).members['code'] ?? ''
  /** Exchanges a code; other headers stand in for what binds the tokens. */
  const exchange = async (
    theCode: string,
    params: Form = {},
    without: readonly string[] = [],
    headers?: Form,
  ): Promise<TokenAnswer> => {
    const form: Form = {
      grant_type: 'authorization_code',
      code: theCode,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
      client_id: 'partner',
      ...(await assertion()),
      ...params,
    }
    const sent = Object.entries(form).filter(([name]) => !without.includes(name))
    return op.post('token', Object.fromEntries(sent), headers ?? (await binding()))
  }
  const refresh = async (token: unknown, params: Form = {}): Promise<TokenAnswer> =>
    op.post(
      'token',
      {
        grant_type: 'refresh_token',
        refresh_token: String(token),
        client_id: 'partner',
        ...(await assertion()),
        ...params,
      },
      await binding(),
    )
  /** Presents an access token, by the scheme spelled this way. */
  const userinfo = async (token: unknown, scheme = isFapi1(world) ? 'Bearer' : 'DPoP') => {
    const proof = isFapi1(world) ? from(certificate) : { dpop: await proveUserinfo(op, key, token) }
    return op.agent().get(op.provider.urlFor('userinfo'), { authorization: `${scheme} ${token}`, ...proof })
  }
  return { ...host, push, pushed, urlOf, open, code, exchange, refresh, userinfo, key, certificate }
}

export type Started = Awaited<ReturnType<typeof startWorld>>
export type { Credential }

/** Where an answer arrived and what it says is wrong. */
export const outcome = ({ way, status, members }: Awaited<ReturnType<typeof readAnswer>>): string =>
  way === 'page' ? `page ${status}` : `${way} ${members['error'] ?? 'success'}`
