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
    // An answer may have members of any name: none takes the place of a method.
    for (const [name, value] of Object.entries(members)) if (!(name in this)) this[name] = value
    if (expiresIn !== undefined && this.expires_at === undefined) this.expires_in = expiresIn
  }

  /** Seconds until the access token ends; 0 when it has. */
  get expires_in(): number | undefined {
    return this.expires_at === undefined ? undefined : Math.max(0, this.expires_at - epochTime())
  }

  set expires_in(seconds: number | undefined) {
    // Answers have it as text as well, and some say `null`.
    const read = Number.parseFloat(String(seconds))
    this.expires_at = Number.isFinite(read) ? epochTime() + read : undefined
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

const isText = (value: unknown): value is string => typeof value === 'string'

/** Whether claims are of the types that those of an ID Token have. @see OpenID Connect Core 1.0 §2 */
function areIdTokenClaims(payload: Record<string, unknown>): payload is IdTokenClaims {
  const { iss, sub, aud, exp, iat } = payload
  const isAudience = isText(aud) || (Array.isArray(aud) && aud.every(isText))
  return isText(iss) && isText(sub) && isAudience && typeof exp === 'number' && typeof iat === 'number'
}

/** A copy of the claims of an ID Token. @throws TypeError when one is missing, or of another type */
export function idTokenClaims(payload: Record<string, unknown>): IdTokenClaims {
  if (!areIdTokenClaims(payload))
    throw new TypeError('id_token misses iss, sub, aud, exp or iat, or they are of another type')
  return { ...payload }
}
