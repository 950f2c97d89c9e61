import { type Fault, findsOut, without, wrong } from './wrong_adapter.ts'

const ENTRIES: readonly Fault[] = [
  [
    'answers something where there is nothing',
    'find: answers nothing for an entry that does not exist',
    () => wrong(({ find }) => ({ find: async (id) => (await find(id)) ?? { jti: id } })),
  ],
  [
    'takes text for ASCII',
    'upsert: stores every member, also unknown, nested, empty and non-ASCII ones',
    () =>
      wrong(({ upsert }) => ({
        upsert: (id, payload, end) =>
          upsert(id, JSON.parse(JSON.stringify(payload).replace(/[^ -~]/g, '?')), end),
      })),
  ],
  [
    'drops members it does not know',
    'upsert: stores every member, also unknown, nested, empty and non-ASCII ones',
    () =>
      wrong(({ upsert }) => ({ upsert: (id, payload, end) => upsert(id, without(payload, 'extra'), end) })),
  ],
  [
    'drops what is empty',
    'upsert: stores every member, also unknown, nested, empty and non-ASCII ones',
    () =>
      wrong(({ upsert }) => ({
        upsert: (id, payload, end) =>
          upsert(id, JSON.parse(JSON.stringify(payload, (_, value) => value || undefined)), end),
      })),
  ],
  [
    'merges what it is given into what it has',
    'upsert: replaces an entry, so that members left out are gone',
    () =>
      wrong(({ upsert, find }) => ({
        upsert: async (id, payload, end) => upsert(id, { ...(await find(id)), ...payload }, end),
      })),
  ],
  [
    'ignores an upsert of what it has',
    'upsert: replaces an entry, so that members left out are gone',
    () =>
      wrong(({ upsert, find }) => ({
        upsert: async (id, payload, end) => (await find(id)) ?? upsert(id, payload, end),
      })),
  ],
  [
    'needs an end',
    'upsert: keeps an entry that is stored without expiresIn',
    () =>
      wrong(({ upsert }) => ({
        upsert: async (id, payload, end) => (end === undefined ? undefined : upsert(id, payload, end)),
      })),
  ],
  [
    'removes with a timer, which cannot wait that long',
    'upsert: can make an entry permanent that was to expire, and the other way round',
    () =>
      wrong(({ upsert, destroy }) => ({
        upsert: async (id, payload, end = 0) => {
          await upsert(id, payload, end === 0 ? undefined : end)
          if (end * 1000 >= 2 ** 31) await destroy(id)
        },
      })),
  ],
  [
    'cannot make an entry permanent that was to expire',
    'upsert: can make an entry permanent that was to expire, and the other way round',
    () =>
      wrong(({ upsert, find }) => ({
        upsert: async (id, payload, end) => {
          if (end === undefined && (await find(id)) !== undefined) return
          await upsert(id, payload, end)
        },
      })),
  ],
  [
    'cannot give a permanent entry an end',
    'upsert: can make an entry permanent that was to expire, and the other way round',
    () =>
      wrong(({ upsert }) => ({
        upsert: async (id, payload, end) => {
          if (end === 1 && payload['turn'] === '1') throw new Error('a permanent entry stays one')
          await upsert(id, payload, end)
        },
      })),
  ],
  [
    'keeps what is removed',
    'destroy: removes an entry, and a missing one is no error',
    () => wrong(() => ({ destroy: async () => {} })),
  ],
  [
    'fails when there is nothing to remove',
    'destroy: removes an entry, and a missing one is no error',
    () =>
      wrong(({ destroy, find }) => ({
        destroy: async (id) => {
          if ((await find(id)) === undefined) throw new Error('not found')
          await destroy(id)
        },
      })),
  ],
  [
    'has a column of 255 characters for ids',
    'ids: 256 characters is an id like any other',
    () =>
      wrong(({ upsert }) => ({
        upsert: async (id, ...rest) => {
          if (id.length > 255) throw new Error('value too long')
          await upsert(id, ...rest)
        },
      })),
  ],
  ...['__proto__', 'constructor'].map(
    (name): Fault => [
      `keeps entries in an object, which has ${name}`,
      `ids: ${name} is an id like any other`,
      () => wrong(({ find }) => ({ find: async (id) => (await find(id)) ?? Reflect.get({}, id) })),
    ],
  ),
  [
    'does not remove ids with a slash',
    'ids: https://rp.example/a?b=c is an id like any other',
    () => wrong(({ destroy }) => ({ destroy: async (id) => (id.includes('/') ? undefined : destroy(id)) })),
  ],
  ...(['toLowerCase', 'toUpperCase'] as const).map(
    (spell): Fault => [
      `finds ids ${spell === 'toLowerCase' ? 'in small letters' : 'in capitals'}, too`,
      'ids: upper and lower case are different',
      () => {
        const spelt = new Map<string, string>()
        return wrong(({ upsert, find }) => ({
          upsert: async (id, ...rest) => {
            spelt.set(id[spell](), id)
            await upsert(id, ...rest)
          },
          find: async (id) => (await find(id)) ?? (await find(spelt.get(id) ?? id)),
        }))
      },
    ],
  ),
  [
    'keeps all models in one place',
    'ids: the same id in two models means two entries',
    () => wrong((_, __, all) => ({ find: (id) => all('RefreshToken').find(id) })),
  ],
  [
    'removes what other models have under an id',
    'ids: the same id in two models means two entries',
    () =>
      wrong(({ destroy }, model, all) => ({
        destroy: async (id) => {
          await destroy(id)
          if (model === 'AuthorizationCode') await all('RefreshToken').destroy(id)
        },
      })),
  ],
]

