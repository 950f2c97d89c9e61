import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { ClientCredentialsPayload } from '../../types/models.ts'
import { type FindOptions, findModel } from './base_model.ts'
import { BaseToken, type ForClient } from './base_token.ts'
import { extraClaims } from './extra_claims.ts'
import type { FieldMap, Fields } from './field_map.ts'
import { jwtForm } from './formats/jwt.ts'
import type { IssuedToken } from './issued_token.ts'
import type { ResourceServer } from './resource_server.ts'
import { isSenderConstrained, senderConstrained } from './traits/sender_constrained.ts'

/** Opens a resource for a client on its own behalf. @see RFC 6749 §4.4 */
export class ClientCredentials extends BaseToken implements ClientCredentialsPayload {
  static override readonly kind = 'ClientCredentials'
  static override readonly eventName: string = 'client_credentials'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
    ...senderConstrained,
    aud: 'strings',
    extra: 'object',
    scope: 'string',
  } satisfies FieldMap<ClientCredentialsPayload>

  declare aud?: string | string[] | undefined
  declare extra?: Record<string, unknown> | undefined
  declare 'x5t#S256'?: string | undefined
  declare jkt?: string | undefined
  resourceServer: ResourceServer | undefined

  constructor(
    payload: Partial<ClientCredentialsPayload> &
      ForClient & { resourceServer?: ResourceServer | undefined } = {},
  ) {
    super(payload)
    this.resourceServer = payload.resourceServer
    if (payload.resourceServer !== undefined) this.aud = payload.resourceServer.audience
  }

  /** Finds one by its value; `undefined` when there is none or it expired. */
  static find(value: string, options?: FindOptions): Promise<ClientCredentials | undefined> {
    return findModel(this, value, options)
  }

  override get lifetimeKind() {
    return 'ClientCredentials' as const
  }

  override get ownLifetime(): number | undefined {
    return this.resourceServer?.accessTokenTTL
  }

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
