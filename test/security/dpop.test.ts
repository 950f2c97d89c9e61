import { expect } from 'chai'
import { epochTime } from '../../lib/helpers/epoch_time.ts'
import {
  ask,
  codeForm,
  credentialsOf,
  type DPoPOptions,
  forToken,
  type HeldKey,
  loginWith,
  newKey,
  prove,
  proveUserinfo,
  rsaKey,
  takingProofs,
  tokenWith,
  userinfoWith,
  withCustomGrant,
} from '../support/dpop.ts'
import { attack, expectRefusal, type Scene } from '../support/invariants.ts'
import type { RunningProvider } from '../support/start_provider.ts'

const KEY = newKey()
const NONCES: DPoPOptions = { nonceSecret: Buffer.alloc(32, 9), requireNonce: () => true }
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const start = async (scene: Scene, dPoP: DPoPOptions = {}) =>
  withCustomGrant(await scene.start(takingProofs({ dPoP })))

const proof = (op: RunningProvider, claims: object = {}, header: Record<string, unknown> = {}, by = KEY) =>
  prove(by, { ...forToken(op), ...claims }, header)

/** All of them are refused, and nothing at all is written. */
async function refuseAll(scene: Scene, make: (op: RunningProvider) => Promise<readonly string[]>) {
  const op = await start(scene)
  const proofs = await make(op)
  scene.begin()
  for (const sent of proofs) expectRefusal(await ask(op, sent), 400, 'invalid_dpop_proof')
}

const claimed =
  (...claims: readonly object[]) =>
  (op: RunningProvider) =>
    Promise.all(claims.map((one) => proof(op, one)))

