import type { DeviceCodePayload } from '../../../types/features/device_flow.ts'
import type { AuthenticationPayload } from '../../../types/models.ts'
import { type FindOptions, isAnother, restore } from '../../models/base_model.ts'
import type { ForClient, HostMembers } from '../../models/base_token.ts'
import type { FieldMap, Fields } from '../../models/traits/field_map.ts'
import { POLLED_FIELDS, PolledToken } from '../../models/traits/polled_token.ts'

/** Who allowed a device, for what, and in which session. */
type Approval = AuthenticationPayload & { grantId: string; sessionUid: string }

/** What a device polls with, from the moment it asks until a person answers. @see RFC 8628 §3.2 */
export class DeviceCode extends PolledToken implements DeviceCodePayload {
  static override readonly kind = 'DeviceCode'
  static override readonly eventName: string = 'device_code'
  static override readonly fields: Fields = {
    ...POLLED_FIELDS,
    userCode: 'string',
    deviceInfo: 'object',
    inFlight: 'boolean',
  } satisfies FieldMap<DeviceCodePayload>

  declare kind: 'DeviceCode'
  declare userCode?: string | undefined
  declare deviceInfo?: Record<string, unknown> | undefined
  declare inFlight?: boolean | undefined

  constructor(payload: Partial<DeviceCodePayload> & ForClient & HostMembers = {}) {
    super(payload)
    this.gty ??= 'device_code'
  }

  /**
   * Finds one by its user code, without the separators of the mask.
   * @example const code = await provider.DeviceCode.findByUserCode('BCDFGHJK')
   */
  static async findByUserCode(userCode: string, options?: FindOptions): Promise<DeviceCode | undefined> {
    const stored = await this.rt.store.findByUserCode(userCode)
    return isAnother(stored?.userCode, userCode) ? undefined : restore(this, stored, options)
  }

  override get lifetimeKind() {
    return 'DeviceCode' as const
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

  override deny(error: string, description: string | undefined): void {
    super.deny(error, description)
    this.inFlight = undefined
    this.sessionUid = undefined
  }
}
