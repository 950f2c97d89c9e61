import { expect } from 'chai'
import { clientJwksProblem } from '../../../lib/helpers/jose/client_jwks.ts'

/** A number of so many bits, big-endian, that ends in a byte. */
function number(bits: number, last = 1): string {
  const bytes = Buffer.alloc(Math.ceil(bits / 8))
  bytes[0] = 1 << ((bits - 1) % 8)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | last
  return bytes.toString('base64url')
}

const RSA = { kty: 'RSA', n: number(2048), e: 'AQAB' }
const EC = { kty: 'EC', crv: 'P-256', x: 'eHg', y: 'eXk' }
const OKP = { kty: 'OKP', crv: 'Ed25519', x: 'eHg' }

describe('a key set of a client (RFC 7517 §5, RFC 7591 §2)', () => {
  const bad: readonly [title: string, keys: unknown, problem: RegExp][] = [
    ['no keys', undefined, /an array of keys/],
    ['keys that are an object', {}, /an array of keys/],
    ['more than a hundred keys', Array.from({ length: 101 }, () => RSA), /at most 100 keys/],
    ['a key that is text', ['x'], /JSON Web Keys/],
    ['a key without kty', [{ n: 'x' }], /JSON Web Keys/],
    [
      'one kid for two keys',
      [
        { ...RSA, kid: 'a' },
        { ...EC, kid: 'a' },
      ],
      /one kid for several/,
    ],
    ['a kid that is empty', [{ ...RSA, kid: '' }], /kid values/],
    ['a kid that is a number', [{ ...RSA, kid: 1 }], /kid values/],
    ['a kid of 257 characters', [{ ...RSA, kid: 'k'.repeat(257) }], /at most 256 characters/],
    ['a symmetric key', [{ kty: 'oct' }], /never private or symmetric/],
    ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].map((member): [string, unknown, RegExp] => [
      `the secret member ${member}`,
      [{ ...RSA, [member]: undefined }],
      /never private or symmetric/,
    ]),
    ['an RSA key without a modulus', [{ ...RSA, n: undefined }], /of at most 8192 bits/],
    ['an RSA key that is no base64url', [{ ...RSA, n: `${RSA.n}=` }], /of at most 8192 bits/],
    ['an RSA key without an exponent', [{ kty: 'RSA', n: RSA.n }], /of at most 8192 bits/],
    ['an RSA key of 2047 bits', [{ ...RSA, n: number(2047) }], /2048 to 8192 bits/],
    ['an RSA key of 2047 bits behind zeros', [{ ...RSA, n: `AAAA${number(2047)}` }], /2048 to 8192 bits/],
    ['an RSA key of nothing but zeros', [{ ...RSA, n: 'A'.repeat(344) }], /2048 to 8192 bits/],
    ['an RSA key of 8193 bits', [{ ...RSA, n: number(8193) }], /2048 to 8192 bits/],
    ['an RSA key without measure', [{ ...RSA, n: 'A'.repeat(3000) }], /of at most 8192 bits/],
    ['an even exponent', [{ ...RSA, e: number(17, 0) }], /odd exponent above 1/],
    ['the exponent 1', [{ ...RSA, e: 'AQ' }], /odd exponent above 1/],
    ['the exponent 0', [{ ...RSA, e: 'AA' }], /odd exponent above 1/],
    ['an exponent of 65 bits', [{ ...RSA, e: number(65) }], /odd exponent above 1/],
    ['an EC key without crv', [{ ...EC, crv: undefined }], /EC keys have crv, x, y/],
    ['an EC key without y', [{ ...EC, y: undefined }], /EC keys have crv, x, y/],
    ['an EC key with a long x', [{ ...EC, x: 'x'.repeat(89) }], /EC keys have crv, x, y/],
    ['an OKP key without x', [{ kty: 'OKP', crv: 'Ed25519' }], /OKP keys have crv, x$/],
  ]
  for (const [title, keys, problem] of bad) {
    it(`J11 must not have ${title}`, () => {
      expect(clientJwksProblem({ keys })).to.match(problem)
    })
  }

  for (const jwks of [undefined, null, [], 'text'])
    it(`J11 is not ${JSON.stringify(jwks)}`, () => {
      expect(clientJwksProblem(jwks)).to.match(/must be a JSON Web Key Set/)
    })

  const good: readonly [title: string, keys: readonly unknown[]][] = [
    ['none', []],
    ['a hundred keys without kid', Array.from({ length: 100 }, () => EC)],
    [
      'keys of every type, with kids of their own',
      [
        { ...RSA, kid: 'a' },
        { ...EC, kid: 'b' },
        { ...OKP, kid: 'k'.repeat(256) },
      ],
    ],
    ['an RSA key of 8192 bits', [{ ...RSA, n: number(8192) }]],
    ['the exponent 3', [{ ...RSA, e: 'Aw' }]],
    ['an exponent of 64 bits', [{ ...RSA, e: number(64) }]],
    ['an EC key with coordinates of P-521', [{ ...EC, x: 'x'.repeat(88) }]],
    ['a key type that nobody here knows', [{ kty: 'AKP', pub: 'x' }]],
  ]
  for (const [title, keys] of good) {
    it(`J11 may have ${title}`, () => {
      expect(clientJwksProblem({ keys })).to.equal(undefined)
    })
  }
})
