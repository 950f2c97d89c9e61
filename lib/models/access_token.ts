import type { ClaimsParameter } from '../../types/account.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { AccessTokenPayload } from '../../types/models.ts'
import { type FindOptions, findModel } from './base_model.ts'
import { BaseToken, type ForClient } from './base_token.ts'
import { extraClaims } from './extra_claims.ts'
import type { FieldMap, Fields } from './field_map.ts'
import { jwtForm } from './formats/jwt.ts'
import type { IssuedToken } from './issued_token.ts'
import type { ResourceServer } from './resource_server.ts'
import { grantBound } from './traits/grant_bound.ts'
import { isSenderConstrained, senderConstrained } from './traits/sender_constrained.ts'
import { sessionBound } from './traits/session_bound.ts'

/** Opens a resource for a client on behalf of an end-user. @see RFC 6749 §1.4 */
export class AccessToken extends BaseToken implements AccessTokenPayload {
  static override readonly kind = 'AccessToken'
  static override readonly eventName: string = 'access_token'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
    ...grantBound,
    ...sessionBound,
    ...senderConstrained,
    accountId: 'string',
    aud: 'strings',
    claims: 'object',
    extra: 'object',
    gty: 'string',
    scope: 'string',
    sid: 'string',
  } satisfies FieldMap<AccessTokenPayload>

  declare accountId?: string | undefined
  declare aud?: string | string[] | undefined
  declare claims?: ClaimsParameter | undefined
  declare extra?: Record<string, unknown> | undefined
  declare gty?: string | undefined
  declare sid?: string | undefined
  declare grantId?: string | undefined
  declare sessionUid?: string | undefined
  declare expiresWithSession?: boolean | undefined
  declare 'x5t#S256'?: string | undefined
  declare jkt?: string | undefined
  /** Where it is for; `undefined` means this provider's own userinfo endpoint. */
  resourceServer: ResourceServer | undefined

  constructor(
    payload: Partial<AccessTokenPayload> & ForClient & { resourceServer?: ResourceServer | undefined } = {},
  ) {
    super(payload)
    this.resourceServer = payload.resourceServer
    if (payload.resourceServer !== undefined) this.aud = payload.resourceServer.audience
  }

  /** Finds one by its value; `undefined` when there is none or it expired. */
  static find(value: string, options?: FindOptions): Promise<AccessToken | undefined> {
    return findModel(this, value, options)
  }

  override get lifetimeKind() {
    return 'AccessToken' as const
  }

  override get ownLifetime(): number | undefined {
    return this.resourceServer?.accessTokenTTL
  }

  /** @see RFC 6749 §7.1, RFC 9449 §5 */
  get tokenType(): string {
    return this.jkt === undefined ? 'Bearer' : 'DPoP'
  }

  isSenderConstrained(): boolean {
    return isSenderConstrained(this)
  }

  override async issue(ctx?: KoaContextWithOIDC): Promise<IssuedToken> {
    this.extra ??= await extraClaims(this.rt, ctx, this)
    if (this.resourceServer?.accessTokenFormat !== 'jwt') return super.issue(ctx)
    await this.prepare(ctx)
    return jwtForm(this.rt, ctx, this)
  }
}
