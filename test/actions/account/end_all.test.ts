import { expect } from 'chai'
import { endAll } from '../../../lib/actions/account/entries_of.ts'

/** Entries of a list that others may write to while it is read. */
function sweepOf(size: number, writtenMeanwhile: (round: number) => number = () => 0) {
  let left = size
  let round = 0
  const batches: number[] = []
  const sweep = {
    async *list() {
      const found = left
      for (let entry = 0; entry < found; entry += 1) yield entry
      round += 1
      left += writtenMeanwhile(round)
    },
    async atOnce(entries: readonly unknown[]) {
      if (entries.length > 0) batches.push(entries.length)
      left -= entries.length
    },
  }
  return { sweep, batches, left: () => left, rounds: () => round }
}

describe('what is done to every entry of an account', () => {
  for (const [size, batches] of [
    [0, []],
    [1, [1]],
    [99, [99]],
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
  ] as const) {
    it(`is done to ${size} of them, a hundred at once, and once each`, async () => {
      const scene = sweepOf(size)

      expect(await endAll(scene.sweep)).to.equal(size)
      expect(scene.batches).to.deep.equal(batches)
      expect(scene.left()).to.equal(0)
    })
  }

  it('is done to what was written while the list was read, too', async () => {
    const scene = sweepOf(3, (round) => (round < 4 ? 2 : 0))

    expect(await endAll(scene.sweep)).to.equal(9)
    expect(scene.left()).to.equal(0)
  })

  it('ends after sixteen rounds, whoever logs in without end', async () => {
    const scene = sweepOf(1, () => 1)

    expect(await endAll(scene.sweep)).to.equal(16)
    expect(scene.rounds()).to.equal(16)
  })
})
