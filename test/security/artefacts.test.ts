import { createHash } from 'node:crypto'
import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { opaqueValue } from '../../lib/helpers/opaque_value.ts'
import type { AdapterFactory, CommitOperation } from '../../types/adapter.ts'
import type { ClientMetadata } from '../../types/client.ts'
import { attack } from '../support/invariants.ts'
import { REDIRECT_URI, WEB_CLIENT } from '../support/start_provider.ts'

const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' }

const claimsOf = (jwt: unknown): Record<string, unknown> => ({
  ...Object(JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString())),
})
const halfHash = (value: unknown) =>
  createHash('sha256').update(String(value)).digest().subarray(0, 16).toString('base64url')

const pairwise = (clientId: string, host: string): ClientMetadata => ({
  ...WEB_CLIENT,
  client_id: clientId,
  subject_type: 'pairwise',
  redirect_uris: [`https://${host}/cb`],
})

describe('issued artefacts (OpenID Connect Core 1.0 §2, §8)', () => {
  afterEach(() => sinon.restore())

  attack('O4', 'pairwise subjects differ between sectors, are stable, and need the salt', async (scene) => {
    const clients = [
      pairwise('web', 'rp.example.com'),
      pairwise('same', 'rp.example.com'),
      pairwise('foreign', 'other.example.com'),
    ]
    const salted = (salt: string) => ({
      clients,
      subjectTypes: ['public', 'pairwise'] as const,
      pairwiseIdentifier: (
        _ctx: unknown,
        accountId: string,
        client: { sectorIdentifier?: string | undefined },
      ) => createHash('sha256').update(`${salt} ${client.sectorIdentifier} ${accountId}`).digest('hex'),
    })
    const op = await scene.start({ ...salted('one'), subjectTypes: ['public', 'pairwise'] })
    const sub = async (clientId: string, redirectUri: string) => {
      const { code, verifier } = await op.authorize({ client_id: clientId, redirect_uri: redirectUri })
      const { body } = await op.exchange(code, verifier, { client_id: clientId, redirect_uri: redirectUri })
      const { sub } = claimsOf(body['id_token'])
      expect((await op.userinfo(body['access_token'])).body['sub']).to.equal(sub)
      return sub
    }

    const first = await sub('web', REDIRECT_URI)
    const again = await sub('web', REDIRECT_URI)
    const same = await sub('same', REDIRECT_URI)
    const foreign = await sub('foreign', 'https://other.example.com/cb')
    scene.begin()

    expect(first).to.equal(again)
    expect(first).to.equal(same)
    expect(first).to.not.equal(foreign)
    expect(first).to.not.equal('alice')
  })

  attack('O5', 'nonce and at_hash are exact (OpenID Connect Core 1.0 §3.1.3.6)', async (scene) => {
    const op = await scene.start()
    const { body } = await op.login({ nonce: 'a nonce ä" ' })
    scene.begin()

    const claims = claimsOf(body['id_token'])

    expect(claims).to.include({ nonce: 'a nonce ä" ', at_hash: halfHash(body['access_token']) })
  })

  attack('O7', 'claims cannot override those of the protocol', async (scene) => {
    const stray = {
      iss: 'x',
      aud: 'x',
      exp: 1,
      iat: 1,
      nonce: 'x',
      auth_time: 1,
      acr: 'x',
      amr: ['x'],
      at_hash: 'x',
      sid: 'x',
      azp: 'x',
    }
    const op = await scene.start({
      conformIdTokenClaims: false,
      claims: { openid: ['sub', ...Object.keys(stray)] },
      findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ ...stray, sub: accountId }) }),
    })
    const { body } = await op.login({ nonce: 'n', max_age: '100' })
    scene.begin()

    const claims = claimsOf(body['id_token'])

    expect(claims).to.include({
      iss: op.issuer,
      aud: 'web',
      nonce: 'n',
      at_hash: halfHash(body['access_token']),
    })
    expect(Number(claims['exp'])).to.be.above(Date.now() / 1000)
    expect(Number(claims['iat'])).to.be.above(1)
    expect(Number(claims['auth_time'])).to.be.above(1)
  })

  attack('O8', 'opaque values have 128 bits and more, spread evenly', async () => {
    const counts = new Map<number, number>()
    const rounds = 4_000
    for (let round = 0; round < rounds; round += 1) {
      const bytes = Buffer.from(opaqueValue(256), 'base64url')
      expect(bytes.length).to.be.at.least(32)
      for (const byte of bytes.subarray(0, 32)) counts.set(byte, (counts.get(byte) ?? 0) + 1)
    }
    const expected = (rounds * 32) / 256
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)

    // 255 degrees of freedom; beyond 400 once in 10 million runs.
    expect(counts.size).to.equal(256)
    expect(chiSquare).to.be.below(400)
  })

  attack(
    'O8',
    'fewer than 128 bits are refused',
    async (scene) => {
      const op = await scene.start({ formats: { bitsOfOpaqueRandomness: () => 64 } })

      const { answer } = await op.authorize()
      scene.begin()

      expect(answer.get('error')).to.equal('server_error')
    },
    { fails: [500] },
  )

  for (const days of [-1, 1]) {
    attack(
      'O10',
      `a clock that jumps by ${days} day lets no lifetime below 1 reach the storage`,
      async (scene) => {
        const inner = memoryAdapter()
        const lifetimes: (number | undefined)[] = []
        const adapter: AdapterFactory = (name) => {
          const instance = inner(name)
          const upsert = instance.upsert.bind(instance)
          instance.upsert = (id, payload, expiresIn) => {
            lifetimes.push(expiresIn)
            return upsert(id, payload, expiresIn)
          }
          return instance
        }
        const { commit } = inner
        if (commit !== undefined) {
          adapter.commit = (operations: readonly CommitOperation[]) => {
            for (const operation of operations)
              if (operation.op === 'insert' || operation.op === 'put') lifetimes.push(operation.expiresIn)
            return commit(operations)
          }
        }
        const op = await scene.start({ adapter, rotateRefreshToken: true })
        const { code, verifier, agent } = await op.authorize(OFFLINE)
        const tokens = await op.exchange(code, verifier)
        const clock = sinon.useFakeTimers({ now: Date.now() + days * 24 * 3600 * 1000, toFake: ['Date'] })

        await op.refresh(tokens.body['refresh_token'])
        await op.authorize(OFFLINE, agent)
        await op.exchange(code, verifier)
        clock.restore()
        scene.begin()

        expect(lifetimes.length).to.be.above(5)
        for (const lifetime of lifetimes) {
          expect(lifetime).to.be.a('number')
          expect(Number(lifetime)).to.be.at.least(1)
        }
      },
    )
  }
})
