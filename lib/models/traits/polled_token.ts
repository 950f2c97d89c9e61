import type { ClaimsParameter } from '../../../types/account.ts'
import type { CommitOperation } from '../../../types/adapter.ts'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type {
  AuthenticationPayload,
  ConsumablePayload,
  GrantBoundPayload,
  SessionBoundPayload,
} from '../../../types/payloads.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import type { StoringOperation } from '../base_model.ts'
import { BaseToken } from '../base_token.ts'
import { authenticated } from './authenticated.ts'
import { consumable, consume } from './consumable.ts'
import type { Fields } from './field_map.ts'
import { grantBound } from './grant_bound.ts'
import { sessionBound } from './session_bound.ts'

/** Seconds; whoever polls at its interval has heard of the end by then. */
export const KEPT_BEYOND = 600
/** Seconds; nobody waits longer, and `expires_in` has to be a number. @see RFC 8628 §3.2 */
const LONGEST = 365 * 24 * 60 * 60

/** What is stored of everything that a client polls for, beside its own. */
export const POLLED_FIELDS = {
  jti: 'string',
  kind: 'string',
  iat: 'number',
  exp: 'number',
  clientId: 'string',
  ...consumable,
  ...grantBound,
  ...sessionBound,
  ...authenticated,
  params: 'object',
  error: 'string',
  errorDescription: 'string',
  gty: 'string',
  version: 'number',
} satisfies Fields

/** What a client polls with until somebody has decided, once. */
export abstract class PolledToken
  extends BaseToken
  implements ConsumablePayload, GrantBoundPayload, SessionBoundPayload, AuthenticationPayload
{
  declare accountId?: string | undefined
  declare acr?: string | undefined
  declare amr?: string[] | undefined
  declare authTime?: number | undefined
  declare claims?: ClaimsParameter | undefined
  declare nonce?: string | undefined
  declare resource?: string | string[] | undefined
  declare sid?: string | undefined
  declare consumed: unknown
  declare attempt?: string | undefined
  declare grantId?: string | undefined
  declare sessionUid?: string | undefined
  declare expiresWithSession?: boolean | undefined
  declare params?: Record<string, unknown> | undefined
  declare error?: string | undefined
  declare errorDescription?: string | undefined
  declare gty?: string | undefined
  declare version?: number | undefined

  /** The version that storage has. */
  #stored = 0

  /**
   * Removes all of this kind that were issued under a grant.
   * @example await provider.AccessToken.revokeByGrantId(grantId)
   */
  static revokeByGrantId(grantId: string): Promise<void> {
    return this.rt.store.revokeByGrantId(this.kind, grantId)
  }

  override get isValid(): boolean {
    return super.isValid && this.consumed === undefined
  }

  /** Nobody has allowed or refused it yet. */
  get isPending(): boolean {
    return this.grantId === undefined && this.error === undefined && this.consumed === undefined
  }

  /** Gives it its end; one that would never come comes some day. */
  override setLifetime(ctx: KoaContextWithOIDC | undefined): Promise<void> | undefined {
    const pending = super.setLifetime(ctx)
    if (pending !== undefined) return pending.then(() => this.#bound())
    this.#bound()
    return undefined
  }

  #bound(): void {
    this.exp = Math.min(this.exp ?? Number.POSITIVE_INFINITY, epochTime() + LONGEST)
  }

  /** @param error what the client hears */
  deny(error: string, description: string | undefined): void {
    this.error = error
    this.errorDescription = description
  }

  override markStored(): void {
    super.markStored()
    this.#stored = this.version ?? 0
  }

  /** Storage keeps it beyond its end: who comes too late is to hear that. @see RFC 8628 §3.5 (expired_token) */
  override operation(op: 'insert' | 'put'): StoringOperation {
    const operation = super.operation(op)
    if (this.exp === undefined) return operation
    return { ...operation, expiresIn: this.exp - epochTime() + KEPT_BEYOND }
  }

  /** Of changes made at once one counts. */
  override writes(): CommitOperation[] {
    if (!this.isStored) return super.writes()
    const version = this.#stored
    this.version = version + 1
    return [{ op: 'require', model: this.model.kind, id: this.jti, version }, this.operation('put')]
  }

  consume(): Promise<void> {
    return consume(this)
  }
}
