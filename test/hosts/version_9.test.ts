import { expect } from 'chai'
import { startProvider, stopProviders } from '../support/start_provider.ts'

describe('hosts of version 9, whose provider is a Koa application', () => {
  afterEach(stopProviders)

  it('what a library adds to `provider.context` is there for its middleware, and for no other provider', async () => {
    const op = await startProvider({}, { screens: false })
    const other = await startProvider({}, { screens: false })
    Object.assign(op.provider.context, { greet: () => 'hello' })
    for (const { provider } of [op, other])
      provider.use(async (ctx, next) => {
        if (ctx.path.endsWith('/greeting')) ctx.body = String(ctx['greet']?.())
        else await next()
      })

    const said = await Promise.all(
      [op, other].map(async ({ issuer }) => (await fetch(`${issuer}/greeting`)).text()),
    )

    expect(said).to.deep.equal(['hello', 'undefined'])
  })
})
