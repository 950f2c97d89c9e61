import type { AdapterFactory, AdapterPayload, CommitOperation } from '../../../types/adapter.ts'
import { asIf, type Fault, findsOut, without, wrong, wrongCommit } from './wrong_adapter.ts'

const ALL_DONE = 'commit: carries out every operation of a list'
const FOUND = 'commit: what it stores is found like anything else'
const PLAIN = 'commit: an entry without exp does not expire, an absent version counts as 0'
const HARMLESS = 'commit: removing a missing entry is no failure, and an empty list does nothing'

/** Operations that look at an entry get to see something else there. */
const seen = (change: (payload: AdapterPayload) => AdapterPayload | undefined): AdapterFactory =>
  wrongCommit((right, all) => async (operations) => {
    const looking = operations.filter(({ op }) => op === 'require' || op === 'consume')
    for (const { model, id } of looking) {
      const payload = await all(model).find(id)
      if (payload === undefined) continue
      const other = change(payload)
      if (other === undefined) await all(model).destroy(id)
      else if (other !== payload) await all(model).upsert(id, other, 100)
    }
    return right(operations)
  })

/** Operations that are not looked at before they are carried out. */
const blindly = (isBlind: (operation: CommitOperation, found: AdapterPayload | undefined) => boolean) =>
  wrongCommit((right, all) => async (operations) => {
    const looked = await Promise.all(
      operations.map(async (operation) => {
        const { model, id } = operation
        return isBlind(operation, await all(model).find(id))
      }),
    )
    const kept = operations.filter((_, at) => looked[at] !== true)
    const outcome = await right(kept)
    if (outcome.committed) return outcome
    const failed = kept[outcome.failed]
    return { committed: false, failed: failed === undefined ? 0 : operations.indexOf(failed) }
  })

const isOver = (found: AdapterPayload | undefined) =>
  found?.exp !== undefined && found.exp < Date.now() / 1000

