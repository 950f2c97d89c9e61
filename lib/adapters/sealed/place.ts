import type { AdapterPayload, ModelName } from '../../../types/adapter.ts'
import type { KeyRing } from './key_ring.ts'
import {
  isSealed,
  type LOOKED_UP,
  type OpenedEntry,
  open,
  openClient,
  seal,
  sealClient,
} from './sealed_payload.ts'
import { isName, type SealingKey } from './sealing_key.ts'

export type LookedUp = (typeof LOOKED_UP)[number]

/** One way in which entries are kept. During a window there are several, and the first is what is written. */
export interface Place {
  /** What an id is kept as; nothing where it can be none of this place. */
  idOf(model: ModelName, id: string): string | undefined
  nameOf(member: LookedUp, value: string): string | undefined
  close(model: ModelName, id: string, payload: AdapterPayload): AdapterPayload
  /**
   * @param storedId absent where it was found by something else
   * @returns nothing for a row that is not of this place
   */
  open(model: ModelName, row: AdapterPayload, storedId?: string): OpenedEntry | undefined
}

/** Under a name that one key makes. */
export function sealedPlace(ring: KeyRing, key: SealingKey, readable: readonly string[]): Place {
  return {
    idOf: (model, id) => key.nameOf(`id:${model}`, id),
    nameOf: (member, value) => key.nameOf(member, value),
    close: (model, id, payload) => seal(ring, key, readable, { model, id, payload }),
    open: (model, row, storedId) => open(ring, model, row, storedId),
  }
}

/** As entries were kept before. A name that somebody read in storage and presents is none of its ids. */
export const PLAIN: Place = {
  idOf: (_model, id) => (isName(id) ? undefined : id),
  nameOf: (_member, value) => (isName(value) ? undefined : value),
  close: (_model, _id, payload) => payload,
  open: (_model, row, storedId = String(row.jti)) =>
    isSealed(row) ? undefined : { id: storedId, payload: row },
}

/** Clients are kept under their ids, which are no secret, and hosts write rows of their own. */
export function clientPlace(ring: KeyRing, isPlain: boolean): Place {
  return {
    idOf: (_model, id) => id,
    nameOf: (_member, value) => value,
    close: (_model, id, payload) => (isPlain ? payload : sealClient(ring, id, payload)),
    open: (_model, row, storedId = String(row['client_id'])) => ({
      id: storedId,
      payload: openClient(ring, storedId, row),
    }),
  }
}
