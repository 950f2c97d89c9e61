import type { AdapterFactory, CommitOperation } from '../../../types/adapter.ts'
import { type Fault, findsOut, wrong, wrongCommit } from './wrong_adapter.ts'

/** Looks first and writes later, so that others come in between. */
const looksFirst = (isLate: (operation: CommitOperation) => boolean): AdapterFactory =>
  wrongCommit((right, all) => async (operations) => {
    const outcome = await right(operations)
    const late = operations.find(isLate)
    if (outcome.committed || late === undefined || operations.length > 2) return outcome
    if ((await all(late.model).find(late.id)) === undefined && late.op === 'consume') return outcome
    return { committed: true }
  })

const RACES: readonly Fault[] = [
  [
    'lets two consume one entry',
    'commit: of 50 that consume one entry one wins, and only its inserts exist (RFC 6749 §10.5)',
    () => looksFirst(({ op }) => op === 'consume'),
  ],
  [
    'keeps what losers insert',
    'commit: of 50 that consume one entry one wins, and only its inserts exist (RFC 6749 §10.5)',
    () =>
      wrongCommit((right) => async (operations) => {
        const outcome = await right(operations)
        const [first, ...others] = operations
        if (!outcome.committed && first?.op === 'insert' && others.length === 1) await right([first])
        return outcome
      }),
  ],
  [
    'loses what the winner inserts',
    'commit: of 50 that consume one entry one wins, and only its inserts exist (RFC 6749 §10.5)',
    () =>
      wrongCommit(
        (right) => (operations) =>
          right(operations.length === 2 ? operations.filter(({ op }) => op !== 'insert') : operations),
      ),
  ],
  [
    'keeps which loser consumed it',
    'commit: of 50 that consume one entry one wins, and only its inserts exist (RFC 6749 §10.5)',
    () => {
      const last = new Map<string, string>()
      return wrong(
        ({ find }) => ({
          find: async (id) => {
            const found = await find(id)
            return found?.attempt === undefined ? found : { ...found, attempt: last.get(id) ?? '' }
          },
        }),
        (right) => (operations) => {
          for (const operation of operations)
            if (operation.op === 'consume') last.set(operation.id, operation.attempt)
          return right(operations)
        },
      )
    },
  ],
  [
    'lets two insert one entry',
    'commit: of 50 that insert one entry one wins',
    () => looksFirst(({ op }) => op === 'insert'),
  ],
  [
    'keeps what the last one inserts',
    'commit: of 50 that insert one entry one wins',
    () =>
      wrongCommit((right, all) => async (operations) => {
        const outcome = await right(operations)
        const [only] = operations
        if (!outcome.committed && operations.length === 1 && only?.op === 'insert')
          await all(only.model).upsert(only.id, only.payload, 100)
        return outcome
      }),
  ],
  [
    'lets two replace one version',
    'commit: of 50 that replace one version one wins',
    () => looksFirst(({ op }) => op === 'put'),
  ],
  [
    'keeps what the last one puts',
    'commit: of 50 that replace one version one wins',
    () =>
      wrongCommit((right, all) => async (operations) => {
        const outcome = await right(operations)
        const [, second] = operations
        if (!outcome.committed && operations.length === 2 && second?.op === 'put')
          await all(second.model).upsert(second.id, second.payload, 100)
        return outcome
      }),
  ],
  [
    'gives up two lists that wait for each other',
    'commit: lists that name the same entries in opposite order do not block each other',
    () => {
      let first: string | undefined
      return wrongCommit((right) => async (operations) => {
        const [one, two] = operations
        if (operations.length === 2 && one?.op === 'consume' && two?.op === 'consume') {
          first ??= one.id
          if (first !== one.id) throw new Error('deadlock detected')
        }
        return right(operations)
      })
    },
  ],
  [
    'lets two take an entry away',
    'commit: of 50 that take one entry away one wins',
    () => looksFirst(({ op }) => op === 'destroy'),
  ],
  [
    'does not take away what a commit removes',
    'commit: of 50 that take one entry away one wins',
    () => {
      const gone = new Set<string>()
      return wrongCommit((right) => async (operations) => {
        const [one, two] = operations
        if (operations.length !== 2 || one?.op !== 'require' || two?.op !== 'destroy')
          return right(operations)
        if (gone.has(one.id)) return { committed: false, failed: 0 }
        gone.add(one.id)
        return right([one])
      })
    },
  ],
]

findsOut('who wins', RACES)
