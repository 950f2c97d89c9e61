import type { ClientAuthMethod } from '../../../types/client.ts'
import type { EnabledJWA } from '../../../types/enabled_jwa.ts'
import type {
  AsymmetricSigningAlgorithm,
  ContentEncryption,
  EncryptionAlgorithm,
  SigningAlgorithm,
  SymmetricSigningAlgorithm,
} from '../../../types/jwa.ts'
import { nearest } from '../../helpers/nearest.ts'
import { DEFAULTS } from '../defaults.ts'
import type { Resolved } from '../resolved_configuration.ts'
import { checkObject, readChoices } from './shapes.ts'

const ASYMMETRIC: readonly AsymmetricSigningAlgorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES256K',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]
const SYMMETRIC: readonly SymmetricSigningAlgorithm[] = ['HS256', 'HS384', 'HS512']
const SIGNING: readonly SigningAlgorithm[] = [...ASYMMETRIC, ...SYMMETRIC]
const ENCRYPTION: readonly EncryptionAlgorithm[] = [
  'RSA-OAEP',
  'RSA-OAEP-256',
  'RSA-OAEP-384',
  'RSA-OAEP-512',
  'ECDH-ES',
  'ECDH-ES+A128KW',
  'ECDH-ES+A192KW',
  'ECDH-ES+A256KW',
  'A128KW',
  'A192KW',
  'A256KW',
  'A128GCMKW',
  'A192GCMKW',
  'A256GCMKW',
  'dir',
]
const CONTENT: readonly ContentEncryption[] = [
  'A128CBC-HS256',
  'A128GCM',
  'A192CBC-HS384',
  'A192GCM',
  'A256CBC-HS512',
  'A256GCM',
]

const isSymmetric = (algorithm: SigningAlgorithm) => algorithm.startsWith('HS')

function checkNames(given: object): void {
  const known = Object.keys(DEFAULTS.enabledJWA)
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    throw new TypeError(`enabledJWA.${name} is not a known purpose${meant ? `, did you mean ${meant}?` : ''}`)
  }
}

/**
 * Reads `enabledJWA`.
 * @throws TypeError on an unknown purpose or an algorithm that the purpose cannot have
 * @see RFC 7518 §3.1, §4.1, §5.1
 */
export function readAlgorithms(given: EnabledJWA = {}): Resolved<EnabledJWA> {
  checkObject('enabledJWA', given)
  checkNames(given)
  const read = <Name extends keyof EnabledJWA, Choice extends string>(
    name: Name,
    choices: readonly Choice[],
  ) => readChoices(`enabledJWA.${name}`, given[name] ?? DEFAULTS.enabledJWA[name], choices)
  return {
    authorizationEncryptionAlgValues: read('authorizationEncryptionAlgValues', ENCRYPTION),
    authorizationEncryptionEncValues: read('authorizationEncryptionEncValues', CONTENT),
    authorizationSigningAlgValues: read('authorizationSigningAlgValues', SIGNING),
    clientAuthSigningAlgValues: read('clientAuthSigningAlgValues', SIGNING),
    dPoPSigningAlgValues: read('dPoPSigningAlgValues', ASYMMETRIC),
    idTokenEncryptionAlgValues: read('idTokenEncryptionAlgValues', ENCRYPTION),
    idTokenEncryptionEncValues: read('idTokenEncryptionEncValues', CONTENT),
    idTokenSigningAlgValues: read('idTokenSigningAlgValues', SIGNING),
    introspectionEncryptionAlgValues: read('introspectionEncryptionAlgValues', ENCRYPTION),
    introspectionEncryptionEncValues: read('introspectionEncryptionEncValues', CONTENT),
    introspectionSigningAlgValues: read('introspectionSigningAlgValues', SIGNING),
    requestObjectEncryptionAlgValues: read('requestObjectEncryptionAlgValues', ENCRYPTION),
    requestObjectEncryptionEncValues: read('requestObjectEncryptionEncValues', CONTENT),
    requestObjectSigningAlgValues: read('requestObjectSigningAlgValues', SIGNING),
    userinfoEncryptionAlgValues: read('userinfoEncryptionAlgValues', ENCRYPTION),
    userinfoEncryptionEncValues: read('userinfoEncryptionEncValues', CONTENT),
    userinfoSigningAlgValues: read('userinfoSigningAlgValues', SIGNING),
  }
}

/** Methods and algorithms of client assertions without those that lack their counterpart. @see OpenID Connect Core 1.0 §9 */
export function matchAssertionMethods(
  methods: readonly ClientAuthMethod[],
  algorithms: readonly SigningAlgorithm[],
): { methods: readonly ClientAuthMethod[]; algorithms: readonly SigningAlgorithm[] } {
  const bySecret = methods.includes('client_secret_jwt') && algorithms.some(isSymmetric)
  const byKey = methods.includes('private_key_jwt') && !algorithms.every(isSymmetric)
  const isUsable = (method: ClientAuthMethod) =>
    method === 'client_secret_jwt' ? bySecret : method === 'private_key_jwt' ? byKey : true
  return {
    methods: methods.filter(isUsable),
    algorithms: algorithms.filter((algorithm) => (isSymmetric(algorithm) ? bySecret : byKey)),
  }
}
