import { createHmac, createPublicKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { rsaPair } from './key_pair.ts'
import type { RunningProvider } from './start_provider.ts'

const foreign = rsaPair().privateKey
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A hint as the provider made it. */
export interface Genuine {
  op: RunningProvider
  hint: string
}

export const partsOf = (jwt: string) => {
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
export const FORGERIES: readonly [what: string, forge: (genuine: Genuine) => string | Promise<string>][] = [
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
