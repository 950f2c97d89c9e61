import { isDeepStrictEqual } from 'node:util'
import type { AdapterPayload, CommitOperation, ModelName } from '../../types/adapter.ts'
import { hasForeignIds, isConsumed } from './operations.ts'

/** One operation that can tell whether its list took effect, and how it tells from the entry that is stored. */
interface Witness {
  model: ModelName
  id: string
  confirms(stored: AdapterPayload | undefined): boolean
}

/**
 * Finds out what became of an atomic commit that gave no answer, by reading one entry back: as all or nothing
 * was written, one operation speaks for the list. From the best witness to the least:
 * 1. `consume`: the entry is consumed and keeps our `attempt`.
 * 2. `insert` or `put` of a payload that carries an `attempt`: the stored entry carries the same.
 * 3. `insert` under a random id: the entry exists, nobody else can have made it. An id chosen by others
 *    (a replay record) proves nothing: the entry may be that of the one who won.
 * 4. `put` of a counted entry: it is stored exactly as we wrote it, `version` included. A `put` without
 *    `version` is no witness, the entry may have been there and the same before.
 * 5. `require` and `destroy` of one entry: it is gone.
 *
 * A write that takes effect after this was read is not seen; then the caller is told of a failure and a repeated
 * request meets a spent credential. That is the safe side: nothing is issued twice.
 * @returns whether it took effect; `false` also when no operation can tell
 */
export async function tookEffect(
  operations: readonly CommitOperation[],
  entries: { find(model: ModelName, id: string): Promise<AdapterPayload | undefined> },
): Promise<boolean> {
  const witness = findWitness(operations)
  return witness?.confirms(await entries.find(witness.model, witness.id)) ?? false
}

function findWitness(operations: readonly CommitOperation[]): Witness | undefined {
  for (const kind of [byConsume, byAttempt, byExistence, byVersion, byAbsence]) {
    for (const operation of operations) {
      const confirms = kind(operation, operations)
      if (confirms !== undefined) return { model: operation.model, id: operation.id, confirms }
    }
  }
  return undefined
}

type Kind = (
  operation: CommitOperation,
  operations: readonly CommitOperation[],
) => Witness['confirms'] | undefined

const byConsume: Kind = (operation) => {
  if (operation.op !== 'consume') return undefined
  return (stored) => stored !== undefined && isConsumed(stored) && stored.attempt === operation.attempt
}

const byAttempt: Kind = (operation) => {
  if (operation.op !== 'insert' && operation.op !== 'put') return undefined
  const { attempt } = operation.payload
  return attempt === undefined ? undefined : (stored) => stored?.attempt === attempt
}

const byExistence: Kind = ({ op, model }) => {
  return op === 'insert' && !hasForeignIds(model) ? (stored) => stored !== undefined : undefined
}

const byVersion: Kind = (operation) => {
  if (operation.op !== 'put' || operation.payload.version === undefined) return undefined
  return (stored) => isDeepStrictEqual(asJson(stored), asJson(operation.payload))
}

const byAbsence: Kind = ({ op, model, id }, operations) => {
  const isRequired = operations.some(
    (other) => other.op === 'require' && other.model === model && other.id === id,
  )
  return op === 'destroy' && isRequired ? (stored) => stored === undefined : undefined
}

/** Storage keeps JSON: members that are `undefined` do not come back. */
function asJson(payload: AdapterPayload | undefined): unknown {
  return payload === undefined ? undefined : JSON.parse(JSON.stringify(payload))
}
