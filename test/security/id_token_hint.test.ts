import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { SignJWT } from 'jose'
import { attack, expectRedirect } from '../support/invariants.ts'
import { pkce, type RunningProvider, WEB_CLIENT } from '../support/start_provider.ts'

const OTHER = { ...WEB_CLIENT, client_id: 'other' }
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

interface Genuine {
  op: RunningProvider
  hint: string
}

const partsOf = (jwt: string) => {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const parse = (part: string): Record<string, unknown> => ({
    ...Object(JSON.parse(Buffer.from(part, 'base64url').toString())),
  })
  return { header: parse(header), payload: parse(payload), signature, signed: `${header}.${payload}` }
}

/** The provider's public key as an attacker gets it. */
async function publicKey({ op, hint }: Genuine) {
  const { keys }: { keys: { kid: string }[] } = Object(await (await op.agent().get('/jwks')).json())
  const jwk = keys.find(({ kid }) => kid === partsOf(hint).header['kid'])
  return createPublicKey({ key: { ...jwk }, format: 'jwk' })
}

async function hmacOverPublicKey(genuine: Genuine): Promise<string> {
  const key = await publicKey(genuine)
  const { header, payload } = partsOf(genuine.hint)
  const signed = `${encode({ ...header, alg: 'HS256' })}.${encode(payload)}`
  const secret = key.export({ type: 'spki', format: 'pem' })
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

const sign = (payload: Record<string, unknown>, kid: unknown) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: String(kid) }).sign(foreign)

/** What an attacker makes of a genuine ID Token. */
const FORGERIES: readonly [what: string, forge: (genuine: Genuine) => string | Promise<string>][] = [
  ['garbage', () => 'garbage'],
  ['two parts', ({ hint }) => partsOf(hint).signed],
  ['five parts', () => 'a.b.c.d.e'],
  ['no signature', ({ hint }) => `${partsOf(hint).signed}.`],
  ['alg none', ({ hint }) => `${encode({ alg: 'none' })}.${encode(partsOf(hint).payload)}.`],
  ['alg None', ({ hint }) => `${encode({ alg: 'None' })}.${encode(partsOf(hint).payload)}.`],
  ['HS256 over the public key (RFC 8725 §3.1)', hmacOverPublicKey],
  ['a foreign key under a known kid', ({ hint }) => sign(partsOf(hint).payload, partsOf(hint).header['kid'])],
  ['a foreign key of its own', ({ hint }) => sign(partsOf(hint).payload, 'own')],
  [
    'another issuer, by a foreign key',
    ({ hint }) => sign({ ...partsOf(hint).payload, iss: 'https://evil.example' }, 'own'),
  ],
  [
    'a changed subject',
    ({ hint }) => {
      const { header, payload, signature } = partsOf(hint)
      return `${encode(header)}.${encode({ ...payload, sub: 'bob' })}.${signature}`
    },
  ],
  [
    'a critical header nobody understands',
    ({ hint }) => {
      const { header, payload, signature } = partsOf(hint)
      return `${encode({ ...header, crit: ['x'], x: 1 })}.${encode(payload)}.${signature}`
    },
  ],
]

describe('authorization endpoint: id_token_hint (OpenID Connect Core 1.0 §3.1.2.1)', () => {
  for (const [what, forge] of FORGERIES) {
    attack('A61', `${what} is refused and changes no session`, async (scene) => {
      const op = await scene.start()
      const { body, agent } = await op.login()
      const before = agent.cookies.get('_session')?.value
      const forged = await forge({ op, hint: String(body['id_token']) })
      scene.begin()

      const response = await agent.get(
        op.authorizationUrl({
          code_challenge: pkce().challenge,
          code_challenge_method: 'S256',
          prompt: 'none',
          state: 'st',
          id_token_hint: forged,
        }),
      )

      expectRedirect(op, response, 'invalid_request', 'st')
      expect(agent.cookies.get('_session')?.value).to.equal(before)
    })
  }

  attack('A61', "another client's ID Token is refused", async (scene) => {
    const op = await scene.start({ clients: [WEB_CLIENT, OTHER] })
    const { code, verifier, agent } = await op.authorize({ client_id: 'other' })
    const { body } = await op.exchange(code, verifier, { client_id: 'other' })
    scene.begin()

    const response = await agent.get(
      op.authorizationUrl({
        code_challenge: pkce().challenge,
        code_challenge_method: 'S256',
        prompt: 'none',
        id_token_hint: String(body['id_token']),
      }),
    )

    expectRedirect(op, response, 'invalid_request')
  })
})
