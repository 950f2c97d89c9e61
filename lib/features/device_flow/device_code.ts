import type { ClaimsParameter } from '../../../types/account.ts'
import type { CommitOperation } from '../../../types/adapter.ts'
import type { DeviceCodePayload } from '../../../types/features/device_flow.ts'
import type { AuthenticationPayload } from '../../../types/models.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { type FindOptions, isAnother, restore } from '../../models/base_model.ts'
import { BaseToken, type ForClient, type HostMembers } from '../../models/base_token.ts'
import { authenticated } from '../../models/traits/authenticated.ts'
import { consumable, consume } from '../../models/traits/consumable.ts'
import type { FieldMap, Fields } from '../../models/traits/field_map.ts'
import { grantBound } from '../../models/traits/grant_bound.ts'
import { sessionBound } from '../../models/traits/session_bound.ts'

/** Seconds; a device that polls at its interval has heard of the end by then. */
export const KEPT_BEYOND = 600

/** Who allowed a device, for what, and in which session. */
type Approval = AuthenticationPayload & { grantId: string; sessionUid: string }

/** What a device polls with, from the moment it asks until a person answers. @see RFC 8628 §3.2 */
export class DeviceCode extends BaseToken implements DeviceCodePayload {
  static override readonly kind = 'DeviceCode'
  static override readonly eventName: string = 'device_code'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    clientId: 'string',
    ...consumable,
    ...grantBound,
    ...sessionBound,
    ...authenticated,
    userCode: 'string',
    deviceInfo: 'object',
    inFlight: 'boolean',
    params: 'object',
    error: 'string',
    errorDescription: 'string',
    gty: 'string',
    version: 'number',
  } satisfies FieldMap<DeviceCodePayload>

  declare kind: 'DeviceCode'
  declare accountId?: string | undefined
  declare acr?: string | undefined
  declare amr?: string[] | undefined
  declare authTime?: number | undefined
  declare claims?: ClaimsParameter | undefined
  declare nonce?: string | undefined
  declare resource?: string | string[] | undefined
  declare sid?: string | undefined
  declare consumed?: unknown
  declare attempt?: string | undefined
  declare grantId?: string | undefined
  declare sessionUid?: string | undefined
  declare expiresWithSession?: boolean | undefined
  declare userCode?: string | undefined
  declare deviceInfo?: Record<string, unknown> | undefined
  declare inFlight?: boolean | undefined
  declare params?: Record<string, unknown> | undefined
  declare error?: string | undefined
  declare errorDescription?: string | undefined
  declare gty?: string | undefined
  declare version?: number | undefined

  /** The version that storage has. */
  #stored = 0

  constructor(payload: Partial<DeviceCodePayload> & ForClient & HostMembers = {}) {
    super(payload)
    this.gty ??= 'device_code'
  }

  /** Finds one by its user code, without the separators of the mask. */
  static async findByUserCode(userCode: string, options?: FindOptions): Promise<DeviceCode | undefined> {
    const stored = await this.rt.store.findByUserCode(userCode)
    return isAnother(stored?.userCode, userCode) ? undefined : restore(this, stored, options)
  }

  /** Removes all of this kind that were issued under a grant. */
  static revokeByGrantId(grantId: string): Promise<void> {
    return this.rt.store.revokeByGrantId(this.kind, grantId)
  }

  override get lifetimeKind() {
    return 'DeviceCode' as const
  }

  override get isValid(): boolean {
    return super.isValid && this.consumed === undefined
  }

  /** Nobody has allowed or refused it yet. */
  get isPending(): boolean {
    return this.accountId === undefined && this.error === undefined && this.consumed === undefined
  }

  /** Somebody in this session confirmed that the device is theirs, and is about to log in or consent. */
  hold(sessionUid: string): void {
    this.inFlight = true
    this.sessionUid = sessionUid
  }

  approve(by: Approval): void {
    this.inFlight = undefined
    Object.assign(this, by)
  }

  /** @param error what the device hears */
  deny(error: string, description: string | undefined): void {
    this.inFlight = undefined
    this.sessionUid = undefined
    this.error = error
    this.errorDescription = description
  }

  override markStored(): void {
    super.markStored()
    this.#stored = this.version ?? 0
  }

  /** Storage keeps it beyond its end: a device that comes too late is to hear that. @see RFC 8628 §3.5 (expired_token) */
  override operation(op: 'insert' | 'put'): CommitOperation {
    const operation = super.operation(op)
    if (this.exp === undefined || !('payload' in operation)) return operation
    return { ...operation, expiresIn: this.exp - epochTime() + KEPT_BEYOND }
  }

  /** Of changes made at once one counts. */
  override writes(): CommitOperation[] {
    if (!this.isStored) return super.writes()
    const version = this.#stored
    this.version = version + 1
    return [{ op: 'require', model: 'DeviceCode', id: this.jti, version }, this.operation('put')]
  }

  consume(): Promise<void> {
    return consume(this)
  }
}
