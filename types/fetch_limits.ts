/** The largest answers that are read from clients' servers, in bytes after decompression. */
export interface FetchResponseBodyLimits {
  /** Key sets behind `jwks_uri`. @default 65536 @see RFC 7591 §2 @example 16 * 1024 */
  jwks_uri?: number | undefined
  /** Documents behind `sector_identifier_uri`. @default 65536 @see OpenID Connect Core 1.0 §8.1 @example 16 * 1024 */
  sector_identifier_uri?: number | undefined
}
