import { expect } from 'chai'
import { contractCases } from '../../../lib/adapters/contract.ts'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import type {
  AdapterCommit,
  AdapterFactory,
  AdapterPayload,
  CommitOperation,
  GivenAdapter,
  ModelName,
} from '../../../types/adapter.ts'

/** An adapter that does one thing wrong, and the title of the case that finds it out. */
export type Fault = readonly [what: string, broken: string, adapter: () => AdapterFactory]

type Found = Promise<AdapterPayload | undefined>
/** What the memory adapter does, with every member there. */
interface Methods extends Required<Omit<GivenAdapter, 'find' | 'findByUid' | 'findByUserCode'>> {
  find(id: string): Found
  findByUid(uid: string): Found
  findByUserCode(userCode: string): Found
}
type Change = (right: Methods, model: ModelName, all: (model: ModelName) => Methods) => Partial<GivenAdapter>
type Commit = (right: AdapterCommit, all: (model: ModelName) => Methods) => AdapterCommit

function methodsOf(adapter: GivenAdapter): Methods {
  const { findByUid, findByUserCode, listByAccountId } = adapter
  if (findByUid === undefined || findByUserCode === undefined || listByAccountId === undefined)
    throw new Error('the memory adapter has all members')
  return {
    upsert: (...given) => adapter.upsert(...given),
    find: async (id) => (await adapter.find(id)) ?? undefined,
    findByUid: async (uid) => (await findByUid.call(adapter, uid)) ?? undefined,
    findByUserCode: async (userCode) => (await findByUserCode.call(adapter, userCode)) ?? undefined,
    consume: (id) => adapter.consume(id),
    destroy: (id) => adapter.destroy(id),
    revokeByGrantId: (grantId) => adapter.revokeByGrantId(grantId),
    listByAccountId: (...given) => listByAccountId.call(adapter, ...given),
  }
}

/** The memory adapter, with one thing that it does wrong. */
export function wrong(change: Change, commit: Commit = (right) => right): AdapterFactory {
  const memory = memoryAdapter()
  const right = memory.commit
  if (right === undefined) throw new Error('the memory adapter commits')
  const all = (model: ModelName): Methods => methodsOf(memory(model))
  const make = (model: ModelName): GivenAdapter => ({ ...all(model), ...change(all(model), model, all) })
  return Object.assign(make, { commit: commit((...given) => right(...given), all) })
}

export const wrongCommit = (commit: Commit): AdapterFactory => wrong(() => ({}), commit)

/** The memory adapter without a member. */
export function lacking(member: 'findByUid' | 'findByUserCode'): AdapterFactory {
  const memory = memoryAdapter()
  return (model) => {
    const { [member]: _lacking, ...others } = methodsOf(memory(model))
    return others
  }
}

/** One operation of a kind is carried out as another list of operations. */
export const asIf = (
  op: CommitOperation['op'],
  others: (operation: CommitOperation) => CommitOperation[],
): AdapterFactory =>
  wrongCommit((right) => async (operations) => {
    const done = operations.flatMap((operation) => (operation.op === op ? others(operation) : [operation]))
    const outcome = await right(done)
    if (outcome.committed) return outcome
    const failed = done[outcome.failed]
    return { committed: false, failed: failed === undefined ? 0 : operations.indexOf(failed) }
  })

/** Cases that fail, those that are tried at every position of a list once. */
async function brokenPromises(adapter: AdapterFactory): Promise<string[]> {
  const failing = new Set<string>()
  for (const { title, run } of contractCases(adapter, { tell: () => {} })) {
    await run().catch(() => failing.add(title.replace(/, at position \d,.*/, '')))
  }
  return [...failing]
}

export const without = (payload: AdapterPayload, ...members: readonly string[]): AdapterPayload =>
  Object.fromEntries(Object.entries(payload).filter(([member]) => !members.includes(member)))

/** One test for each: the suite has to name the promise that is broken. */
export function findsOut(room: string, faults: readonly Fault[]): void {
  describe(`A177 what the storage contract finds out about ${room}`, () => {
    for (const [what, broken, adapter] of faults) {
      it(`finds out by its name an adapter that ${what}`, async () => {
        expect(await brokenPromises(adapter())).to.include(broken)
      })
    }
  })
}
