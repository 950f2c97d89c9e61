import { createHash } from 'node:crypto'
import type { CommitOperation } from '../../types/adapter.ts'
import type { ReplayDetectionPayload } from '../../types/models.ts'
import { BaseModel, type FindOptions, findModel } from './base_model.ts'
import type { FieldMap, Fields } from './traits/field_map.ts'
import type { Claim } from './transaction.ts'

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

  declare iss?: string | undefined

  constructor(payload: Partial<ReplayDetectionPayload> = {}) {
    super(payload)
  }

  /** Finds one by its value; `undefined` when there is none or it expired. */
  static find(value: string, options?: FindOptions): Promise<ReplayDetection | undefined> {
    return findModel(this, value, options)
  }

  /**
   * What is stored about one use. The key encodes use, issuer and jti unambiguously, so that two clients may
   * choose the same jti.
   */
  static ofUse(use: string, iss: string, jti: string, exp: number): ReplayDetection {
    const id = createHash('sha256')
      .update(JSON.stringify([use, iss, jti]))
      .digest('base64url')
    return new this({ jti: id, iss, exp })
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

  /**
   * Remembers it.
   * @returns whether it was new; of concurrent callers exactly one hears `true`
   */
  static async unique(iss: string, jti: string, exp: number): Promise<boolean> {
    const record = this.ofUse('', iss, jti, exp)
    const { committed } = await this.rt.store.commit([record.operation('insert')])
    if (committed) record.announce('saved')
    return committed
  }
}
