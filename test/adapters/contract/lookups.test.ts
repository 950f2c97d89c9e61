import type { AdapterPayload, ModelName } from '../../../types/adapter.ts'
import { type Fault, findsOut, lacking, wrong } from './wrong_adapter.ts'

const LOOKUPS: readonly Fault[] = [
  ...(
    [
      'findByUid: finds a session, and none where there is none',
      'findByUid: follows a session that moves to a new id',
      'findByUid: finds no session that was removed',
    ] as const
  ).map((title): Fault => ['has no findByUid', title, () => lacking('findByUid')]),
  [
    'finds no session',
    'findByUid: finds a session, and none where there is none',
    () => wrong(() => ({ findByUid: async () => undefined })),
  ],
  [
    'finds a session by its id, too',
    'findByUid: finds a session, and none where there is none',
    () => wrong(({ find, findByUid }) => ({ findByUid: async (uid) => (await findByUid(uid)) ?? find(uid) })),
  ],
  [
    'finds some session for a uid that nobody has',
    'findByUid: finds a session, and none where there is none',
    () => {
      let last: AdapterPayload | undefined
      return wrong(({ findByUid }) => ({
        findByUid: async (uid) => {
          last = (await findByUid(uid)) ?? last
          return last
        },
      }))
    },
  ],
  [
    'knows the first id of a session only',
    'findByUid: follows a session that moves to a new id',
    () => {
      const ids = new Map<unknown, string>()
      return wrong(({ upsert, find }) => ({
        upsert: async (id, payload, end) => {
          if (!ids.has(payload['uid'])) ids.set(payload['uid'], id)
          await upsert(id, payload, end)
        },
        findByUid: async (uid) => find(ids.get(uid) ?? ''),
      }))
    },
  ],
  [
    'finds a session that was removed',
    'findByUid: finds no session that was removed',
    () => {
      const seen = new Map<unknown, AdapterPayload>()
      return wrong(({ upsert, findByUid }) => ({
        upsert: async (id, payload, end) => {
          seen.set(payload['uid'], payload)
          await upsert(id, payload, end)
        },
        findByUid: async (uid) => (await findByUid(uid)) ?? seen.get(uid),
      }))
    },
  ],
  [
    'has no findByUserCode',
    'findByUserCode: finds a device code as it is now (RFC 8628 §3.3)',
    () => lacking('findByUserCode'),
  ],
  [
    'finds a device code as it was',
    'findByUserCode: finds a device code as it is now (RFC 8628 §3.3)',
    () => {
      const first = new Map<unknown, AdapterPayload>()
      return wrong(({ upsert }) => ({
        upsert: async (id, payload, end) => {
          if (!first.has(payload['userCode'])) first.set(payload['userCode'], payload)
          await upsert(id, payload, end)
        },
        findByUserCode: async (userCode) => first.get(userCode),
      }))
    },
  ],
  [
    'finds a device code for a user code that nobody has',
    'findByUserCode: finds a device code as it is now (RFC 8628 §3.3)',
    () =>
      wrong(({ findByUserCode }) => ({
        findByUserCode: async (userCode) => (await findByUserCode(userCode)) ?? { userCode },
      })),
  ],
]

const REVOKED = (model: ModelName) =>
  `revokeByGrantId: removes every ${model} of the grant, consumed ones too, and no other`

const REVOCATIONS: readonly Fault[] = [
  ...(
    [
      'AccessToken',
      'RefreshToken',
      'AuthorizationCode',
      'DeviceCode',
      'BackchannelAuthenticationRequest',
    ] as const
  ).map(
    (kept): Fault => [
      `revokes no ${kept}`,
      REVOKED(kept),
      () =>
        wrong(({ revokeByGrantId }, model) => ({
          revokeByGrantId: async (grantId) => (model === kept ? undefined : revokeByGrantId(grantId)),
        })),
    ],
  ),
  [
    'revokes ten at most',
    REVOKED('AccessToken'),
    () => {
      const ids: { id: string; grantId: unknown }[] = []
      return wrong(({ upsert, destroy }) => ({
        upsert: async (id, payload, end) => {
          ids.push({ id, grantId: payload.grantId })
          await upsert(id, payload, end)
        },
        revokeByGrantId: async (grantId) => {
          for (const { id } of ids.filter((entry) => entry.grantId === grantId).slice(0, 10))
            await destroy(id)
        },
      }))
    },
  ],
  [
    'does not revoke what was consumed',
    REVOKED('RefreshToken'),
    () => {
      const spent = new Set<string>()
      return wrong(({ consume, find, upsert, revokeByGrantId }) => ({
        consume: async (id) => {
          spent.add(id)
          return consume(id)
        },
        revokeByGrantId: async (grantId) => {
          const kept = await Promise.all([...spent].map(async (id) => [id, await find(id)] as const))
          await revokeByGrantId(grantId)
          for (const [id, payload] of kept) if (payload !== undefined) await upsert(id, payload, 100)
        },
      }))
    },
  ],
  [
    'revokes what belongs to other grants',
    REVOKED('AccessToken'),
    () => {
      const grants = new Set<string>()
      return wrong(({ upsert, revokeByGrantId }) => ({
        upsert: async (id, payload, end) => {
          if (payload.grantId !== undefined) grants.add(payload.grantId)
          await upsert(id, payload, end)
        },
        revokeByGrantId: async () => {
          for (const grant of grants) await revokeByGrantId(grant)
        },
      }))
    },
  ],
  [
    'revokes other kinds, too',
    'revokeByGrantId: leaves other kinds alone, and a grant without tokens is no error',
    () =>
      wrong((_, __, all) => ({
        revokeByGrantId: async (grantId) => {
          for (const model of ['AccessToken', 'RefreshToken'] as const)
            await all(model).revokeByGrantId(grantId)
        },
      })),
  ],
]

findsOut('what is looked up', LOOKUPS)
findsOut('what is revoked', REVOCATIONS)
