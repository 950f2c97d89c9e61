import { createHash } from 'node:crypto'
import type { CommitOperation } from '../../types/adapter.ts'
import type { ReplayDetectionPayload } from '../../types/models.ts'
import { BaseModel, type FindOptions, findModel } from './base_model.ts'
import type { FieldMap, Fields } from './field_map.ts'

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
   * The write that fails when this was seen before. The key encodes use, issuer and jti unambiguously, so
   * that two clients may choose the same jti.
   */
  static firstUse(use: string, iss: string, jti: string, exp: number): CommitOperation {
    const id = createHash('sha256')
      .update(JSON.stringify([use, iss, jti]))
      .digest('base64url')
    return new this({ jti: id, iss, exp }).operation('insert')
  }

  /**
   * Remembers it.
   * @returns whether it was new; of concurrent callers exactly one hears `true`
   */
  static async unique(iss: string, jti: string, exp: number): Promise<boolean> {
    const { committed } = await this.rt.store.commit([this.firstUse('', iss, jti, exp)])
    return committed
  }
}
