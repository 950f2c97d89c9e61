import assert from 'node:assert/strict'
import { randomId } from '../../helpers/random_id.ts'
import { consumedAt } from '../consumed_at.ts'
import { assertConsumedNow, type ContractCase, entry, epoch, LONG, type Subject } from './subject.ts'

/** upsert, find, destroy and consume. */
export function entryCases(subject: Subject): ContractCase[] {
  return [...writeCases(subject), ...idCases(subject), ...consumeCases(subject)]
}

function writeCases(subject: Subject): ContractCase[] {
  return [
    {
      title: 'find: answers nothing for an entry that does not exist',
      run: () => subject.expectNone('AccessToken', randomId()),
    },
    {
      title: 'upsert: stores every member, also unknown, nested, empty and non-ASCII ones',
      async run() {
        const id = randomId()
        const payload = entry('AccessToken', id, {
          fromTheFuture: { list: [1, 'two', { three: null }], no: false, zero: 0, empty: '' },
          text: 'å 漢 🙂 "\'\\ \u2028 {{}} $1 %s',
          extra: { 'https://example.com/claim': true, 'a.b.c': [] },
        })

        await subject.of('AccessToken').upsert(id, payload, LONG)

        await subject.expect('AccessToken', id, payload)
      },
    },
    {
      title: 'upsert: replaces an entry, so that members left out are gone',
      async run() {
        const id = randomId()
        const sessions = subject.of('Session')
        await sessions.upsert(
          id,
          entry('Session', id, { uid: randomId(), accountId: 'one', old: true }),
          LONG,
        )

        const next = entry('Session', id, { uid: randomId(), accountId: 'two' })
        await sessions.upsert(id, next, LONG)

        const found = await subject.expect('Session', id, next)
        assert.equal(found['old'], undefined)
      },
    },
    {
      title: 'upsert: keeps an entry that is stored without expiresIn',
      async run() {
        const id = randomId()
        await subject.of('Client').upsert(id, { client_id: id })
        await subject.expect('Client', id, { client_id: id })
      },
    },
    {
      title: 'upsert: can make an entry permanent that was to expire, and the other way round',
      async run() {
        const id = randomId()
        for (const expiresIn of [LONG, undefined, 1_000_000_000, 1]) {
          await subject.of('Grant').upsert(id, entry('Grant', id, { turn: String(expiresIn) }), expiresIn)
          if (expiresIn !== 1) await subject.expect('Grant', id, { turn: String(expiresIn) })
        }
      },
    },
    {
      title: 'destroy: removes an entry, and a missing one is no error',
      async run() {
        const id = randomId()
        const grants = subject.of('Grant')
        await grants.upsert(id, entry('Grant', id), LONG)

        await grants.destroy(id)
        await grants.destroy(id)

        await subject.expectNone('Grant', id)
      },
    },
  ]
}

function idCases(subject: Subject): ContractCase[] {
  const odd = [
    'x'.repeat(256),
    "-._~:/?#[]@!$&'()*+,;=%41",
    `__proto__`,
    'constructor',
    'https://rp.example/a?b=c',
  ]
  return [
    ...odd.map((id) => ({
      title: `ids: ${id.length > 40 ? `${id.length} characters` : id} is an id like any other`,
      async run() {
        const clients = subject.of('Client')
        await clients.destroy(id)
        await subject.expectNone('Client', id)

        await clients.upsert(id, { client_id: id }, LONG)
        await subject.expect('Client', id, { client_id: id })

        await clients.destroy(id)
        await subject.expectNone('Client', id)
      },
    })),
    {
      title: 'ids: upper and lower case are different',
      async run() {
        const id = `Aa${randomId()}`
        await subject.of('AccessToken').upsert(id, entry('AccessToken', id), LONG)
        await subject.expectNone('AccessToken', id.toUpperCase())
        await subject.expectNone('AccessToken', id.toLowerCase())
      },
    },
    {
      title: 'ids: the same id in two models means two entries',
      async run() {
        const id = randomId()
        await subject.of('RefreshToken').upsert(id, entry('RefreshToken', id), LONG)
        await subject.expectNone('AuthorizationCode', id)

        await subject.of('AuthorizationCode').upsert(id, entry('AuthorizationCode', id), LONG)
        await subject.of('AuthorizationCode').destroy(id)

        await subject.expect('RefreshToken', id, { kind: 'RefreshToken' })
      },
    },
  ]
}

function consumeCases(subject: Subject): ContractCase[] {
  const codes = () => subject.of('AuthorizationCode')
  return [
    {
      title: 'consume: sets consumed to the current time and leaves the rest alone',
      async run() {
        const id = randomId()
        const payload = entry('AuthorizationCode', id, { grantId: randomId(), extra: { a: 1 } })
        await codes().upsert(id, payload, LONG)

        await codes().consume(id)

        assertConsumedNow(subject, await subject.expect('AuthorizationCode', id, payload))
      },
    },
    {
      title: 'consume: of 100 concurrent calls one wins, if the adapter can tell (RFC 6749 §4.1.2)',
      async run() {
        const id = randomId()
        await codes().upsert(id, entry('AuthorizationCode', id), LONG)

        const answers = await Promise.all(Array.from({ length: 100 }, () => codes().consume(id)))

        const told = answers.filter((answer) => typeof answer === 'boolean')
        if (told.length === 0)
          subject.missed.add(
            'consume() tells who won: otherwise codes are used once in a single process only',
          )
        if (told.length > 0) {
          assert.equal(told.length, 100, 'answers either always or never')
          assert.equal(told.filter((won) => won).length, 1, 'exactly one call wins')
        }
        assertConsumedNow(subject, await subject.expect('AuthorizationCode', id, {}))
      },
    },
    {
      title: 'consume: a second call does not win, and a missing entry is no error',
      async run() {
        const id = randomId()
        await codes().upsert(id, entry('AuthorizationCode', id, { iat: epoch(-10) }), LONG)
        await codes().consume(id)

        assert.notEqual(await codes().consume(id), true)
        assert.notEqual(await codes().consume(randomId()), true)
      },
    },
    {
      title: 'consume: an upsert without consumed makes the entry fresh again',
      async run() {
        const id = randomId()
        await codes().upsert(id, entry('AuthorizationCode', id), LONG)
        await codes().consume(id)

        await codes().upsert(id, entry('AuthorizationCode', id), LONG)

        const found = await subject.expect('AuthorizationCode', id, {})
        assert.equal(consumedAt(found.consumed), undefined)
      },
    },
  ]
}
