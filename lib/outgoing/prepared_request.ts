import type { FetchPool } from './fetch_pool.ts'

/** The certificate to show to the other side, and whom to trust. @see RFC 8705 §2 */
export interface TlsOptions {
  readonly key?: string | Buffer | (string | Buffer)[] | undefined
  readonly certificate?: string | Buffer | (string | Buffer)[] | undefined
  readonly certificateAuthority?: string | Buffer | (string | Buffer)[] | undefined
  readonly pfx?: string | Buffer | undefined
  readonly passphrase?: string | undefined
  readonly rejectUnauthorized?: boolean | undefined
}

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

/** A request with everything about it decided. */
export interface PreparedRequest {
  readonly url: URL
  readonly method: HttpMethod
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
  readonly tls: TlsOptions | undefined
  readonly signal: AbortSignal
  readonly limit: number | undefined
  readonly pool: FetchPool | undefined
}

/** An answer as it came. */
export interface RawResponse {
  status: number
  /** By lower-case name. */
  headers: ReadonlyMap<string, string>
  body: Uint8Array
}
