import { expect } from 'chai'
import { checkOptions } from '../../lib/configuration/checks/options.ts'
import type { Configuration } from '../../types/configuration.ts'

const NO_FUNCTION: readonly unknown[] = [null, true, 'x', {}, []]
const NOT_SYNC: readonly unknown[] = [...NO_FUNCTION, async () => true]
const NO_BOOLEAN: readonly unknown[] = [null, 'true', 1, {}]
const NO_OBJECT: readonly unknown[] = [null, 'x', 1, true]
const NO_BYTES: readonly unknown[] = [null, 0, -1, 1.5, '1', Number.POSITIVE_INFINITY]
const NO_SECONDS: readonly unknown[] = [null, -1, '1', Number.NaN]
/** Seconds, from which on timers fire at once (2^31 milliseconds). */
const LONGEST_TIMER = 2_147_483.648
/** What is given up at once, or never. */
const NO_DEADLINE: readonly unknown[] = [...NO_SECONDS, 0, LONGEST_TIMER, Number.POSITIVE_INFINITY]

/** What no option can be, by the path of the option. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  acceptQueryParamAccessTokens: NO_BOOLEAN,
  adapter: NO_FUNCTION,
  allowOmittingSingleRegisteredRedirectUri: NO_BOOLEAN,
  assertJwtClientAuthClaimsAndHeader: NO_FUNCTION,
  claims: NO_OBJECT,
  clientBasedCORS: NOT_SYNC,
  clientAssertionLifetime: NO_BYTES,
  clientDefaults: NO_OBJECT,
  clientSecretThrottle: NO_OBJECT,
  'clientSecretThrottle.attempts': [null, -1, 1.5, '1'],
  'clientSecretThrottle.longestWait': NO_DEADLINE,
  'clientSecretThrottle.failed': NOT_SYNC,
  clockTolerance: [...NO_SECONDS, Number.POSITIVE_INFINITY],
  conformIdTokenClaims: NO_BOOLEAN,
  discovery: NO_OBJECT,
  enableHttpPostMethods: NO_BOOLEAN,
  expiresWithSession: NO_FUNCTION,
  extraClientMetadata: NO_OBJECT,
  'extraClientMetadata.validator': NOT_SYNC,
  extraTokenClaims: NO_FUNCTION,
  fetch: NO_FUNCTION,
  fetchResponseBodyLimits: NO_OBJECT,
  'fetchResponseBodyLimits.jwks_uri': NO_BYTES,
  'fetchResponseBodyLimits.request_uri': NO_BYTES,
  'fetchResponseBodyLimits.sector_identifier_uri': NO_BYTES,
  findAccount: NO_FUNCTION,
  formats: NO_OBJECT,
  'formats.bitsOfOpaqueRandomness': [null, 127, 128.5, '256', async () => 256],
  'formats.customizers': NO_OBJECT,
  'formats.customizers.jwt': NO_FUNCTION,
  httpOptions: NOT_SYNC,
  interactions: NO_OBJECT,
  'interactions.policy': [null, {}, 'x', () => []],
  'interactions.url': NO_FUNCTION,
  issueRefreshToken: NO_FUNCTION,
  jwks: [...NO_OBJECT, {}, { keys: [] }, { keys: {} }],
  loadExistingGrant: NO_FUNCTION,
  logger: [...NO_OBJECT, {}, { info() {}, warn() {} }, { info() {}, error() {} }, { warn() {}, error() {} }],
  pairwiseIdentifier: NO_FUNCTION,
  pkce: NO_OBJECT,
  'pkce.required': NOT_SYNC,
  refreshTokenReuseWindow: NO_SECONDS,
  renderError: NO_FUNCTION,
  revokeGrantPolicy: NO_FUNCTION,
  rotateRefreshToken: [null, 'true', 1, {}],
  sectorIdentifierUriValidate: NOT_SYNC,
  storageTimeout: NO_DEADLINE,
}

/** The last values that are still right. */
const RIGHT: Readonly<Record<string, readonly unknown[]>> = {
  clientAssertionLifetime: [1],
  'clientSecretThrottle.attempts': [0],
  'clientSecretThrottle.longestWait': [0.001, LONGEST_TIMER - 0.001],
  clockTolerance: [0, 0.5],
  'fetchResponseBodyLimits.jwks_uri': [1],
  'formats.bitsOfOpaqueRandomness': [128, () => 128],
  'interactions.policy': [[]],
  pkce: [{}],
  refreshTokenReuseWindow: [0],
  rotateRefreshToken: [false, true, () => true],
  storageTimeout: [0.001, LONGEST_TIMER - 0.001],
}

/** An option at its path. */
const at = (path: string, value: unknown): Configuration => ({
  ...Object(path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)),
})

describe('the shape of options', () => {
  for (const [path, values] of Object.entries(RIGHT)) {
    it(`A005 ${path} may be anything that it can be`, () => {
      for (const value of values) expect(() => checkOptions(at(path, value)), String(value)).not.to.throw()
    })
  }

  for (const [path, values] of Object.entries(WRONG)) {
    it(`A005 ${path} must be what it is, and is named where it is not`, () => {
      for (const value of values)
        expect(() => checkOptions(at(path, value)), String(value))
          .to.throw(TypeError)
          .with.property('message')
          .that.satisfies((message: string) => message.startsWith(`${path} must `))
      expect(() => checkOptions(at(path, undefined))).not.to.throw()
    })
  }
})