describe('DPoP (RFC 9449)', () => {
  attack('D2', 'what is no JWT is refused, and nothing is written', (scene) =>
    refuseAll(scene, async (op) => {
      const [header = '', payload = '', signature = ''] = (await proof(op)).split('.')
      return [
        '',
        'x',
        `${header}.${payload}`,
        `${header}.${payload}.${signature}.x.y`,
        '..',
        '....',
        'é'.repeat(9),
      ]
    }),
  )

  attack('D4', 'another algorithm than that of the key is refused', (scene) =>
    refuseAll(scene, async (op) => {
      const [, payload = '', signature = ''] = (await proof(op)).split('.')
      return ['none', 'HS256', 'RS256', 'EdDSA', '__proto__', '', 1, undefined].map(
        (alg) => `${encode({ typ: 'dpop+jwt', jwk: KEY.jwk, alg })}.${payload}.${signature}`,
      )
    }),
  )

  attack('D5', 'keys that are none, or would keep us busy, are refused', (scene) =>
    refuseAll(scene, async (op) => {
      const { n } = rsaKey('RS256', 2048).jwk
      const e = Buffer.alloc(9, 255).toString('base64url')
      const keys = [
        undefined,
        { ...KEY.privateKey.export({ format: 'jwk' }) },
        { kty: 'oct', k: 'c2VjcmV0' },
        { kty: 'RSA', n, e },
        { kty: 'RSA', n: '_'.repeat(2000), e: 'AQAB' },
        { ...KEY.jwk, y: KEY.jwk['x'] },
        { ...KEY.jwk, kty: 'constructor' },
        JSON.parse('{"__proto__":{"kty":"EC"}}'),
      ]
      return Promise.all(keys.map((jwk) => proof(op, {}, { jwk })))
    }),
  )

  attack('D7', 'a jti that cannot be one is refused', (scene) =>
    refuseAll(
      scene,
      claimed({ jti: undefined }, { jti: '' }, { jti: 7 }, { jti: 'a'.repeat(257) }, { jti: {} }),
    ),
  )

  attack('D8', 'a proof for another method is refused', (scene) =>
    refuseAll(scene, claimed({ htm: undefined }, { htm: 'GET' }, { htm: 'post' })),
  )

  attack('D10', 'a proof for another place is refused', (scene) =>
    refuseAll(
      scene,
      claimed(
        { htu: undefined },
        { htu: 'https://evil.example/token' },
        { htu: 'x' },
        { htu: ['a'] },
        { htu: '\0' },
      ),
    ),
  )

  attack('D11', 'a proof of another time is refused', (scene) =>
    refuseAll(
      scene,
      claimed(
        { iat: undefined },
        { iat: String(epochTime()) },
        { iat: epochTime() - 3600 },
        { iat: epochTime() + 3600 },
        { iat: 1e300 },
      ),
    ),
  )

  attack('D12', 'a proof that is over, or not valid yet, is refused', (scene) =>
    refuseAll(scene, claimed({ exp: epochTime() - 60 }, { nbf: epochTime() + 600 }, { exp: 'x' })),
  )

  attack('D15', 'a proof of somebody else’s key is refused', (scene) =>
    refuseAll(scene, async (op) => {
      const thief: HeldKey = { ...newKey(), jwk: KEY.jwk }
      return [await proof(op, {}, {}, thief)]
    }),
  )

  attack('D14', 'a proof that comes again is refused, and leads to nothing', async (scene) => {
    const op = await start(scene)
    const sent = await proof(op)
    expect((await ask(op, sent)).status).to.equal(200)
    // Asked for, and refused by storage as a whole.
    scene.begin('insert ReplayDetection', 'insert ClientCredentials')

    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(op, sent)))
    for (const answer of answers) expectRefusal(answer, 400, 'invalid_dpop_proof')
  })

  attack(
    'D17',
    'a bound token opens nothing by another scheme, with another key, or without a proof',
    async (scene) => {
      const op = await start(scene)
      const token = (await loginWith(op, KEY)).body['access_token']
      const dpop = await proveUserinfo(op, KEY, token)
      const other = await proveUserinfo(op, newKey(), token)
      scene.begin()

      for (const headers of [
        {},
        { authorization: `Bearer ${token}` },
        { authorization: `Bearer ${token}`, dpop },
        { dpop: other },
      ])
        expectRefusal(await userinfoWith(op, token, headers), 401, 'invalid_token')
    },
  )

  attack('D18', 'a bearer token that comes with a proof is refused', async (scene) => {
    const op = await start(scene)
    const { code, verifier } = await op.authorize()
    const { body } = await op.exchange(code, verifier)
    const token = body['access_token']
    const dpop = await proveUserinfo(op, KEY, token)
    scene.begin()

    expectRefusal(await userinfoWith(op, token, { dpop }), 401, 'invalid_token')
    expectRefusal(
      await userinfoWith(op, token, { authorization: `Bearer ${token}`, dpop }),
      401,
      'invalid_token',
    )
  })

  attack('D20', 'a client that must send proofs gets nothing without, and uses nothing up', async (scene) => {
    const op = await start(scene)
    const { code, verifier } = await op.authorize({ client_id: 'bound' })
    scene.begin()

    expectRefusal(await ask(op, undefined, 'bound'), 400, 'invalid_dpop_proof')
    const form = { ...credentialsOf('bound'), ...codeForm(code, verifier) }
    expectRefusal(await op.post('token', form), 400, 'invalid_dpop_proof')
  })

  attack('D21', 'nonces that are not ours are refused, and nothing is written', async (scene) => {
    const op = await start(scene, NONCES)
    const nonces = [undefined, '', 'a'.repeat(43), 1, null, {}, ['a'], '\u2028']
    const proofs = await Promise.all(nonces.map((nonce) => proof(op, { nonce })))
    scene.begin()

    for (const sent of proofs) {
      const answer = await ask(op, sent)
      expectRefusal(answer, 400, 'use_dpop_nonce')
      expect(answer.headers.get('dpop-nonce')).to.match(/^[\w-]{43}$/)
    }
  })

  attack('R8', 'a refresh token of a public client is worth nothing without its key', async (scene) => {
    const op = await start(scene)
    const { body } = await loginWith(op, KEY, 'spa')
    const form = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
    scene.begin('insert ReplayDetection')

    expectRefusal(await op.post('token', { ...credentialsOf('spa'), ...form }), 400, 'invalid_grant')
    expectRefusal(await tokenWith(op, newKey(), form, 'spa'), 400, 'invalid_grant')
  })

  attack('P17', 'a code is worth nothing without the key it was asked for with', async (scene) => {
    const op = await start(scene)
    const { code, verifier } = await op.authorize({ dpop_jkt: KEY.jkt })
    scene.begin('insert ReplayDetection', 'put AuthorizationCode')

    expectRefusal(await op.exchange(code, verifier), 400, 'invalid_grant')
    expectRefusal(await tokenWith(op, newKey(), codeForm(code, verifier)), 400, 'invalid_grant')
  })
})
