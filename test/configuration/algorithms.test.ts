import { expect } from 'chai'
import { readAlgorithms } from '../../lib/configuration/checks/algorithms.ts'
import type { EnabledJWA } from '../../types/enabled_jwa.ts'

const ASYMMETRIC = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES256K ES384 ES512 EdDSA Ed25519'.split(' ')
const SYMMETRIC = 'HS256 HS384 HS512'.split(' ')
const KEY_WRAPPING =
  'RSA-OAEP RSA-OAEP-256 RSA-OAEP-384 RSA-OAEP-512 ECDH-ES ECDH-ES+A128KW ECDH-ES+A192KW ECDH-ES+A256KW A128KW A192KW A256KW A128GCMKW A192GCMKW A256GCMKW dir'.split(
    ' ',
  )
const CONTENT = 'A128CBC-HS256 A128GCM A192CBC-HS384 A192GCM A256CBC-HS512 A256GCM'.split(' ')

/** What each purpose can have, and something that it cannot. */
const PURPOSES: Readonly<
  Record<keyof EnabledJWA, readonly [can: readonly string[], cannot: readonly string[]]>
> = (() => {
  const signing = [
    [...ASYMMETRIC, ...SYMMETRIC],
    ['none', 'dir'],
  ] as const
  const encryption = [KEY_WRAPPING, ['RSA1_5', 'PBES2-HS256+A128KW', 'A128GCM', 'none']] as const
  const content = [CONTENT, ['A128KW', 'none']] as const
  return {
    authorizationEncryptionAlgValues: encryption,
    authorizationEncryptionEncValues: content,
    authorizationSigningAlgValues: signing,
    clientAuthSigningAlgValues: signing,
    dPoPSigningAlgValues: [ASYMMETRIC, ['none', ...SYMMETRIC]],
    idTokenEncryptionAlgValues: encryption,
    idTokenEncryptionEncValues: content,
    idTokenSigningAlgValues: signing,
    introspectionEncryptionAlgValues: encryption,
    introspectionEncryptionEncValues: content,
    introspectionSigningAlgValues: signing,
    requestObjectEncryptionAlgValues: encryption,
    requestObjectEncryptionEncValues: content,
    requestObjectSigningAlgValues: signing,
    userinfoEncryptionAlgValues: encryption,
    userinfoEncryptionEncValues: content,
    userinfoSigningAlgValues: signing,
  }
})()

describe('A012 algorithms of each purpose (RFC 7518 §3.1, §4.1, §5.1)', () => {
  for (const [purpose, [can, cannot]] of Object.entries(PURPOSES)) {
    it(`${purpose} can be any that is made for it`, () => {
      expect(readAlgorithms(Object({ [purpose]: can }))).to.have.deep.property(purpose, can)
    })

    it(`${purpose} cannot be one that is not`, () => {
      for (const algorithm of cannot)
        expect(() => readAlgorithms(Object({ [purpose]: [algorithm] })), algorithm).to.throw(
          TypeError,
          `enabledJWA.${purpose} must not contain '${algorithm}'`,
        )
    })
  }
})
