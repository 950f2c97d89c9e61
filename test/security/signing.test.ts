import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { expect } from 'chai'
import sinon from 'sinon'
import { attack } from '../support/invariants.ts'
import type { RunningProvider } from '../support/start_provider.ts'

/** The module that holds the key is gone until `recover()`. */
function outage() {
  sinon.replace(crypto, 'sign', failToSign)
  syncBuiltinESMExports()
}

const failToSign: typeof crypto.sign = (...args: unknown[]) => {
  const done = args.at(-1)
  if (typeof done === 'function') done(new Error('slot 3: token removed'))
  return Buffer.alloc(0)
}

function recover() {
  sinon.restore()
  syncBuiltinESMExports()
}

function expectOutage(op: RunningProvider, { status, headers, body }: Awaited<ReturnType<typeof op.token>>) {
  expect(status).to.equal(503)
  expect(headers.get('retry-after')).to.equal('5')
  expect(body['error']).to.equal('temporarily_unavailable')
  expect(JSON.stringify(body)).not.to.match(/slot|RS256|sign/)
  const [error] = op.serverErrors
  expect(error).to.have.nested.property('cause.message', 'slot 3: token removed')
}

describe('keys that do not sign (RFC 6749 §5.2, §4.1.2.1)', () => {
  afterEach(() => recover())

  attack(
    'X25',
    'a code is not spent by a request whose ID Token could not be signed',
    async (scene) => {
      const op = await scene.start()
      const { code, verifier } = await op.authorize()
      scene.begin()
      outage()

      expectOutage(op, await op.exchange(code, verifier))

      recover()
      scene.begin('consume AuthorizationCode', 'insert AccessToken')
      expect((await op.exchange(code, verifier)).status).to.equal(200)
    },
    { fails: [503] },
  )

  attack(
    'X25',
    'a refresh token is neither rotated nor taken for stolen when nothing could be signed',
    async (scene) => {
      const op = await scene.start()
      const { body } = await op.login({ scope: 'openid offline_access', prompt: 'consent' })
      scene.begin()
      outage()

      expectOutage(op, await op.refresh(body['refresh_token']))
      expectOutage(op, await op.refresh(body['refresh_token']))

      recover()
      scene.begin('consume RefreshToken', 'insert RefreshToken', 'insert AccessToken')
      expect((await op.refresh(body['refresh_token'])).status).to.equal(200)
    },
    { fails: [503] },
  )
})
