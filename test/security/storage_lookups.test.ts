import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import type { AdapterFactory, GivenAdapter } from '../../types/adapter.ts'
import { attack } from '../support/invariants.ts'
import { introspect, revoke, userTokens, withTokenEndpoints } from '../support/token_endpoints.ts'

/** Storage whose `find` and `findByUid` overlook the case of letters, as many databases do by default. */
function caselessAdapter(): AdapterFactory {
  const inner = memoryAdapter()
  const spelled = new Map<string, string>()
  const learn = (id: string) => spelled.set(id.toLowerCase(), id)
  const known = (id: string) => spelled.get(id.toLowerCase()) ?? id
  const adapter: AdapterFactory = (model): GivenAdapter => {
    const own = inner(model)
    return {
      ...own,
      find: (id) => own.find(known(id)),
      findByUid: async (uid) => own.findByUid?.(known(uid)),
      upsert: (id, payload, expiresIn) => own.upsert(id, payload, expiresIn),
      consume: (id) => own.consume(id),
      destroy: (id) => own.destroy(id),
      revokeByGrantId: (id) => own.revokeByGrantId(id),
    }
  }
  const { commit } = inner
  if (commit === undefined) return adapter
  return Object.assign(adapter, {
    commit: (operations: Parameters<typeof commit>[0]) => {
      for (const operation of operations) if (operation.op !== 'require') learn(operation.id)
      return commit(operations)
    },
  })
}

/** The same text to a database that overlooks the case of letters, and a much shorter way to guess. */
const misspelled = (value: unknown) => {
  const text = String(value)
  return text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase()
}

describe('what storage finds (RFC 6749 §10.10)', () => {
  attack(
    'N11',
    'a credential in other letters is another credential, though storage finds it',
    async (scene) => {
      const op = await scene.start({ adapter: caselessAdapter() })
      const { body } = await op.login({ scope: 'openid offline_access', prompt: 'consent' })
      const { code, verifier } = await op.authorize()
      scene.begin()

      const answers = [
        await op.exchange(misspelled(code), verifier),
        await op.refresh(misspelled(body['refresh_token'])),
        await op.userinfo(misspelled(body['access_token'])),
      ]

      expect(answers.map(({ status, body: { error } }) => [status, error])).to.deep.equal([
        [400, 'invalid_grant'],
        [400, 'invalid_grant'],
        [401, 'invalid_token'],
      ])
    },
  )

  attack('N11', 'a session cookie in other letters is nobody’s', async (scene) => {
    const op = await scene.start({ adapter: caselessAdapter(), cookies: { long: { signed: false } } })
    const { agent } = await op.login()
    const stranger = op.agent()
    stranger.setCookie('_session', misspelled(agent.cookies.get('_session')?.value))
    scene.begin()

    const { answer } = await op.authorize({ prompt: 'none' }, stranger)

    expect(answer.get('error')).to.equal('login_required')
  })

  attack('N11', 'a token in other letters is unknown to introspection and revocation', async (scene) => {
    const op = await scene.start(withTokenEndpoints({ adapter: caselessAdapter() }))
    const { accessToken, refreshToken } = await userTokens(op)
    scene.begin()

    for (const token of [accessToken, refreshToken]) {
      expect((await introspect(op, misspelled(token))).body).to.deep.equal({ active: false })
      expect((await revoke(op, misspelled(token))).status).to.equal(200)
      expect((await introspect(op, token)).body['active']).to.equal(true)
    }
  })
})
