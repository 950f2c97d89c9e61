import { expect } from 'chai'
import { type Advice, adviceFor } from '../../../lib/adapters/check/advice.ts'
import { checkAdapter } from '../../../lib/adapters/check/check_adapter.ts'
import { contractCases } from '../../../lib/adapters/contract.ts'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'

const BEYOND = 'beyond the documented contract'
const TITLES = contractCases(memoryAdapter(), { tell: () => {} })
  .map(({ title }) => title)
  .filter((title) => !title.startsWith(BEYOND))
/** What is said of a promise that nobody thought of. */
const GENERAL = adviceFor('something else: entirely')
const beginning = (title: string): string => title.slice(0, title.indexOf(':'))

describe('A177 what is advised about a promise', () => {
  const said = new Map<string, Set<Advice>>()
  for (const title of TITLES) {
    const advice = adviceFor(title)
    said.set(beginning(title), (said.get(beginning(title)) ?? new Set()).add(advice))
  }

  for (const [method, advices] of said) {
    it(`is made for ${method}: what it means for the host, and what to do`, () => {
      for (const { means, todo } of advices) {
        expect(means)
          .to.match(/^\S.{30,}\.$/s)
          .and.not.equal(GENERAL.means)
        expect(todo)
          .to.match(/^\S.{30,}/s)
          .and.not.equal(GENERAL.todo)
      }
      const others = [...said].filter(([name]) => name !== method).flatMap(([, each]) => [...each])
      for (const advice of advices) expect(others).not.to.include(advice)
    })
  }

  it('tells apart what one method promises, where something else is to be done', () => {
    const kinds = Object.fromEntries([...said].map(([method, advices]) => [method, advices.size]))
    expect(kinds).to.deep.equal({
      find: 1,
      upsert: 3,
      destroy: 1,
      ids: 3,
      consume: 3,
      findByUid: 1,
      findByUserCode: 1,
      revokeByGrantId: 1,
      listByAccountId: 1,
      commit: 3,
    })
  })

  it('is given for all that the documented contract does not ask for', async () => {
    const { notOffered } = await checkAdapter(legacyAdapter(), 5)

    expect(notOffered.map(({ offer }) => offer)).to.deep.equal([
      'commit()',
      'consume() tells who won',
      'listByAccountId()',
    ])
    for (const { means, todo } of notOffered) {
      expect(means).to.match(/^[A-Za-z].{20,}\.$/s)
      expect(todo).not.to.equal('See the type Adapter.')
    }
    expect(new Set(notOffered.map(({ todo }) => todo)).size).to.equal(3)
  })
})
