import type { AdapterPayload, ModelName } from '../../../types/adapter.ts'
import { asIf, type Fault, findsOut, without, wrong } from './wrong_adapter.ts'

const LISTED = (model: ModelName) => `listByAccountId: lists every ${model} of the account, and no other`
const PAGED = 'listByAccountId: gives each entry in one page, also while others are removed and added'
const CURRENT = 'listByAccountId: follows what is written, and leaves out what was removed'

const LISTS: readonly Fault[] = [
  ...(['Session', 'Grant', 'AccessToken', 'RefreshToken'] as const).map(
    (left): Fault => [
      `lists no ${left}`,
      LISTED(left),
      () =>
        wrong(({ listByAccountId }, model) => ({
          listByAccountId: async (...given) => (model === left ? { entries: [] } : listByAccountId(...given)),
        })),
    ],
  ),
  [
    'lists other kinds, too',
    LISTED('AccessToken'),
    () =>
      wrong(({ listByAccountId }, _, all) => ({
        listByAccountId: async (accountId, page) => {
          const own = await listByAccountId(accountId, page)
          const grants = await all('Grant').listByAccountId(accountId, page)
          return { ...own, entries: [...own.entries, ...grants.entries] }
        },
      })),
  ],
  [
    'lists ids without what is stored',
    LISTED('Grant'),
    () =>
      wrong(({ listByAccountId }) => ({
        listByAccountId: async (...given) => {
          const { entries, next } = await listByAccountId(...given)
          return { entries: entries.map(({ id }) => ({ id, payload: {} })), next }
        },
      })),
  ],
  [
    'lists what other accounts have',
    LISTED('Grant'),
    () => {
      const accounts = new Set<string>()
      return wrong(({ upsert, listByAccountId }) => ({
        upsert: async (id, payload, end) => {
          if (payload.accountId !== undefined) accounts.add(payload.accountId)
          await upsert(id, payload, end)
        },
        listByAccountId: async (_, page) => {
          const lists = await Promise.all([...accounts].map((account) => listByAccountId(account, page)))
          return { entries: lists.flatMap(({ entries }) => entries) }
        },
      }))
    },
  ],
  [
    'lists something for an account that has nothing',
    LISTED('Grant'),
    () =>
      wrong(({ listByAccountId }) => ({
        listByAccountId: async (...given) => {
          const { entries, next } = await listByAccountId(...given)
          return entries.length === 0 ? { entries: [{ id: 'none', payload: {} }] } : { entries, next }
        },
      })),
  ],
  [
    'gives more than it was asked for',
    PAGED,
    () =>
      wrong(({ listByAccountId }) => ({
        listByAccountId: (accountId, { after }) => listByAccountId(accountId, { limit: 100, after }),
      })),
  ],
  [
    'has pages without end',
    PAGED,
    () =>
      wrong(({ listByAccountId }) => ({
        listByAccountId: async (accountId, page) => {
          const { entries, next } = await listByAccountId(accountId, page)
          return { entries, next: next ?? page.after ?? 'again' }
        },
      })),
  ],
  [
    'ends after the first page',
    PAGED,
    () =>
      wrong(({ listByAccountId }) => ({
        listByAccountId: async (...given) => ({ entries: (await listByAccountId(...given)).entries }),
      })),
  ],
  [
    'gives the last entry of a page in the next one again',
    PAGED,
    () => {
      let last: { id: string; payload: AdapterPayload }[] = []
      return wrong(({ listByAccountId }) => ({
        listByAccountId: async (accountId, page) => {
          const { entries, next } = await listByAccountId(accountId, page)
          const all = page.after === undefined ? entries : [...last, ...entries].slice(0, page.limit)
          last = entries.slice(-1)
          return { entries: all, next }
        },
      }))
    },
  ],
  [
    'counts pages by position',
    PAGED,
    () =>
      wrong(({ listByAccountId }) => ({
        listByAccountId: async (accountId, { limit, after = '0' }) => {
          const { entries } = await listByAccountId(accountId, { limit: 1000 })
          const end = Number(after) + limit
          const next = end < entries.length ? String(end) : undefined
          return { entries: entries.slice(Number(after), end), next }
        },
      })),
  ],
  [
    'lists an entry as long as nobody else has it',
    CURRENT,
    () =>
      wrong(({ upsert, find }) => ({
        upsert: async (id, payload, end) => {
          const accountId = payload.accountId ?? (await find(id))?.accountId
          await upsert(id, accountId === undefined ? payload : { ...payload, accountId }, end)
        },
      })),
  ],
  [
    'lists nothing that was consumed',
    'listByAccountId: lists what was consumed, and a renewed entry once',
    () =>
      wrong(({ listByAccountId }) => ({
        listByAccountId: async (...given) => {
          const { entries, next } = await listByAccountId(...given)
          return { entries: entries.filter(({ payload }) => payload.consumed === undefined), next }
        },
      })),
  ],
  [
    'does not list when something was consumed',
    'listByAccountId: lists what was consumed, and a renewed entry once',
    () =>
      wrong(({ listByAccountId }) => ({
        listByAccountId: async (...given) => {
          const { entries, next } = await listByAccountId(...given)
          return {
            entries: entries.map(({ id, payload }) => ({ id, payload: without(payload, 'consumed') })),
            next,
          }
        },
      })),
  ],
  ...(
    [
      ['in capitals', (account) => account.toUpperCase()],
      ['in small letters', (account) => account.toLowerCase()],
      ['without a last space', (account) => account.trimEnd()],
      ['by the first fifty characters', (account) => account.slice(0, 34)],
    ] satisfies [string, (account: string) => string][]
  ).map(
    ([how, spell]): Fault => [
      `compares accounts ${how}`,
      'listByAccountId: tells accounts apart by every character',
      () =>
        wrong(({ upsert, listByAccountId }) => ({
          upsert: (id, payload, end) =>
            upsert(
              id,
              payload.accountId === undefined
                ? payload
                : { ...payload, accountId: spell(payload.accountId), real: payload.accountId },
              end,
            ),
          listByAccountId: (accountId, page) => listByAccountId(spell(accountId), page),
        })),
    ],
  ),
  [
    'lists nothing that a commit has written',
    'listByAccountId: lists what a commit has written, and not what it removed',
    () =>
      asIf('insert', (operation) =>
        operation.op === 'insert'
          ? [{ ...operation, payload: without(operation.payload, 'accountId') }]
          : [operation],
      ),
  ],
  [
    'lists what a commit has removed',
    'listByAccountId: lists what a commit has written, and not what it removed',
    () => asIf('destroy', () => []),
  ],
]

findsOut('what an account has', LISTS)
