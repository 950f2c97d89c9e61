import { expect } from 'chai'
import { attack } from '../support/invariants.ts'

describe('bodies that a parser of the host has read (RFC 6749 §3.2)', () => {
  attack(
    'H21',
    'a parameter that repeats a hundred thousand times is too large, whoever has read it',
    async (scene) => {
      const repeated = Array.from({ length: 100_000 }, () => 'x')
      const op = await scene.start(
        {},
        {
          use: [
            async (ctx, next) => {
              for await (const _ of ctx.req);
              Object.assign(ctx.req, {
                body: { client_id: 'web', grant_type: 'refresh_token', junk: repeated },
              })
              return next()
            },
          ],
        },
      )
      scene.begin()

      const { status } = await op.token({})

      expect(status).to.equal(413)
    },
  )
})
