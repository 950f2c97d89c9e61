import { expect } from 'chai'
import { fewAtOnce } from '../../../lib/helpers/promises/few_at_once.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('jobs that run a few at once', () => {
  for (const [limit, items, most] of [
    [2, 5, 2],
    [10, 3, 3],
    [1, 3, 1],
    [4, 0, 0],
  ] as const) {
    it(`${items} of them, ${limit} at most: each is done once, ${most} at a time`, async () => {
      const done: number[] = []
      let running = 0
      let seen = 0
      await fewAtOnce(
        limit,
        Array.from({ length: items }).map((_, index) => index),
        async (item) => {
          running += 1
          seen = Math.max(seen, running)
          await turn()
          running -= 1
          done.push(item)
        },
      )

      expect(done).to.deep.equal(Array.from({ length: items }).map((_, index) => index))
      expect(seen).to.equal(most)
    })
  }

  it('what fails first is told, and nothing further is begun by whoever it was', async () => {
    const begun: number[] = []
    const failure = await fewAtOnce(1, [1, 2, 3], async (item) => {
      begun.push(item)
      throw new Error(`${item}`)
    }).catch((error: unknown) => String(error))

    expect([failure, begun]).to.deep.equal(['Error: 1', [1]])
  })
})
