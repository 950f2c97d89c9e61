import type { JWK } from 'jose'

export type AdapterChoice = 'map' | 'builtin' | 'redis' | 'postgres'

/** What a server is told before it starts. */
export interface Setup {
  /** The file that exports the provider; the floor has none. */
  entry: string
  adapter: AdapterChoice
  /** This package brings an adapter of its own for the server; others have one of the documented contract. */
  isOurs: boolean
  /** Where that server is, and a part of it that nobody else uses. */
  storage?: { url: string; part: string } | undefined
  /** Private keys of the provider: RS256 and ES256. */
  keys: JWK[]
  /** The public key of the client that signs assertions. */
  clientKey: JWK
}

/** The same for every server, whatever its port: requests say it in their `Host`. */
export const HOST = 'op.bench.test'
export const ISSUER = `http://${HOST}`
export const REDIRECT_URI = 'https://rp.bench.test/cb'
export const ACCOUNT = 'account-1'
export const SECRET = 'a-client-secret-of-the-length-that-hs256-wants-0123456789'
export const SCOPE = 'openid profile email'
export const API_SCOPE = 'api:read'
/** The APIs that access tokens are asked for, by the form of their tokens. */
export const RESOURCES = {
  opaque: 'https://api.bench.test/opaque',
  es256: 'https://api.bench.test/es256',
  rs256: 'https://api.bench.test/rs256',
}
export const CLAIMS = { email: 'user@bench.test', email_verified: true, name: 'Bench User', locale: 'en' }
