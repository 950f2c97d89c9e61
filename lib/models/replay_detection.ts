import type { CommitOperation } from '../../types/adapter.ts'
import type { ReplayDetectionPayload } from '../../types/models.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { sha256 } from '../helpers/jose/sha256.ts'
import { BaseModel } from './base_model.ts'
import type { FieldMap, Fields } from './traits/field_map.ts'
import type { Claim } from './transaction.ts'

/** Seconds, where the host does not say until when a thing could be accepted again: a day. */
const REMEMBERED = 86_400

/** Encodes its parts unambiguously, so that two clients may choose the same jti. */
const idOf = (use: string, iss: string, jti: string): string => sha256(JSON.stringify([use, iss, jti]))

/** Remembers the `jti` of something a client made, until that thing can no longer be accepted. */
export class ReplayDetection extends BaseModel implements ReplayDetectionPayload {
  static override readonly kind = 'ReplayDetection'
  static override readonly eventName: string = 'replay_detection'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    iss: 'string',
  } satisfies FieldMap<ReplayDetectionPayload>

  declare kind: 'ReplayDetection'
  declare iss?: string | undefined

  constructor(payload: Partial<ReplayDetectionPayload> = {}) {
    super(payload)
  }

  /** What is stored about one use. */
  static ofUse(use: string, iss: string, jti: string, exp: number): ReplayDetection {
    return new this({ jti: idOf(use, iss, jti), iss, exp })
  }

  /** The write that fails when this was seen before. */
  static firstUse(use: string, iss: string, jti: string, exp: number): CommitOperation {
    return this.ofUse(use, iss, jti, exp).operation('insert')
  }

  /**
   * The same for a request's transaction: a first use, refused with this error when it is not.
   * @param exp epoch seconds until which the thing could be accepted again
   */
  static claim(
    { use, iss, jti, exp }: { use: string; iss: string; jti: string; exp: number },
    refusal: () => Error,
  ): Claim {
    const record = this.ofUse(use, iss, jti, exp)
    return { operation: record.operation('insert'), refusal, written: () => record.announce('saved') }
  }

  /** @throws TypeError without an end: what is remembered for ever fills the storage */
  override async save(ttl?: number): Promise<string> {
    if (ttl === undefined && this.exp === undefined) throw new TypeError('a ReplayDetection needs a ttl')
    return super.save(ttl)
  }

  /** Stores it as it is now, until it ends. */
  persist(): Promise<string> {
    return this.save()
  }

  /**
   * Remembers it.
   * @param exp epoch seconds until which it could be accepted again; a day from now when absent
   * @returns whether it was new; of concurrent callers exactly one hears `true`
   */
  async unique(iss: string, jti: string, exp = epochTime() + REMEMBERED): Promise<boolean> {
    Object.assign(this, { jti: idOf('', iss, jti), iss, exp })
    const { committed } = await this.rt.store.commit([this.operation('insert')])
    if (committed) this.announce('saved')
    return committed
  }

  /**
   * Remembers it.
   * @returns whether it was new; of concurrent callers exactly one hears `true`
   */
  static unique(iss: string, jti: string, exp?: number): Promise<boolean> {
    return new this().unique(iss, jti, exp)
  }
}
