import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { ModelPayload, SenderConstrainedPayload } from '../../types/models.ts'
import type { LoadedResourceServer, ResourceServerInfo, TokenFormat } from '../../types/resource_server.ts'
import { whenKnown } from '../helpers/promises/when_known.ts'
import { BaseToken, type ForClient } from './base_token.ts'
import { extraClaims } from './extra_claims.ts'
import { jwtForm } from './formats/jwt.ts'
import type { IssuedToken } from './issued_token.ts'
import { loadedResourceServer } from './resource_server.ts'
import { bindToSender, isSenderConstrained, type SenderProof } from './traits/sender_constrained.ts'

/** Where a token is for; absent means this provider's own userinfo endpoint, or nowhere in particular. */
export interface ForResource {
  resourceServer?: LoadedResourceServer | ResourceServerInfo | undefined
}

/** A token that is presented to a resource server, in the format that this one wants. @see RFC 6749 §1.4, RFC 8707 */
export abstract class BearerToken extends BaseToken implements SenderConstrainedPayload {
  declare aud?: string | string[] | undefined
  declare extra?: Record<string, unknown> | undefined
  declare 'x5t#S256'?: string | undefined
  declare jkt?: string | undefined
  #resourceServer: LoadedResourceServer | undefined

  constructor(payload: Partial<ModelPayload> & ForClient & ForResource) {
    super(payload)
    this.resourceServer = payload.resourceServer
  }

  get resourceServer(): LoadedResourceServer | undefined {
    return this.#resourceServer
  }

  /** The token is for this one alone: without its audience it would open this provider's own userinfo endpoint. */
  set resourceServer(given: LoadedResourceServer | ResourceServerInfo | undefined) {
    this.#resourceServer = loadedResourceServer(given)
    if (this.#resourceServer !== undefined) this.aud = this.#resourceServer.audience
  }

  override get format(): TokenFormat {
    return this.resourceServer?.accessTokenFormat ?? 'opaque'
  }

  /** @see RFC 6749 §7.1, RFC 9449 §5 */
  get tokenType(): string {
    return this.jkt === undefined ? 'Bearer' : 'DPoP'
  }

  /** Says who the token is for. @throws TypeError @see RFC 9068 §2.2 */
  setAudience(audience: string | string[]): void {
    const all = Array.isArray(audience) ? audience : [audience]
    if (all.length === 0 || !all.every((one) => typeof one === 'string' && one !== ''))
      throw new TypeError('an audience is text that is not empty, or a list of it')
    this.aud = audience
  }

  /** Binds it to its sender. @throws TypeError @see RFC 8705 §3.1, RFC 9449 §6 */
  setThumbprint(...[kind, value]: SenderProof): void {
    bindToSender(this, kind, value)
  }

  isSenderConstrained(): boolean {
    return isSenderConstrained(this)
  }

  override issue(ctx?: KoaContextWithOIDC): IssuedToken | Promise<IssuedToken> {
    return whenKnown(this.extra ?? extraClaims(this.rt, ctx, this), (extra) => this.#issueWith(extra, ctx))
  }

  #issueWith(
    extra: Record<string, unknown> | undefined,
    ctx: KoaContextWithOIDC | undefined,
  ): IssuedToken | Promise<IssuedToken> {
    if (extra !== undefined) this.extra = extra
    if (this.format !== 'jwt') return super.issue(ctx)
    return whenKnown(this.prepare(ctx), () => jwtForm(this.rt, ctx, this))
  }
}
