import type { KeyObject } from 'node:crypto'
import type { ClientAuthMethod } from '../../../types/relying_party/metadata.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { signJwt } from '../../helpers/jose/jwt.ts'
import { generators } from '../generators.ts'
import type { RelyingParty } from '../relying_party.ts'
import { secretKey } from '../tokens/open_jwt.ts'

/** Endpoints that may have a method of their own. */
export type AuthenticatedEndpoint = 'token' | 'introspection' | 'revocation'

const METHODS: ReadonlySet<unknown> = new Set<ClientAuthMethod>([
  'none',
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
])

const isMethod = (value: unknown): value is ClientAuthMethod => METHODS.has(value)

/** How the client proves itself at an endpoint. @throws TypeError for one that is unknown */
export function authMethodOf(
  metadata: RelyingParty['metadata'],
  endpoint: AuthenticatedEndpoint,
): ClientAuthMethod {
  const own = metadata[`${endpoint}_endpoint_auth_method`]
  const method = own ?? metadata.token_endpoint_auth_method ?? 'client_secret_basic'
  if (!isMethod(method)) throw new TypeError(`missing, or unsupported, ${endpoint}_endpoint_auth_method`)
  return method
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** What signs an assertion. */
interface AssertionKey {
  readonly alg: string
  readonly key: KeyObject | Uint8Array
  readonly kid: string | undefined
}

/** @returns `undefined` for an algorithm that goes with no key of the client's */
function keyFor(party: RelyingParty, alg: unknown, isBySecret: boolean): AssertionKey | undefined {
  if (typeof alg !== 'string') return undefined
  if (isBySecret)
    return alg.startsWith('HS') ? { alg, key: secretKey(party, alg), kid: undefined } : undefined
  const own = party.keys.signingKey(alg)
  return own && { alg, ...own }
}

/** Its algorithm is what is registered, otherwise the first that the issuer supports and a key can do. */
function assertionKey(
  party: RelyingParty,
  endpoint: AuthenticatedEndpoint,
  isBySecret: boolean,
): AssertionKey {
  const name = `${endpoint}_endpoint_auth_signing_alg`
  const { metadata, issuer } = party
  const registered = metadata[name] ?? metadata.token_endpoint_auth_signing_alg
  const supported =
    issuer.metadata[`${name}_values_supported`] ??
    issuer.metadata.token_endpoint_auth_signing_alg_values_supported
  for (const alg of registered === undefined ? listOf(supported) : [registered]) {
    const found = keyFor(party, alg, isBySecret)
    if (found !== undefined) return found
  }
  if (registered !== undefined)
    throw new TypeError(`${name} ${String(registered)} does not go with the client's keys`)
  throw new TypeError(
    `${name}_values_supported of the issuer, or ${name} of the client, must name an algorithm for its keys`,
  )
}

/** @see RFC 7523 §3, OpenID Connect Core 1.0 §9 */
async function clientAssertion(
  party: RelyingParty,
  endpoint: AuthenticatedEndpoint,
  isBySecret: boolean,
  payload: Record<string, unknown> | undefined,
): Promise<string> {
  const signing = assertionKey(party, endpoint, isBySecret)
  const { client_id: clientId } = party.metadata
  const now = epochTime()
  const claims = {
    iss: clientId,
    sub: clientId,
    // The issuer alone: an endpoint's URL may have been made up by somebody else (RFC 9700 §4.4, RFC 9126 §2).
    aud: party.issuer.metadata.issuer,
    jti: generators.random(),
    iat: now,
    exp: now + 60,
    ...payload,
  }
  return signJwt(claims, signing)
}

/** RFC 6749 §2.3.1: both are encoded as form values first. */
const formEncode = (value: string) => new URLSearchParams([['', value]]).toString().slice(1)

function secretOf({ metadata }: RelyingParty, method: string): string {
  const { client_secret: secret } = metadata
  if (secret === undefined)
    throw new TypeError(`${method} client authentication method requires a client_secret`)
  return secret
}

/**
 * What proves who the client is: fields of the form, or a header.
 * @throws TypeError when it has not got what its method needs
 * @see RFC 6749 §2.3.1, OpenID Connect Core 1.0 §9, RFC 8705 §2
 */
export async function clientAuthentication(
  party: RelyingParty,
  endpoint: AuthenticatedEndpoint,
  assertionPayload: Record<string, unknown> | undefined,
): Promise<{ form: Record<string, string>; headers?: Record<string, string> }> {
  const method = authMethodOf(party.metadata, endpoint)
  const { client_id } = party.metadata
  switch (method) {
    case 'none':
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return { form: { client_id } }
    case 'client_secret_post':
      return { form: { client_id, client_secret: secretOf(party, method) } }
    case 'client_secret_basic': {
      const credentials = `${formEncode(client_id)}:${formEncode(secretOf(party, method))}`
      return { form: {}, headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } }
    }
    case 'client_secret_jwt':
    case 'private_key_jwt': {
      const isBySecret = method === 'client_secret_jwt'
      const client_assertion = await clientAssertion(party, endpoint, isBySecret, assertionPayload)
      const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
      return { form: { client_id, client_assertion, client_assertion_type } }
    }
  }
}

/** Whether the client shows a certificate there. @see RFC 8705 §5 */
export const showsCertificate = (
  metadata: RelyingParty['metadata'],
  endpoint: AuthenticatedEndpoint,
): boolean => authMethodOf(metadata, endpoint).endsWith('tls_client_auth')
