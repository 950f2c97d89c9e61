import { setImmediate as nextTurn } from 'node:timers/promises'

const unhandled: unknown[] = []
process.on('unhandledRejection', (reason) => unhandled.push(reason))

/** Fails the test that left a rejected promise behind: in a host's process it would end everything. */
export const mochaHooks = {
  async afterEach(): Promise<void> {
    await nextTurn()
    const [reason] = unhandled.splice(0)
    if (reason !== undefined) throw new Error('a promise was rejected and nobody listened', { cause: reason })
  },
}
