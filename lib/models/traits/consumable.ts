import type { CommitOperation } from '../../../types/adapter.ts'
import type { ConsumablePayload } from '../../../types/models.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { randomId } from '../../helpers/random_id.ts'
import type { BaseModel } from '../base_model.ts'
import type { FieldMap } from './field_map.ts'

/** May be used once. */
export const consumable = { consumed: 'unknown', attempt: 'string' } satisfies FieldMap<ConsumablePayload>

/** The write that uses it up; fails when somebody else did. */
export function consumption(model: BaseModel): CommitOperation {
  return { op: 'consume', model: model.model.kind, id: model.jti, attempt: randomId() }
}

/** Uses it up on its own, outside of a larger commit. */
export async function consume(model: BaseModel & ConsumablePayload): Promise<void> {
  const outcome = await model.rt.store.commit([consumption(model)])
  if (!outcome.committed) throw new Error(`this ${model.kind} was already consumed`)
  model.consumed = epochTime()
  model.announce('consumed')
}
