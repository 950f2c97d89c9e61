import type { AdapterCommit, CommitOperation, CommitOutcome } from '../../../types/adapter.ts'
import { hasForeignIds } from '../operations.ts'
import type { Place } from './place.ts'
import type { SealedStorage } from './sealed_storage.ts'

type CommitOptions = Parameters<AdapterCommit>[1]
type Locations = readonly (Place | undefined)[]
/** How often entries are looked for that move while a list is on its way. Each moves once. */
const ATTEMPTS = 3

/** One place: an operation for each operation. Several: what is written goes to the first and leaves the others. */
export function sealedCommit(storage: SealedStorage, commit: AdapterCommit): AdapterCommit {
  return (operations, options) => {
    if (operations.every(({ model }) => storage.placesOf(model).length === 1)) {
      const sealed = operations.flatMap((operation) => written(storage.placesOf(operation.model), operation))
      return commit(sealed, options)
    }
    return commitInWindow(storage, commit, operations, options)
  }
}

async function commitInWindow(
  storage: SealedStorage,
  commit: AdapterCommit,
  operations: readonly CommitOperation[],
  options: CommitOptions,
): Promise<CommitOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const locations = await locate(storage, operations)
    const sealed = operations.flatMap((operation, position) =>
      written(storage.placesOf(operation.model), operation, locations[position]).map((step) => ({
        step,
        position,
      })),
    )
    const outcome = await commit(
      sealed.map(({ step }) => step),
      options,
    )
    if (outcome.committed) return outcome
    const failed = sealed[outcome.failed]?.position ?? outcome.failed
    if (attempt === ATTEMPTS || !(await hasMoved(storage, operations[failed], locations[failed])))
      return { committed: false, failed }
  }
}

const isAbout = ({ op }: CommitOperation): boolean => op === 'require' || op === 'consume'

/** Where the entries are that have to be there. */
function locate(storage: SealedStorage, operations: readonly CommitOperation[]): Promise<Locations> {
  return Promise.all(operations.map((operation) => placeOf(storage, operation)))
}

async function placeOf(storage: SealedStorage, operation: CommitOperation): Promise<Place | undefined> {
  const { model, id } = operation
  if (!isAbout(operation) || storage.placesOf(model).length === 1) return undefined
  return (await storage.find(model, id))?.place
}

async function hasMoved(
  storage: SealedStorage,
  operation: CommitOperation | undefined,
  before: Place | undefined,
): Promise<boolean> {
  return operation !== undefined && isAbout(operation) && (await placeOf(storage, operation)) !== before
}

/** @param location where the entry is, if that is known */
function written(
  places: readonly [Place, ...Place[]],
  operation: CommitOperation,
  location: Place = places[0],
): CommitOperation[] {
  const { op, model, id } = operation
  switch (op) {
    case 'require':
    case 'consume':
      return [{ ...operation, id: location.idOf(model, id) ?? places[0].idOf(model, id) ?? id }]
    case 'insert':
      // Others may have made one of this id, in any of the places, and do so while some processes know of one only.
      return (hasForeignIds(model) ? places : [places[0]]).flatMap((place) => moved(place, operation))
    case 'put':
      return [...moved(places[0], operation), ...removals(places.slice(1), operation)]
    case 'destroy':
      return removals(places, operation)
  }
}

function moved(
  place: Place,
  operation: Extract<CommitOperation, { op: 'insert' | 'put' }>,
): CommitOperation[] {
  const { model, id, payload } = operation
  const storedId = place.idOf(model, id)
  return storedId === undefined
    ? []
    : [{ ...operation, id: storedId, payload: place.close(model, id, payload) }]
}

function removals(places: readonly Place[], { model, id }: CommitOperation): CommitOperation[] {
  return places.flatMap((place) => {
    const storedId = place.idOf(model, id)
    return storedId === undefined ? [] : [{ op: 'destroy' as const, model, id: storedId }]
  })
}
