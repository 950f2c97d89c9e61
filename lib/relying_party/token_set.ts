import type { IdTokenClaims, TokenSetParameters } from '../../types/relying_party/claims.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { readJwtPayload } from '../helpers/jose/jwt.ts'

/**
 * Tokens of a callback or a token response. What is made by hand is not checked.
 * @see RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3
 */
export class TokenSet implements TokenSetParameters {
  declare access_token?: string | undefined
  declare token_type?: string | undefined
  declare id_token?: string | undefined
  declare refresh_token?: string | undefined
  declare scope?: string | undefined
  declare expires_at?: number | undefined
  declare session_state?: string | undefined;
  [member: string]: unknown

  constructor(input: TokenSetParameters = {}) {
    const { expires_in: expiresIn, ...members } = input
    Object.assign(this, members)
    if (expiresIn !== undefined && this.expires_at === undefined) this.expires_in = expiresIn
  }

  /** Seconds until the access token ends; 0 when it has. */
  get expires_in(): number | undefined {
    return this.expires_at === undefined ? undefined : Math.max(0, this.expires_at - epochTime())
  }

  set expires_in(seconds: number | undefined) {
    const read = Number(seconds)
    this.expires_at = seconds === undefined || !Number.isFinite(read) ? undefined : epochTime() + read
  }

  /** Whether the access token has ended. */
  expired(): boolean {
    return this.expires_in === 0
  }

  /**
   * The claims of the ID Token, which were checked when it came.
   * @throws TypeError when there is none
   */
  claims(): IdTokenClaims {
    if (this.id_token === undefined) throw new TypeError('id_token not present in TokenSet')
    return idTokenClaims(readJwtPayload(this.id_token))
  }
}

/** Claims of an ID Token, once they are of the right types. @throws TypeError @see OpenID Connect Core 1.0 §2 */
export function idTokenClaims(payload: Record<string, unknown>): IdTokenClaims {
  const { iss, sub, aud, exp, iat } = payload
  const audience = textOrTexts(aud)
  if (
    typeof iss !== 'string' ||
    typeof sub !== 'string' ||
    audience === undefined ||
    typeof exp !== 'number' ||
    typeof iat !== 'number'
  )
    throw new TypeError('id_token misses iss, sub, aud, exp or iat, or they are of another type')
  return { ...payload, iss, sub, aud: audience, exp, iat }
}

function textOrTexts(value: unknown): string | string[] | undefined {
  if (typeof value === 'string') return value
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) return undefined
  return value
}
