import { expect } from 'chai'
import { stepsOf } from '../../../lib/adapters/postgres/steps.ts'
import type { CommitOperation, ModelName } from '../../../types/adapter.ts'

const consume = (model: ModelName, id: string): CommitOperation => ({
  op: 'consume',
  model,
  id,
  attempt: 'x',
})
const orderOf = (operations: readonly CommitOperation[]): string[] => {
  const steps: readonly { model: string; id: string; op: string }[] = JSON.parse(stepsOf(operations))
  return steps.map(({ model, id, op }) => `${op} ${model}:${id}`)
}

describe('the order in which PostgreSQL locks what a commit names', () => {
  const named = [
    consume('Session', 'b'),
    consume('AccessToken', 'z'),
    consume('Session', 'a'),
    consume('Grant', 'm'),
  ]

  it('is the same in whichever order the operations came', () => {
    const orders = new Set(
      [named, named.toReversed(), [...named.slice(2), ...named.slice(0, 2)]].map((list) =>
        orderOf(list).join(),
      ),
    )
    expect([...orders]).to.deep.equal([
      'consume AccessToken:z,consume Grant:m,consume Session:a,consume Session:b',
    ])
  })

  it('leaves a `require` in front of what changes the entry', () => {
    const list: CommitOperation[] = [
      { op: 'require', model: 'Session', id: 'a', version: 1 },
      { op: 'put', model: 'Session', id: 'a', payload: {} },
    ]
    expect(orderOf(list)).to.deep.equal(['require Session:a', 'put Session:a'])
  })
})
