import assert from 'node:assert/strict'
import type { ModelName } from '../../../types/adapter.ts'
import { randomId } from '../../helpers/random_id.ts'
import { assertHolds, assertNone, type ContractCase, entry, LONG, type Subject } from './subject.ts'

/** The kinds that are issued under a grant. */
const TOKENS: readonly ModelName[] = [
  'AccessToken',
  'RefreshToken',
  'AuthorizationCode',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
]

/** findByUid, findByUserCode and revokeByGrantId. */
export function lookupCases(subject: Subject): ContractCase[] {
  return [
    ...findByCases(subject),
    ...TOKENS.map((model) => revocationCase(subject, model)),
    untouched(subject),
  ]
}

function findByCases(subject: Subject): ContractCase[] {
  const sessions = () => subject.of('Session')
  const findByUid = async (uid: string) => {
    assert.ok(sessions().findByUid, 'findByUid is missing')
    return await sessions().findByUid?.(uid)
  }
  const findByUserCode = async (userCode: string) => {
    assert.ok(subject.of('DeviceCode').findByUserCode, 'findByUserCode is missing')
    return await subject.of('DeviceCode').findByUserCode?.(userCode)
  }
  return [
    {
      title: 'findByUid: finds a session, and none where there is none',
      async run() {
        const [id, uid] = [randomId(), randomId()]
        const payload = entry('Session', id, { uid, accountId: 'me' })
        await sessions().upsert(id, payload, LONG)

        assertHolds(await findByUid(uid), payload)
        assertNone(await findByUid(randomId()))
        assertNone(await findByUid(id))
      },
    },
    {
      title: 'findByUid: follows a session that moves to a new id',
      async run() {
        const [before, after, uid] = [randomId(), randomId(), randomId()]
        await sessions().upsert(before, entry('Session', before, { uid }), LONG)

        await sessions().upsert(after, entry('Session', after, { uid }), LONG)
        await sessions().destroy(before)

        assertHolds(await findByUid(uid), { jti: after })
      },
    },
    {
      title: 'findByUid: finds no session that was removed',
      async run() {
        const [id, uid] = [randomId(), randomId()]
        await sessions().upsert(id, entry('Session', id, { uid }), LONG)
        await sessions().destroy(id)

        assertNone(await findByUid(uid))
      },
    },
    {
      title: 'findByUserCode: finds a device code as it is now (RFC 8628 §3.3)',
      async run() {
        const [id, userCode] = [randomId(), randomId()]
        await subject.of('DeviceCode').upsert(id, entry('DeviceCode', id, { userCode }), LONG)
        await subject
          .of('DeviceCode')
          .upsert(id, entry('DeviceCode', id, { userCode, accountId: 'me' }), LONG)

        assertHolds(await findByUserCode(userCode), { jti: id, accountId: 'me' })
        assertNone(await findByUserCode(randomId()))
      },
    },
  ]
}

function revocationCase(subject: Subject, model: ModelName): ContractCase {
  return {
    title: `revokeByGrantId: removes every ${model} of the grant, consumed ones too, and no other`,
    async run() {
      const [grantId, other, kept, spent] = [randomId(), randomId(), randomId(), randomId()]
      const ids = [spent, ...Array.from({ length: 20 }, randomId)]
      const tokens = subject.of(model)
      await Promise.all([
        ...ids.map((id) => tokens.upsert(id, entry(model, id, { grantId }), LONG)),
        tokens.upsert(kept, entry(model, kept, { grantId: other }), LONG),
      ])
      await tokens.consume(spent)

      await tokens.revokeByGrantId(grantId)

      await Promise.all(ids.map((id) => subject.expectNone(model, id)))
      await subject.expect(model, kept, { grantId: other })
    },
  }
}

function untouched(subject: Subject): ContractCase {
  return {
    title: 'revokeByGrantId: leaves other kinds alone, and a grant without tokens is no error',
    async run() {
      const [id, grantId] = [randomId(), randomId()]
      await subject.of('RefreshToken').upsert(id, entry('RefreshToken', id, { grantId }), LONG)

      await subject.of('AccessToken').revokeByGrantId(grantId)

      await subject.expect('RefreshToken', id, { grantId })
    },
  }
}
