import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { startProvider, stopProviders } from '../support/start_provider.ts'

/** Collects all garbage there is, as nothing of this turn of the event loop is held any more. */
async function collectGarbage(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

describe('requests that are kept, so that compiled code outlives a garbage collection', () => {
  after(stopProviders)

  it('are the latest of each endpoint and of each grant type, and no others', async () => {
    const seen = new Map<string, WeakRef<object>[]>()
    const op = await startProvider(
      {},
      {
        host: (provider) => {
          provider.use((ctx, next) => {
            const of = seen.get(ctx.path) ?? []
            seen.set(ctx.path, [...of, new WeakRef(ctx)])
            return next()
          })
          return provider.callback()
        },
      },
    )
    for (let round = 0; round < 4; round += 1) {
      const { body } = await op.login()
      await op.refresh(body['refresh_token'])
      await op.userinfo(body['access_token'])
    }
    // Of connections that stay open, Node keeps the latest request, too.
    for (let round = 0; round < 20; round += 1) await fetch(`${op.issuer}/nowhere`)
    await collectGarbage()

    const kept = (path: string) => seen.get(path)?.map((request) => request.deref() !== undefined)
    expect(kept('/me')).to.deep.equal([false, false, false, true])
    // A code, its refresh token, four times.
    expect(kept('/token')).to.deep.equal([false, false, false, false, false, false, true, true])
  })
})
