import type { ClientAuthMethod, ClientMetadata, SubjectType } from '../../types/client.ts'
import type { Configuration, Logger, PKCEMethods } from '../../types/configuration.ts'
import { matchAssertionMethods, readAlgorithms } from './checks/algorithms.ts'
import { readClaims } from './checks/claims.ts'
import { readClients } from './checks/clients.ts'
import { readCookies } from './checks/cookies.ts'
import { readExtraParams } from './checks/extra_params.ts'
import { readLifetimes } from './checks/lifetimes.ts'
import { checkOptions } from './checks/options.ts'
import { readResponseTypes } from './checks/response_types.ts'
import { readRoutes } from './checks/routes.ts'
import { checkObject, readNames, readSomeChoices } from './checks/shapes.ts'
import { consoleLogger } from './console_logger.ts'
import { DEFAULTS } from './defaults.ts'
import { type DefinedMembers, definedMembers } from './defined_members.ts'
import type { FeatureDeclaration } from './feature_declaration.ts'
import { PAIRWISE_WARNING } from './notices.ts'
import { resolveFeatures } from './resolve_features.ts'
import type { ResolvedConfiguration, ResolvedFeatures } from './resolved_configuration.ts'
import { unknownOptions } from './unknown_options.ts'

const SUBJECT_TYPES: readonly SubjectType[] = ['public', 'pairwise']
const PKCE_METHODS: readonly PKCEMethods[] = ['S256', 'plain']
const ALWAYS_POSSIBLE: readonly ClientAuthMethod[] = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
]

type Given = DefinedMembers<Configuration>

/** Ways to authenticate that features make possible. */
function addedAuthMethods(declarations: readonly FeatureDeclaration[], features: ResolvedFeatures) {
  return declarations.flatMap((declaration) => {
    const options = features[declaration.name]
    return options.enabled ? (declaration.clientAuthMethods?.(options) ?? []) : []
  })
}

function readClientAuth(given: Given, added: readonly ClientAuthMethod[]) {
  const enabledJWA = readAlgorithms(given.enabledJWA)
  const chosen = readSomeChoices('clientAuthMethods', given.clientAuthMethods ?? DEFAULTS.clientAuthMethods, [
    ...ALWAYS_POSSIBLE,
    ...added,
  ])
  const { methods, algorithms } = matchAssertionMethods(chosen, enabledJWA.clientAuthSigningAlgValues)
  return {
    clientAuthMethods: new Set(methods),
    enabledJWA: Object.freeze({ ...enabledJWA, clientAuthSigningAlgValues: algorithms }),
  }
}

/** Where all `sub` values are pairwise a client need not ask for it. @see OpenID Connect Core 1.0 §8 */
function readSubjects(given: Given, logger: Logger) {
  const types = readSomeChoices('subjectTypes', given.subjectTypes ?? DEFAULTS.subjectTypes, SUBJECT_TYPES)
  if (types.includes('pairwise') && given.pairwiseIdentifier === undefined) logger.warn(PAIRWISE_WARNING)
  const subjectDefault: Partial<ClientMetadata> = types.includes('public') ? {} : { subject_type: 'pairwise' }
  return {
    subjectTypes: new Set(types),
    clientDefaults: Object.freeze({
      ...DEFAULTS.clientDefaults,
      ...subjectDefault,
      ...definedMembers(given.clientDefaults),
    }),
  }
}

function readScopesAndClaims(given: Given) {
  const acrValues = new Set(readNames('acrValues', given.acrValues ?? DEFAULTS.acrValues))
  const scopes = readNames('scopes', given.scopes ?? DEFAULTS.scopes)
  const claims = { ...DEFAULTS.claims, ...definedMembers(given.claims) }
  return { acrValues, ...readClaims(scopes, claims, acrValues.size > 0) }
}

function readSpecialUseAddresses(given: Given): boolean | ReadonlySet<string> {
  const allowed = given.allowSpecialUseAddresses ?? DEFAULTS.allowSpecialUseAddresses
  return typeof allowed === 'boolean' ? allowed : new Set(readNames('allowSpecialUseAddresses', allowed))
}

/** Options that hold others: each member has its own default. */
function readGroups(given: Given) {
  const { customizers, ...formats } = { ...DEFAULTS.formats, ...definedMembers(given.formats) }
  const { properties, ...extra } = {
    ...DEFAULTS.extraClientMetadata,
    ...definedMembers(given.extraClientMetadata),
  }
  const { methods, ...pkce } = { ...DEFAULTS.pkce, ...definedMembers(given.pkce) }
  return {
    clientSecretThrottle: Object.freeze({
      ...DEFAULTS.clientSecretThrottle,
      ...definedMembers(given.clientSecretThrottle),
    }),
    discovery: Object.freeze({ ...DEFAULTS.discovery, ...definedMembers(given.discovery) }),
    extraClientMetadata: Object.freeze({
      ...extra,
      properties: Object.freeze(readNames('extraClientMetadata.properties', properties)),
    }),
    fetchResponseBodyLimits: Object.freeze({
      ...DEFAULTS.fetchResponseBodyLimits,
      ...definedMembers(given.fetchResponseBodyLimits),
    }),
    formats: Object.freeze({
      ...formats,
      customizers: Object.freeze({ ...DEFAULTS.formats.customizers, ...definedMembers(customizers) }),
    }),
    interactions: Object.freeze({ ...DEFAULTS.interactions, ...definedMembers(given.interactions) }),
    pkce: Object.freeze({
      ...pkce,
      methods: Object.freeze(readSomeChoices('pkce.methods', methods, PKCE_METHODS)),
    }),
  }
}

/**
 * Turns what the host wrote into what the provider uses. The host's object is neither changed nor kept.
 * @param host the configuration; `undefined` for all defaults
 * @param declarations the features that exist
 * @param logger receives notices and warnings
 * @throws TypeError that names the option and says what to do
 */
export function resolveConfiguration(
  host: Configuration | undefined,
  declarations: readonly FeatureDeclaration[],
  logger: Logger = host?.logger ?? consoleLogger,
): ResolvedConfiguration {
  if (host !== undefined) checkObject('configuration', host)
  const given = definedMembers(host)
  checkOptions(given)
  for (const notice of unknownOptions(given, declarations)) logger.info(notice)

  const features = resolveFeatures(given.features, declarations, logger)
  return Object.freeze({
    ...DEFAULTS,
    ...given,
    ...readGroups(given),
    ...readScopesAndClaims(given),
    ...readClientAuth(given, addedAuthMethods(declarations, features)),
    ...readSubjects(given, logger),
    allowSpecialUseAddresses: readSpecialUseAddresses(given),
    clients: readClients(given.clients ?? DEFAULTS.clients),
    cookies: readCookies(given.cookies),
    extraParams: readExtraParams(given.extraParams ?? DEFAULTS.extraParams),
    features,
    jwks: given.jwks === undefined ? undefined : { keys: [...given.jwks.keys] },
    logger,
    responseTypes: Object.freeze(readResponseTypes(given.responseTypes ?? DEFAULTS.responseTypes)),
    routes: readRoutes(given.routes),
    ttl: readLifetimes(given.ttl),
  })
}
