import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import type { ResourceServerInfo } from '../../types/resource_server.ts'

/** What is known about a person, by the names of claims; `sub` is the key it stands under. */
export type UserClaims = Readonly<Record<string, unknown>>

/** What {@link startTestProvider} takes; nothing has to be said. */
export interface TestProviderOptions {
  /**
   * Clients with what they may do. One that is not listed is a public client with PKCE whose `redirect_uri` is on
   * this device, unless `anyClient` is off.
   * @default []
   */
  readonly clients?: readonly ClientMetadata[] | undefined
  /**
   * Whether a `client_id` that is not listed is accepted, as a public client (RFC 6749 §2.1, RFC 7636), and any
   * `redirect_uri` on loopback (RFC 8252 §7.3) of every client.
   * @default true
   */
  readonly anyClient?: boolean | undefined
  /** People who may log in, by `sub`. @default alice and bob */
  readonly users?: Readonly<Record<string, UserClaims>> | undefined
  /** Issuer identifier. @default `http://localhost:<port>` @see OpenID Connect Discovery 1.0 §3 */
  readonly issuer?: string | undefined
  /** Port to listen at; 0 takes a free one. @default 0 */
  readonly port?: number | undefined
  /** Address to listen at. @default 'localhost' */
  readonly host?: string | undefined
  /**
   * What the signing key and the cookie secrets are made of: the same seed gives the same keys. Whoever knows it can
   * sign, so it is for tests alone. @default random
   */
  readonly seed?: string | undefined
  /** APIs by resource indicator. @default {} @see RFC 8707 */
  readonly resourceServers?: Readonly<Record<string, ResourceServerInfo>> | undefined
  /** Whether a request whose `login_hint` names a user goes through without a screen. @default false */
  readonly autoLogin?: boolean | undefined
  /** Optional features, as in {@link Configuration}. */
  readonly features?: Configuration['features']
  /** Lifetimes, as in {@link Configuration}. */
  readonly ttl?: Configuration['ttl']
  /** Everything else of {@link Configuration}; comes before what this server would choose. */
  readonly configuration?: Configuration | undefined
}

/** What {@link TestProviderOptions} has. */
export const OPTION_NAMES = [
  'port',
  'host',
  'issuer',
  'clients',
  'users',
  'anyClient',
  'resourceServers',
  'features',
  'ttl',
  'seed',
  'autoLogin',
  'configuration',
] as const satisfies readonly (keyof TestProviderOptions)[]

/** People who are there when no others are named. */
export const EXAMPLE_USERS: Readonly<Record<string, UserClaims>> = {
  alice: { name: 'Alice Example', email: 'alice@example.com', email_verified: true },
  bob: { name: 'Bob Example', email: 'bob@example.com', email_verified: false },
}