const COMMITS: readonly Fault[] = [
  ...(['consume', 'insert', 'put', 'destroy'] as const).map(
    (op): Fault => [`carries out no ${op} in a commit`, ALL_DONE, () => asIf(op, () => [])],
  ),
  [
    'keeps what a commit inserts for ever, or not at all',
    ALL_DONE,
    () =>
      asIf('insert', (operation) =>
        operation.op === 'insert' && operation.expiresIn !== undefined ? [] : [operation],
      ),
  ],
  ['commits without doing anything', ALL_DONE, () => wrongCommit(() => async () => ({ committed: true }))],
  [
    'consumes what a commit requires',
    ALL_DONE,
    () =>
      asIf('require', (operation) => [
        operation,
        { op: 'consume', model: operation.model, id: operation.id, attempt: 'x' },
      ]),
  ],
  [
    'loses what consumed an entry in a commit',
    ALL_DONE,
    () =>
      asIf('consume', (operation) =>
        operation.op === 'consume' ? [{ ...operation, attempt: '' }] : [operation],
      ),
  ],
  [
    'merges in a commit',
    ALL_DONE,
    () =>
      wrongCommit((right, all) => async (operations) => {
        const merged = operations.map(async (operation) => {
          if (operation.op !== 'put') return operation
          const old = await all(operation.model).find(operation.id)
          return { ...operation, payload: { ...old, ...operation.payload } }
        })
        return right(await Promise.all(merged))
      }),
  ],
  ...['userCode', 'grantId', 'later'].map(
    (member): Fault => [
      `does not keep ${member} where a commit inserts it`,
      FOUND,
      () =>
        asIf('insert', (operation) =>
          operation.op === 'insert'
            ? [{ ...operation, payload: without(operation.payload, member) }]
            : [operation],
        ),
    ],
  ),
  [
    'inserts over nothing, expired or not',
    'commit: insert takes the place of an expired entry',
    () => {
      const inserted = new Set<string>()
      return wrong(
        ({ upsert }) => ({
          upsert: async (id, payload, end) => {
            inserted.add(id)
            await upsert(id, payload, end)
          },
        }),
        (right) => async (operations) => {
          const failed = operations.findIndex(({ op, id }) => op === 'insert' && inserted.has(id))
          return failed === -1 ? right(operations) : { committed: false, failed }
        },
      )
    },
  ],
  [
    'takes what has no end for expired',
    PLAIN,
    () => seen((found) => (found.exp === undefined ? undefined : found)),
  ],
  [
    'takes a missing version for another one',
    PLAIN,
    () => seen((found) => (found.version === undefined ? { ...found, version: 1 } : found)),
  ],
  [
    'fails to remove what is not there',
    HARMLESS,
    () =>
      wrongCommit((right, all) => async (operations) => {
        for (const [failed, { op, model, id }] of operations.entries())
          if (op === 'destroy' && (await all(model).find(id)) === undefined)
            return { committed: false, failed }
        return right(operations)
      }),
  ],
  [
    'fails to do nothing',
    HARMLESS,
    () =>
      wrongCommit(
        (right) => async (operations) =>
          operations.length === 0 ? { committed: false, failed: 0 } : right(operations),
      ),
  ],
  [
    'consumes what is missing',
    'commit: consume of a missing entry',
    () => blindly(({ op }, found) => op === 'consume' && !found),
  ],
  [
    'consumes what was consumed',
    'commit: consume of a consumed entry',
    () => blindly(({ op }, found) => op === 'consume' && found?.consumed !== undefined),
  ],
  [
    'consumes what has expired',
    'commit: consume of an expired entry',
    () => blindly(({ op }, found) => op === 'consume' && (found === undefined || isOver(found))),
  ],
  [
    'leaves what it has, and says it inserted',
    'commit: insert over an entry',
    () => blindly(({ op }, found) => op === 'insert' && found !== undefined),
  ],
  [
    'inserts over an entry',
    'commit: insert over an entry',
    () =>
      asIf('insert', (operation) => [operation.op === 'insert' ? { ...operation, op: 'put' } : operation]),
  ],
  [
    'inserts over a consumed entry',
    'commit: insert over a consumed entry',
    () => blindly(({ op }, found) => op === 'insert' && found?.consumed !== undefined),
  ],
  [
    'requires nothing',
    'commit: require of a missing entry',
    () => blindly(({ op }, found) => op === 'require' && found === undefined),
  ],
  [
    'requires what was consumed',
    'commit: require of a consumed entry',
    () => blindly(({ op }, found) => op === 'require' && found?.consumed !== undefined),
  ],
  [
    'requires what has expired',
    'commit: require of an expired entry',
    () => blindly(({ op }, found) => op === 'require' && (found === undefined || isOver(found))),
  ],
  [
    'does not compare versions',
    'commit: require of another version',
    () => asIf('require', ({ model, id }) => [{ op: 'require', model, id }]),
  ],
  [
    'compares versions where it has one',
    'commit: require of version 1 where none is stored',
    () => blindly((operation, found) => operation.op === 'require' && found?.version === undefined),
  ],
  [
    'names the operation after the one that failed',
    'commit: consume of a missing entry',
    () =>
      wrongCommit((right) => async (operations) => {
        const outcome = await right(operations)
        return outcome.committed ? outcome : { committed: false, failed: outcome.failed + 1 }
      }),
  ],
  ...(['consume', 'insert', 'put', 'destroy'] as const).map(
    (op): Fault => [
      `does the ${op} of a commit that failed`,
      'commit: consume of a missing entry',
      () =>
        wrongCommit((right) => async (operations) => {
          const outcome = await right(operations)
          if (!outcome.committed)
            for (const operation of operations) if (operation.op === op) await right([operation])
          return outcome
        }),
    ],
  ),
  [
    'keeps the attempt of a commit that failed',
    'commit: consume of a missing entry',
    () =>
      wrongCommit((right, all) => async (operations) => {
        const outcome = await right(operations)
        for (const operation of operations) {
          if (outcome.committed || operation.op !== 'consume') continue
          const { model, id, attempt } = operation
          const found = await all(model).find(id)
          if (found !== undefined) await all(model).upsert(id, { ...found, attempt }, 100)
        }
        return outcome
      }),
  ],
  [
    'keeps what it wanted to insert over an entry',
    'commit: insert over an entry',
    () =>
      wrongCommit((right, all) => async (operations) => {
        const outcome = await right(operations)
        for (const operation of operations) {
          if (outcome.committed || operation.op !== 'insert') continue
          const { model, id, payload } = operation
          const found = await all(model).find(id)
          if (found !== undefined) await all(model).upsert(id, { ...payload, ...found }, 100)
        }
        return outcome
      }),
  ],
  [
    'consumes what it must not consume again',
    'commit: require of another version',
    () =>
      wrongCommit((right, all) => async (operations) => {
        const outcome = await right(operations)
        for (const { op, model, id } of operations)
          if (!outcome.committed && op === 'require') await all(model).consume(id)
        return outcome
      }),
  ],
]

findsOut('what is written together', COMMITS)
