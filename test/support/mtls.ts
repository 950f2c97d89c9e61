import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { MTLSOptions } from '../../types/features/mtls.ts'
import type { Credential } from './certificates.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  type StartOptions,
  startProvider,
  type TokenAnswer,
} from './start_provider.ts'

/** How the proxy of these hosts says which certificate it was shown, and whether it trusts who issued it. */
export const CERTIFICATE_HEADER = 'x-from-proxy-cert'
const VERIFIED_HEADER = 'x-from-proxy-verify'

const pemOf = (header: string) =>
  header === '' ? undefined : Buffer.from(header, 'base64').toString('latin1')

export const HOOKS = {
  getCertificate: (ctx: KoaContextWithOIDC) => pemOf(ctx.get(CERTIFICATE_HEADER)),
  certificateAuthorized: (ctx: KoaContextWithOIDC) => ctx.get(VERIFIED_HEADER) === 'SUCCESS',
  certificateSubjectMatches: (ctx, property, expected) =>
    ctx.oidc.provider.certificateHasSubject(pemOf(ctx.get(CERTIFICATE_HEADER)) ?? '', property, expected),
} satisfies MTLSOptions

/** All of it is on. */
export const MTLS: MTLSOptions = {
  enabled: true,
  certificateBoundAccessTokens: true,
  selfSignedTlsClientAuth: true,
  tlsClientAuth: true,
  ...HOOKS,
}

/** What the proxy says of a connection. */
export const from = (credential: Pick<Credential, 'cert'> | string | undefined, verified = 'SUCCESS') => {
  if (credential === undefined) return {}
  const pem = typeof credential === 'string' ? credential : credential.cert
  return { [CERTIFICATE_HEADER]: Buffer.from(pem).toString('base64'), [VERIFIED_HEADER]: verified }
}

/** It authenticates by a certificate, whatever else it is given. */
export const CLIENT: ClientMetadata = {
  client_id: 'web',
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  token_endpoint_auth_method: 'tls_client_auth',
  tls_client_auth_san_dns: 'client.example.com',
}

/** What a provider is started with that takes certificates. */
export const takingCertificates = (
  clients: readonly ClientMetadata[] = [CLIENT],
  { features, ...configuration }: Configuration = {},
): Configuration => ({
  clients: [...clients],
  clientAuthMethods: [
    'none',
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
    'tls_client_auth',
    'self_signed_tls_client_auth',
  ],
  issueRefreshToken: () => true,
  ...configuration,
  features: {
    mTLS: MTLS,
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    ...features,
  },
})

export const startForMtls = (
  clients?: readonly ClientMetadata[],
  configuration?: Configuration,
  options: StartOptions = {},
): Promise<RunningProvider> => startProvider(takingCertificates(clients, configuration), options)

/** Asks for a token of the client's own. */
export const ask = (
  op: RunningProvider,
  credential: Parameters<typeof from>[0],
  params: Record<string, string> = {},
  verified?: string,
): Promise<TokenAnswer> =>
  op.post(
    'token',
    { grant_type: 'client_credentials', client_id: op.client.client_id, ...params },
    from(credential, verified),
  )
