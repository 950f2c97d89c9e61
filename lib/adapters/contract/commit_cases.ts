import assert from 'node:assert/strict'
import type { AdapterPayload, CommitOperation, ModelName } from '../../../types/adapter.ts'
import { randomId } from '../../helpers/random_id.ts'
import { assertConsumedNow, type ContractCase, entry, epoch, LONG, type Subject } from './subject.ts'

/** commit: what it changes, when it refuses, and who wins. */
export function commitCases(subject: Subject): ContractCase[] {
  return [...effectCases(subject), ...refusalCases(subject), ...raceCases(subject)]
}

function effectCases(subject: Subject): ContractCase[] {
  return [
    {
      title: 'commit: carries out every operation of a list',
      async run() {
        const list = await prepare(subject)
        assert.deepEqual(await subject.commit(...list.operations), { committed: true })
        await list.expectDone()
      },
    },
    {
      title: 'commit: what it stores is found like anything else',
      async run() {
        const [code, token, userCode, grantId] = [randomId(), randomId(), randomId(), randomId()]
        await subject.commit(
          insert('DeviceCode', code, { userCode, grantId }),
          insert('AccessToken', token, { grantId, later: { a: [1] } }),
        )

        const found = await subject.of('DeviceCode').findByUserCode?.(userCode)
        assert.equal(found?.jti, code)
        await subject.expect('AccessToken', token, { later: { a: [1] } })
        await subject.of('AccessToken').revokeByGrantId(grantId)
        await subject.expectNone('AccessToken', token)
      },
    },
    {
      title: 'commit: insert takes the place of an expired entry',
      async run() {
        const id = randomId()
        await subject.of('ReplayDetection').upsert(id, entry('ReplayDetection', id, { exp: epoch(-5) }), 1)

        assert.deepEqual(await subject.commit(insert('ReplayDetection', id, {})), { committed: true })
      },
    },
    {
      title: 'commit: an entry without exp does not expire, an absent version counts as 0',
      async run() {
        const id = randomId()
        await subject.of('Grant').upsert(id, { kind: 'Grant', jti: id })

        const outcome = await subject.commit({ op: 'require', model: 'Grant', id, version: 0 })

        assert.deepEqual(outcome, { committed: true })
      },
    },
    {
      title: 'commit: removing a missing entry is no failure, and an empty list does nothing',
      async run() {
        const outcome = await subject.commit({ op: 'destroy', model: 'Grant', id: randomId() })
        assert.deepEqual(outcome, { committed: true })
        assert.deepEqual(await subject.commit(), { committed: true })
      },
    },
  ]
}

/** Every way to fail, with the entry it is about. */
const FAILURES: readonly [
  title: string,
  stored: AdapterPayload | undefined,
  fail: (id: string) => CommitOperation,
][] = [
  ['consume of a missing entry', undefined, (id) => consume(id)],
  ['consume of a consumed entry', { consumed: epoch(), attempt: 'other' }, (id) => consume(id)],
  ['consume of an expired entry', { exp: epoch(-5) }, (id) => consume(id)],
  ['insert over an entry', {}, (id) => insert('AuthorizationCode', id, { over: true })],
  [
    'insert over a consumed entry',
    { consumed: epoch() },
    (id) => insert('AuthorizationCode', id, { over: true }),
  ],
  ['require of a missing entry', undefined, (id) => require(id)],
  ['require of a consumed entry', { consumed: epoch() }, (id) => require(id)],
  ['require of an expired entry', { exp: epoch(-5) }, (id) => require(id)],
  ['require of another version', { version: 2 }, (id) => require(id, 1)],
  ['require of version 1 where none is stored', {}, (id) => require(id, 1)],
]
const LIST_LENGTH = 5

function refusalCases(subject: Subject): ContractCase[] {
  return FAILURES.flatMap(([title, stored, fail]) =>
    Array.from({ length: LIST_LENGTH + 1 }, (_, position) => ({
      title: `commit: ${title}, at position ${position}, changes nothing`,
      async run() {
        const id = randomId()
        const before = stored && entry('AuthorizationCode', id, stored)
        if (before) await subject.of('AuthorizationCode').upsert(id, before, LONG)
        const list = await prepare(subject)

        const outcome = await subject.commit(...list.operations.toSpliced(position, 0, fail(id)))

        assert.deepEqual(outcome, { committed: false, failed: position })
        await list.expectUntouched()
        // Storage may drop an expired entry at any time.
        if (before === undefined) await subject.expectNone('AuthorizationCode', id)
        else if (before.exp !== undefined && before.exp > epoch()) {
          const after = await subject.expect('AuthorizationCode', id, before)
          assert.equal(after.consumed ?? undefined, before.consumed)
          assert.equal(after['over'], undefined)
        }
      },
    })),
  )
}