const CONSUMED: readonly Fault[] = [
  [
    'consumes nothing',
    'consume: sets consumed to the current time and leaves the rest alone',
    () => wrong(() => ({ consume: async () => {} })),
  ],
  [
    'loses the rest of what it consumes',
    'consume: sets consumed to the current time and leaves the rest alone',
    () =>
      wrong(({ consume, upsert, find }) => ({
        consume: async (id) => {
          const won = await consume(id)
          await upsert(id, without((await find(id)) ?? {}, 'grantId'), 100)
          return won
        },
      })),
  ],
  ...[-1000, 1000].map(
    (late): Fault => [
      `has a clock that is ${late} seconds off`,
      'consume: sets consumed to the current time and leaves the rest alone',
      () =>
        wrong(({ find }) => ({
          find: async (id) => {
            const found = await find(id)
            return typeof found?.consumed === 'number' ? { ...found, consumed: found.consumed + late } : found
          },
        })),
    ],
  ),
  [
    'lets everybody consume',
    'consume: of 100 concurrent calls one wins, if the adapter can tell (RFC 6749 §4.1.2)',
    () =>
      wrong(({ consume }) => ({
        consume: async (id) => {
          await consume(id)
          return true
        },
      })),
  ],
  [
    'lets nobody consume',
    'consume: of 100 concurrent calls one wins, if the adapter can tell (RFC 6749 §4.1.2)',
    () =>
      wrong(({ consume }) => ({
        consume: async (id) => {
          await consume(id)
          return false
        },
      })),
  ],
  [
    'tells winners only',
    'consume: of 100 concurrent calls one wins, if the adapter can tell (RFC 6749 §4.1.2)',
    () => wrong(({ consume }) => ({ consume: async (id) => (await consume(id)) || undefined })),
  ],
  [
    'consumes twice',
    'consume: a second call does not win, and a missing entry is no error',
    () =>
      wrong(({ consume, find }) => ({
        consume: async (id) => {
          const won = await consume(id)
          const iat = (await find(id))?.['iat']
          return won || (typeof iat === 'number' && iat < Date.now() / 1000 - 5)
        },
      })),
  ],
  [
    'consumes what is not there',
    'consume: a second call does not win, and a missing entry is no error',
    () => wrong(({ consume, find }) => ({ consume: async (id) => (await consume(id)) || !(await find(id)) })),
  ],
  [
    'keeps consumed where an upsert has none',
    'consume: an upsert without consumed makes the entry fresh again',
    () =>
      wrong(({ upsert, find }) => ({
        upsert: async (id, payload, end) => {
          const consumed = (await find(id))?.consumed
          await upsert(id, consumed === undefined ? payload : { ...payload, consumed }, end)
        },
      })),
  ],
]

findsOut('what is stored', ENTRIES)
findsOut('what is used once', CONSUMED)
