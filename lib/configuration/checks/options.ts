import type { Configuration } from '../../../types/configuration.ts'
import {
  checkBoolean,
  checkBooleanOrFunction,
  checkDeadline,
  checkFunction,
  checkObject,
  checkSyncFunction,
  checkTolerance,
  checkWholeNumber,
  memberAt,
} from './shapes.ts'

type Check = (option: string, value: unknown) => void

const checkBits: Check = (option, value) => {
  // Guessing must be hopeless. RFC 6749 §10.10
  if (typeof value === 'function') checkSyncFunction(option, value)
  else checkWholeNumber(option, value, 128)
}
const checkByteLimit: Check = (option, value) => checkWholeNumber(option, value, 1)

function checkAdapter(option: string, value: unknown): void {
  if (typeof value === 'function') return
  throw new TypeError(
    `${option} must be a function: a class, or one that makes adapters, such as sqliteAdapter({ file: 'op.sqlite' })`,
  )
}

function checkJwks(option: string, value: unknown): void {
  const keys: unknown =
    typeof value === 'object' && value !== null && 'keys' in value ? value.keys : undefined
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new TypeError(
      `${option} must be a JSON Web Key Set: { keys: [...] }, an object with an Array of private keys`,
    )
  }
}

function checkLogger(option: string, value: unknown): void {
  const isLogger =
    typeof value === 'object' &&
    value !== null &&
    ['info', 'warn', 'error'].every((name) => typeof Reflect.get(value, name) === 'function')
  if (!isLogger) throw new TypeError(`${option} must have the functions info, warn and error`)
}

function checkPolicy(option: string, value: unknown): void {
  if (!Array.isArray(value)) throw new TypeError(`${option} must be an Array of prompts`)
}

/** What shape an option has, by its path. Options that need more than a look have a file of their own. */
const CHECKS: Readonly<Record<string, Check>> = {
  acceptQueryParamAccessTokens: checkBoolean,
  adapter: checkAdapter,
  allowOmittingSingleRegisteredRedirectUri: checkBoolean,
  assertJwtClientAuthClaimsAndHeader: checkFunction,
  claims: checkObject,
  clientBasedCORS: checkSyncFunction,
  clientAssertionLifetime: (option, value) => checkWholeNumber(option, value, 1),
  clientDefaults: checkObject,
  clientSecretThrottle: checkObject,
  'clientSecretThrottle.attempts': (option, value) => checkWholeNumber(option, value, 0),
  'clientSecretThrottle.longestWait': checkDeadline,
  'clientSecretThrottle.failed': checkSyncFunction,
  clockTolerance: checkTolerance,
  conformIdTokenClaims: checkBoolean,
  discovery: checkObject,
  enableHttpPostMethods: checkBoolean,
  expiresWithSession: checkFunction,
  extraClientMetadata: checkObject,
  'extraClientMetadata.validator': checkSyncFunction,
  extraTokenClaims: checkFunction,
  fetch: checkFunction,
  fetchResponseBodyLimits: checkObject,
  'fetchResponseBodyLimits.jwks_uri': checkByteLimit,
  'fetchResponseBodyLimits.request_uri': checkByteLimit,
  'fetchResponseBodyLimits.sector_identifier_uri': checkByteLimit,
  findAccount: checkFunction,
  formats: checkObject,
  'formats.bitsOfOpaqueRandomness': checkBits,
  'formats.customizers': checkObject,
  'formats.customizers.jwt': checkFunction,
  httpOptions: checkSyncFunction,
  interactions: checkObject,
  'interactions.policy': checkPolicy,
  'interactions.url': checkFunction,
  issueRefreshToken: checkFunction,
  jwks: checkJwks,
  loadExistingGrant: checkFunction,
  logger: checkLogger,
  pairwiseIdentifier: checkFunction,
  pkce: checkObject,
  'pkce.required': checkSyncFunction,
  refreshTokenReuseWindow: checkTolerance,
  renderError: checkFunction,
  revokeGrantPolicy: checkFunction,
  rotateRefreshToken: checkBooleanOrFunction,
  screens: checkObject,
  sectorIdentifierUriValidate: checkSyncFunction,
  storageTimeout: checkDeadline,
}

/**
 * Checks the shape of what the host has set.
 * @throws TypeError that names the option
 */
export function checkOptions(host: Configuration): void {
  for (const [path, check] of Object.entries(CHECKS)) {
    const value = memberAt(host, path)
    if (value !== undefined) check(path, value)
  }
}