function raceCases(subject: Subject): ContractCase[] {
  const race = (list: (attempt: number) => CommitOperation[]) =>
    Promise.all(
      Array.from({ length: 50 }, async (_, attempt) => (await subject.commit(...list(attempt))).committed),
    )
  return [
    {
      title: 'commit: of 50 that consume one entry one wins, and only its inserts exist (RFC 6749 §10.5)',
      async run() {
        const [id, token] = [randomId(), randomId()]
        await subject.of('AuthorizationCode').upsert(id, entry('AuthorizationCode', id), LONG)

        const won = await race((n) => [
          insert('AccessToken', `${token}${n}`, {}),
          consume(id, `attempt ${n}`),
        ])

        const winner = won.indexOf(true)
        assert.equal(won.filter((committed) => committed).length, 1)
        await subject.expect('AuthorizationCode', id, { attempt: `attempt ${winner}` })
        for (const n of won.keys()) {
          if (n === winner) await subject.expect('AccessToken', `${token}${n}`, {})
          else await subject.expectNone('AccessToken', `${token}${n}`)
        }
      },
    },
    {
      title: 'commit: of 50 that insert one entry one wins',
      async run() {
        const id = randomId()
        const won = await race((n) => [insert('ReplayDetection', id, { attempt: `${n}` })])

        assert.equal(won.filter((committed) => committed).length, 1)
        await subject.expect('ReplayDetection', id, { attempt: `${won.indexOf(true)}` })
      },
    },
    {
      title: 'commit: of 50 that replace one version one wins',
      async run() {
        const id = randomId()
        await subject.of('Session').upsert(id, entry('Session', id, { version: 7 }), LONG)

        const won = await race((n) => [
          { op: 'require', model: 'Session', id, version: 7 },
          {
            op: 'put',
            model: 'Session',
            id,
            payload: entry('Session', id, { version: 8, by: n }),
            expiresIn: LONG,
          },
        ])

        assert.equal(won.filter((committed) => committed).length, 1)
        await subject.expect('Session', id, { version: 8, by: won.indexOf(true) })
      },
    },
    {
      title: 'commit: lists that name the same entries in opposite order do not block each other',
      async run() {
        const [one, two] = [randomId(), randomId()]
        for (const id of [one, two]) {
          await subject.of('AuthorizationCode').upsert(id, entry('AuthorizationCode', id), LONG)
        }

        const won = await race((n) =>
          n % 2 === 0 ? [consume(one), consume(two)] : [consume(two), consume(one)],
        )

        assert.equal(won.filter((committed) => committed).length, 1)
      },
    },
    {
      title: 'commit: of 50 that take one entry away one wins',
      async run() {
        const id = randomId()
        await subject.of('Interaction').upsert(id, entry('Interaction', id), LONG)

        const won = await race(() => [
          { op: 'require', model: 'Interaction', id },
          { op: 'destroy', model: 'Interaction', id },
        ])

        assert.equal(won.filter((committed) => committed).length, 1)
        await subject.expectNone('Interaction', id)
      },
    },
  ]
}

/** A list of every operation, each of which holds, and ways to see whether it took effect. */
async function prepare(subject: Subject) {
  const [code, grant, token, session, old, attempt] = [
    randomId(),
    randomId(),
    randomId(),
    randomId(),
    randomId(),
    randomId(),
  ]
  await Promise.all([
    subject.of('AuthorizationCode').upsert(code, entry('AuthorizationCode', code, { kept: [1] }), LONG),
    subject.of('Grant').upsert(grant, entry('Grant', grant, { version: 3 }), LONG),
    subject.of('Session').upsert(session, entry('Session', session, { turn: 'before', gone: true }), LONG),
    subject.of('Interaction').upsert(old, entry('Interaction', old), LONG),
  ])
  const operations: CommitOperation[] = [
    consume(code, attempt),
    { op: 'require', model: 'Grant', id: grant, version: 3 },
    insert('AccessToken', token, { grantId: grant }),
    {
      op: 'put',
      model: 'Session',
      id: session,
      payload: entry('Session', session, { turn: 'after' }),
      expiresIn: LONG,
    },
    { op: 'destroy', model: 'Interaction', id: old },
  ]
  return {
    operations,
    async expectDone() {
      const spent = await subject.expect('AuthorizationCode', code, { kept: [1], attempt })
      assertConsumedNow(subject, spent)
      const required = await subject.expect('Grant', grant, { version: 3 })
      assert.equal(required.consumed ?? undefined, undefined)
      await subject.expect('AccessToken', token, { grantId: grant })
      const put = await subject.expect('Session', session, { turn: 'after' })
      assert.equal(put['gone'], undefined)
      await subject.expectNone('Interaction', old)
    },
    async expectUntouched() {
      const fresh = await subject.expect('AuthorizationCode', code, { kept: [1] })
      assert.equal(fresh.consumed ?? undefined, undefined)
      assert.equal(fresh.attempt ?? undefined, undefined)
      await subject.expect('Grant', grant, { version: 3 })
      await subject.expectNone('AccessToken', token)
      await subject.expect('Session', session, { turn: 'before', gone: true })
      await subject.expect('Interaction', old, {})
    },
  }
}

function consume(id: string, attempt: string = randomId()): CommitOperation {
  return { op: 'consume', model: 'AuthorizationCode', id, attempt }
}

function require(id: string, version?: number): CommitOperation {
  return { op: 'require', model: 'AuthorizationCode', id, ...(version === undefined ? {} : { version }) }
}

function insert(model: ModelName, id: string, members: AdapterPayload): CommitOperation {
  return { op: 'insert', model, id, payload: entry(model, id, members), expiresIn: LONG }
}
