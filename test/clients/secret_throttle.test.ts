import { expect } from 'chai'
import { type SinonFakeTimers, useFakeTimers } from 'sinon'
import { SecretThrottle } from '../../lib/clients/secret_throttle.ts'
import { InvalidClientAuth } from '../../lib/helpers/errors.ts'

const wrong = () => {
  throw new InvalidClientAuth('wrong')
}

/** What becomes of some wrong secrets of an address that are sent at once. */
const tryOut = (throttle: SecretThrottle, address: string, count: number) =>
  Array.from({ length: count }, async () => {
    try {
      return await throttle.run(
        () => address,
        wrong,
        () => {},
      )
    } catch {
      return 'refused'
    }
  })

describe('wrong secrets (RFC 6819 §5.1.4.2.3)', () => {
  let clock: SinonFakeTimers
  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  })
  afterEach(() => clock.restore())

  it('C30 are never slowed down where attempts is 0', async () => {
    const answers = await Promise.all(tryOut(new SecretThrottle({ attempts: 0, longestWait: 10 }), 'a', 60))

    expect(answers).to.deep.equal(Array(60).fill('refused'))
    expect(clock.countTimers()).to.equal(0)
  })

  it('C30 are answered at once until there were as many as attempts says', async () => {
    const throttle = new SecretThrottle({ attempts: 3, longestWait: 10 })

    expect(await Promise.all(tryOut(throttle, 'a', 3))).to.deep.equal(Array(3).fill('refused'))
    expect(clock.countTimers()).to.equal(0)
    const [fourth] = tryOut(throttle, 'a', 1)
    await clock.tickAsync(0)
    expect(clock.countTimers()).to.be.greaterThan(0)
    await clock.runAllAsync()
    expect(await fourth).to.equal('refused')
  })

  it('C30 are compared four at a time for one address, and sixteen for all', async () => {
    const throttle = new SecretThrottle({ attempts: 3, longestWait: 10 })
    let running = 0
    const compare = () => {
      running += 1
      return new Promise<void>(() => {})
    }
    const begin = (address: string) => {
      for (let n = 0; n < 10; n += 1)
        void throttle.run(
          () => address,
          compare,
          () => {},
        )
      return running
    }

    expect(['a', 'b', 'c', 'd', 'e', 'f'].map(begin)).to.deep.equal([4, 8, 12, 16, 16, 16])
  })

  /** How many are still waiting when all were compared, where so many addresses send forty. */
  async function waiting(addresses: number): Promise<number> {
    const throttle = new SecretThrottle({ attempts: 1, longestWait: 3600 })
    const settled: unknown[] = []
    for (let address = 0; address < addresses; address += 1)
      for (const answer of tryOut(throttle, `192.0.2.${address}`, 40))
        answer.then((given) => settled.push(given))
    await clock.tickAsync(600)
    return addresses * 40 - settled.length
  }

  it('C30 of one address are answered late twenty at a time, and of all addresses a hundred', async () => {
    expect(await waiting(1)).to.equal(20)
    expect(await waiting(4)).to.equal(80)
    expect(await waiting(12)).to.equal(100)
  })
})
