import type { TrustedIssuer } from '../../../types/grants/trusted_issuer.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { clientJwksProblem } from '../../helpers/jose/client_jwks.ts'
import { isSymmetric } from '../../helpers/jose/client_keys.ts'
import { parseStrictUri } from '../../helpers/uri/strict_uri.ts'

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isText)

/** Keys that come by a connection anybody may listen on and change are nobody's. */
function isKeySetUri(value: unknown): boolean {
  const uri = isText(value) ? parseStrictUri(value) : undefined
  if (uri === undefined) return false
  return uri.scheme === 'https' || (uri.scheme === 'http' && LOOPBACK.has(uri.url.hostname))
}

function keysProblem({ jwks, jwksUri }: Readonly<Record<string, unknown>>): string | undefined {
  if ((jwks === undefined) === (jwksUri === undefined)) return 'must have either jwks or jwksUri'
  if (jwksUri !== undefined) return isKeySetUri(jwksUri) ? undefined : '.jwksUri must be an https URL'
  const problem = clientJwksProblem(jwks)
  return problem === undefined ? undefined : `.jwks ${problem}`
}

function problemOf(given: unknown): string | undefined {
  if (!isRecord(given)) return 'must be an object'
  const { issuer, algorithms, audience } = given
  if (!isText(issuer)) return '.issuer must be the iss of what it signs'
  const isAlgorithms = isTexts(algorithms) && Array.isArray(algorithms)
  if (
    algorithms !== undefined &&
    !(isAlgorithms && algorithms.every((alg) => alg !== 'none' && !isSymmetric(alg)))
  )
    return '.algorithms must name asymmetric signature algorithms'
  if (audience !== undefined && !isText(audience) && !isTexts(audience))
    return '.audience must be text, or a list of it'
  return keysProblem(given)
}

/**
 * Checks who is trusted, once.
 * @param option its name, for messages
 * @throws TypeError
 */
export function checkTrustedIssuers(option: string, given: readonly TrustedIssuer[]): void {
  if (!Array.isArray(given)) throw new TypeError(`${option} must be an array`)
  const seen = new Set<unknown>()
  for (const [position, entry] of given.entries()) {
    const problem = problemOf(entry)
    if (problem !== undefined)
      throw new TypeError(`${option}[${position}]${problem.startsWith('.') ? '' : ' '}${problem}`)
    const { issuer } = entry
    if (seen.has(issuer)) throw new TypeError(`${option}[${position}].issuer is there twice`)
    seen.add(issuer)
  }
}
