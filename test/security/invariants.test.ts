import { expect } from 'chai'
import type { Middleware } from 'koa'
import sinon from 'sinon'
import { Scene } from '../support/invariants.ts'
import { stopProviders } from '../support/start_provider.ts'

/** What the check of a case says that did this. */
async function verdict(act: (scene: Scene) => Promise<unknown>): Promise<string> {
  const prototype = Reflect.ownKeys(Object.prototype)
  const scene = new Scene({})
  await act(scene)
  return scene.check(prototype).then(
    () => 'held',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
}

/** A provider with a mistake in front of it. */
const flawed = (path: string, mistake: Middleware) => async (scene: Scene) => {
  const op = await scene.start(
    {},
    { use: [(ctx, next) => (ctx.path === path ? mistake(ctx, next) : next())] },
  )
  await op.agent().get(path)
}

describe('the invariants of every case can fail', () => {
  afterEach(stopProviders)

  it('hold for a login', async () => {
    const said = await verdict(async (scene) => {
      const op = await scene.start()
      await op.login()
      scene.begin()
    })

    expect(said).to.equal('held')
  })

  it('notice a write that the case does not name', async () => {
    const said = await verdict(async (scene) => {
      const op = await scene.start()
      scene.begin('insert Session')
      await op.authorize()
    })

    expect(said).to.match(/unexpected write/)
  })

  it('notice work that keeps the processor busy', async () => {
    const usage = sinon.stub(process, 'cpuUsage').returns({ user: 2_050_000, system: 60_000 })
    try {
      const said = await verdict(async (scene) => {
        const op = await scene.start()
        await op.agent().get(op.provider.urlFor('discovery'))
      })

      expect(said).to.match(/milliseconds of processor time: expected 2110 to be at most 2100/)
    } finally {
      usage.restore()
    }
  })

  it('notice a status of 500', async () => {
    const mistake: Middleware = (ctx) => {
      ctx.status = 500
    }

    expect(await verdict(flawed('/x', mistake))).to.match(/-> 500/)
  })

  it('notice a type that may be guessed', async () => {
    const mistake: Middleware = (ctx) => {
      ctx.body = {}
    }

    expect(await verdict(flawed('/x', mistake))).to.match(/nosniff/)
  })

  it('notice a page that can be framed', async () => {
    const mistake: Middleware = (ctx) => {
      ctx.set('x-content-type-options', 'nosniff')
      ctx.body = '<p>'
      ctx.type = 'html'
    }

    expect(await verdict(flawed('/x', mistake))).to.match(/frame-ancestors|invalid for this assertion/)
  })

  it('notice a token that caches may keep', async () => {
    const mistake: Middleware = (ctx) => {
      ctx.set('x-content-type-options', 'nosniff')
      ctx.body = { access_token: 'x' }
    }

    expect(await verdict(flawed('/x', mistake))).to.match(/no-store|invalid for this assertion/)
  })

  it('notice a redirect to a place that nobody registered', async () => {
    const mistake: Middleware = (ctx) => {
      ctx.set('x-content-type-options', 'nosniff')
      ctx.set('location', 'https://evil.example/')
      ctx.status = 303
    }

    expect(await verdict(flawed('/x', mistake))).to.match(/leads to https:\/\/evil\.example/)
  })

  it('notice a secret and a stack in an error', async () => {
    for (const leak of ['a secret with 32 characters or so', 'Error\n    at file.ts:1:2']) {
      const mistake: Middleware = (ctx) => {
        ctx.set('x-content-type-options', 'nosniff')
        ctx.status = 400
        ctx.body = leak
      }

      expect(await verdict(flawed('/x', mistake))).to.match(/a (secret|stack) in a/)
      await stopProviders()
    }
  })

  it('notice storage that is kept busy', async () => {
    const said = await verdict(async (scene) => {
      const op = await scene.start()
      await op.authorize()
      scene.begin()
      const many = 12 * scene.answers.length + 1
      for (let call = 0; call < many; call += 1) await scene.adapter('Session').find('nobody')
    })

    expect(said).to.match(/storage calls/)
  })

  it('notice a key that is too long for storage', async () => {
    const said = await verdict(async (scene) => {
      const op = await scene.start()
      await op.authorize({ state: 'x' })
      scene.begin('upsert Session')
      await scene.adapter('Session').upsert('x'.repeat(600), { kind: 'Session' }, 1)
    })

    expect(said).to.match(/key of Session\.upsert/)
  })
})
