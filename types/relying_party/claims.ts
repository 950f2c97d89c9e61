/** @see OpenID Connect Core 1.0 §5.1.1 */
export interface Address {
  formatted?: string | undefined
  street_address?: string | undefined
  locality?: string | undefined
  region?: string | undefined
  postal_code?: string | undefined
  country?: string | undefined
  [member: string]: unknown
}

/** Claims about a person. @see OpenID Connect Core 1.0 §5.1 */
export interface UserinfoResponse {
  sub: string
  name?: string | undefined
  given_name?: string | undefined
  family_name?: string | undefined
  middle_name?: string | undefined
  nickname?: string | undefined
  preferred_username?: string | undefined
  profile?: string | undefined
  picture?: string | undefined
  website?: string | undefined
  email?: string | undefined
  email_verified?: boolean | undefined
  gender?: string | undefined
  birthdate?: string | undefined
  zoneinfo?: string | undefined
  locale?: string | undefined
  phone_number?: string | undefined
  phone_number_verified?: boolean | undefined
  updated_at?: number | undefined
  address?: Address | undefined
  [claim: string]: unknown
}

/** Claims of an ID Token. @see OpenID Connect Core 1.0 §2 */
export interface IdTokenClaims extends UserinfoResponse {
  iss: string
  aud: string | string[]
  exp: number
  iat: number
  acr?: string | undefined
  amr?: string[] | undefined
  at_hash?: string | undefined
  auth_time?: number | undefined
  azp?: string | undefined
  c_hash?: string | undefined
  nonce?: string | undefined
  s_hash?: string | undefined
  sid?: string | undefined
}

/** What is known about a token. @see RFC 7662 §2.2 */
export interface IntrospectionResponse {
  active: boolean
  aud?: string | string[] | undefined
  client_id?: string | undefined
  exp?: number | undefined
  iat?: number | undefined
  iss?: string | undefined
  jti?: string | undefined
  nbf?: number | undefined
  scope?: string | undefined
  sub?: string | undefined
  token_type?: string | undefined
  username?: string | undefined
  cnf?: Record<string, unknown> | undefined
  [member: string]: unknown
}

/** What a TokenSet is made of. @see RFC 6749 §5.1 */
export interface TokenSetParameters {
  access_token?: string | undefined
  token_type?: string | undefined
  id_token?: string | undefined
  refresh_token?: string | undefined
  scope?: string | undefined
  /** Seconds from now until the access token ends. */
  expires_in?: number | undefined
  /** When the access token ends, in seconds since 1970. */
  expires_at?: number | undefined
  session_state?: string | undefined
  [member: string]: unknown
}
