import assert from 'node:assert/strict'
import type { AdapterPayload, ModelName } from '../../../types/adapter.ts'
import { randomId } from '../../helpers/random_id.ts'
import { assertHolds, type ContractCase, entry, epoch, LONG, type Subject } from './subject.ts'

/** The kinds that are looked up by account. */
const LISTED: readonly ModelName[] = ['Session', 'Grant', 'AccessToken', 'RefreshToken']
/** More pages than a list of this suite may have. */
const MAX_PAGES = 100

/** listByAccountId, where the adapter has it; that is known once it is used. */
export function accountCases(subject: Subject): ContractCase[] {
  return casesOf(subject).map(({ title, run }) => ({
    title,
    async run() {
      if (subject.of('Session').listByAccountId !== undefined) await run()
      else subject.missed.add('listByAccountId(): provider.sessionsOf() and the like are refused')
    },
  }))
}

function casesOf(subject: Subject): ContractCase[] {
  return [
    ...LISTED.map((model) => listingCase(subject, model)),
    pagingCase(subject),
    currentCase(subject),
    movingCase(subject),
    spellingCase(subject),
    ...(subject.canCommit ? [commitCase(subject)] : []),
  ]
}

/** All pages of a list, by id. */
async function listed(
  subject: Subject,
  model: ModelName,
  accountId: string,
  limit = 100,
): Promise<Map<string, AdapterPayload>> {
  const found = new Map<string, AdapterPayload>()
  let after: string | undefined
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await subject.list(model, accountId, { limit, after })
    assert.ok(page.entries.length <= limit, `a page of ${limit} has ${page.entries.length} entries`)
    for (const { id, payload } of page.entries) {
      assert.ok(!found.has(id), 'an entry is in two pages')
      found.set(id, payload)
    }
    if (!page.next) return found
    after = page.next
  }
  return assert.fail('the pages have no end')
}

const idsOf = (found: Map<string, AdapterPayload>): string[] => [...found.keys()].sort()

function listingCase(subject: Subject, model: ModelName): ContractCase {
  return {
    title: `listByAccountId: lists every ${model} of the account, and no other`,
    async run() {
      const [accountId, other, mine, theirs] = [randomId(), randomId(), randomId(), randomId()]
      const payload = entry(model, mine, { accountId, clientId: 'app' })
      const elsewhere: ModelName = model === 'Grant' ? 'RefreshToken' : 'Grant'
      const third = randomId()
      await subject.of(model).upsert(mine, payload, LONG)
      await subject.of(model).upsert(theirs, entry(model, theirs, { accountId: other }), LONG)
      await subject.of(elsewhere).upsert(third, entry(elsewhere, third, { accountId }), LONG)

      const found = await listed(subject, model, accountId)

      assert.deepEqual(idsOf(found), [mine])
      assertHolds(found.get(mine), payload)
      assert.equal((await listed(subject, model, randomId())).size, 0)
    },
  }
}

function pagingCase(subject: Subject): ContractCase {
  return {
    title: 'listByAccountId: gives each entry in one page, also while others are removed and added',
    async run() {
      const accountId = randomId()
      const ids = Array.from({ length: 8 }, randomId)
      const tokens = subject.of('AccessToken')
      const store = (id: string) => tokens.upsert(id, entry('AccessToken', id, { accountId }), LONG)
      await Promise.all(ids.map(store))

      assert.deepEqual(idsOf(await listed(subject, 'AccessToken', accountId, 3)), ids.toSorted())

      const first = await subject.list('AccessToken', accountId, { limit: 3 })
      const seen = new Set(first.entries.map(({ id }) => id))
      // More than are added: wherever the new one stands, what follows comes nearer.
      const removed = new Set(first.entries.slice(0, 2).map(({ id }) => id))
      await Promise.all([...[...removed].map((id) => tokens.destroy(id)), store(randomId())])
      for (let after = first.next; after; ) {
        const page = await subject.list('AccessToken', accountId, { limit: 3, after })
        for (const { id } of page.entries) seen.add(id)
        after = page.next
      }
      for (const id of ids) assert.ok(removed.has(id) || seen.has(id), 'an entry is in no page')
    },
  }
}

function currentCase(subject: Subject): ContractCase {
  return {
    title: 'listByAccountId: follows what is written, and leaves out what was removed',
    async run() {
      const [before, after, id, gone] = [randomId(), randomId(), randomId(), randomId()]
      const sessions = subject.of('Session')
      await sessions.upsert(id, entry('Session', id, { accountId: before, uid: randomId() }), LONG)
      await sessions.upsert(gone, entry('Session', gone, { accountId: before, uid: randomId() }), LONG)

      await sessions.upsert(id, entry('Session', id, { accountId: after, uid: randomId() }), LONG)
      await sessions.destroy(gone)

      assert.deepEqual(idsOf(await listed(subject, 'Session', before)), [])
      assert.deepEqual(idsOf(await listed(subject, 'Session', after)), [id])
      await sessions.upsert(id, entry('Session', id, { uid: randomId() }), LONG)
      assert.deepEqual(idsOf(await listed(subject, 'Session', after)), [])
    },
  }
}

function movingCase(subject: Subject): ContractCase {
  return {
    title: 'listByAccountId: lists what was consumed, and a renewed entry once',
    async run() {
      const [accountId, id] = [randomId(), randomId()]
      const tokens = subject.of('RefreshToken')
      await tokens.upsert(id, entry('RefreshToken', id, { accountId }), LONG)
      await tokens.upsert(id, entry('RefreshToken', id, { accountId, exp: epoch(2 * LONG) }), 2 * LONG)
      await tokens.consume(id)

      const found = await listed(subject, 'RefreshToken', accountId)

      assert.deepEqual(idsOf(found), [id])
      assert.ok(found.get(id)?.consumed, 'consumed is not set')
    },
  }
}

function spellingCase(subject: Subject): ContractCase {
  return {
    title: 'listByAccountId: tells accounts apart by every character',
    async run() {
      const accountId = `Größe:* %_'"\\{1}${randomId()}`
      const others = [
        accountId.toUpperCase(),
        accountId.toLowerCase(),
        `${accountId} `,
        accountId.slice(0, -1),
      ]
      const all = [accountId, ...others].map((account) => ({ account, id: randomId() }))
      await Promise.all(
        all.map(({ account, id }) =>
          subject.of('Grant').upsert(id, entry('Grant', id, { accountId: account }), LONG),
        ),
      )

      for (const { account, id } of all)
        assert.deepEqual(idsOf(await listed(subject, 'Grant', account)), [id])
    },
  }
}

function commitCase(subject: Subject): ContractCase {
  return {
    title: 'listByAccountId: lists what a commit has written, and not what it removed',
    async run() {
      const [accountId, old, young] = [randomId(), randomId(), randomId()]
      const payload = entry('Session', young, { accountId, uid: randomId() })
      await subject.of('Session').upsert(old, entry('Session', old, { accountId, uid: randomId() }), LONG)

      await subject.commit(
        { op: 'destroy', model: 'Session', id: old },
        { op: 'insert', model: 'Session', id: young, payload, expiresIn: LONG },
      )

      assert.deepEqual(idsOf(await listed(subject, 'Session', accountId)), [young])
    },
  }
}
