import type Koa from 'koa'
import type { Configuration, CookieSigner } from '../types/configuration.ts'
import type { OIDCContext } from '../types/context.ts'
import { atAuthorizationRequests } from './actions/authorization/authorization_requests.ts'
import { AMENDABLE_PARAMETERS } from './actions/authorization/interaction/settle_parameters.ts'
import { base, toPolicy } from './actions/authorization/policy/policy.ts'
import { directRequestRules, requestRules } from './actions/authorization/rules/request_rules.ts'
import { CLIENT_AUTHENTICATIONS } from './actions/client_auth/table.ts'
import { coreMetadata } from './actions/discovery/core_metadata.ts'
import { makeScreens } from './actions/pages/make_screens.ts'
import { formPost } from './actions/response_modes/form_post.ts'
import { fragment, query } from './actions/response_modes/query.ts'
import { Deadlines } from './adapters/deadlines.ts'
import { memoryAdapter } from './adapters/memory.ts'
import { Store } from './adapters/store.ts'
import { AccountFinder } from './assemble/account_finder.ts'
import { bindContext } from './assemble/bind_context.ts'
import { bindModels } from './assemble/bind_models.ts'
import { addParameters, type Contributions, collectFeatures } from './assemble/collect_features.ts'
import { defineMembers } from './assemble/define_members.ts'
import { fillSlots } from './assemble/fill_slots.ts'
import { GrantParameters } from './assemble/grant_parameters.ts'
import { makeGrantTypes } from './assemble/grant_types.ts'
import { OWN_MIDDLEWARE } from './assemble/host_middleware.ts'
import { KnownParameters } from './assemble/known_parameters.ts'
import { log, tellListeners, tellModelListeners, tellServerError } from './assemble/listeners.ts'
import { makeActions } from './assemble/make_actions.ts'
import { namedRoutes, Routes } from './assemble/routes.ts'
import { ClientKeystore } from './clients/client_keystore.ts'
import { ClientRegistry } from './clients/client_registry.ts'
import { guessableSecrets } from './clients/guessable_secrets.ts'
import { buildClientRules } from './clients/metadata/build_client_rules.ts'
import { unknownMetadata, unknownResponseModes } from './clients/metadata/unknown_metadata.ts'
import { unservedGrantTypes } from './clients/metadata/unserved_grant_types.ts'
import { SecretThrottle } from './clients/secret_throttle.ts'
import { checkSectorDocument } from './clients/sector_document.ts'
import { SectorDocuments } from './clients/sector_documents.ts'
import { signingKeysOf } from './clients/signing_keys.ts'
import { cookiesForIssuer } from './configuration/checks/cookies.ts'
import { isInTheClear, readIssuer } from './configuration/checks/issuer.ts'
import { DEFAULTS } from './configuration/defaults.ts'
import {
  ANY_ACCOUNT_WARNING,
  COOKIE_KEYS_WARNING,
  DEVELOPMENT_KEYS_WARNING,
  DEVELOPMENT_SCREENS_WARNING,
  HTTP_ISSUER_WARNING,
  INTERACTIONS_URL_WARNING,
  MEMORY_STORAGE_WARNING,
} from './configuration/notices.ts'
import { checkPlannedFeatures } from './configuration/planned_features.ts'
import { resolveConfiguration } from './configuration/resolve.ts'
import type { ResolvedConfiguration } from './configuration/resolved_configuration.ts'
import { RequestContext } from './engine/context.ts'
import { slot } from './engine/define_action.ts'
import { Documents } from './engine/documents/documents.ts'
import { Onlookers } from './engine/documents/onlookers.ts'
import { HostTimeout } from './engine/host_timeout.ts'
import type { ResponseMode, Runtime, SealedMode } from './engine/runtime.ts'
import { CLIENT_MEMBERS } from './features/client_members.ts'
import { CLIENT_METADATA } from './features/client_metadata.ts'
import { CONTEXT_MEMBERS } from './features/context_members.ts'
import { GRANT_TYPES } from './features/grant_types.ts'
import { FEATURES } from './features/index.ts'
import { PLANNED } from './features/planned.ts'
import { HmacCookieSigner } from './helpers/http/hmac_cookie_signer.ts'
import { isRecord } from './helpers/is_record.ts'
import { developmentKeys } from './helpers/jose/development_keys.ts'
import { Keystore } from './helpers/jose/keystore.ts'
import { UrlBuilder } from './helpers/uri/url_builder.ts'

/** A provider put together: its private state and the middleware that serves it. */
export interface Assembled {
  readonly rt: Runtime
  readonly routes: Routes
}

function makeKeystore({ jwks, logger }: ResolvedConfiguration): Keystore {
  if (jwks === undefined) logger.warn(DEVELOPMENT_KEYS_WARNING)
  return new Keystore(jwks ?? developmentKeys())
}

function makeCookieKeys({ cookies: { keys }, logger }: ResolvedConfiguration): CookieSigner | undefined {
  if ('sign' in keys) return keys
  const [first, ...others] = keys
  if (first !== undefined) return new HmacCookieSigner([first, ...others])
  logger.warn(COOKIE_KEYS_WARNING)
  return undefined
}

/** Screens of the host know people; a provider without screens may need nobody. */
function warnOfAnyAccount({ findAccount, interactions, logger }: ResolvedConfiguration): void {
  const hasScreens = interactions.url !== DEFAULTS.interactions.url
  if (hasScreens && findAccount === DEFAULTS.findAccount) logger.warn(ANY_ACCOUNT_WARNING)
}

/** Where end-users are sent: a feature's own screens, or those of the host. */
function withInteractionUrl(
  configuration: ResolvedConfiguration,
  added: Contributions,
): ResolvedConfiguration {
  const { interactionUrl } = added
  if (interactionUrl === undefined) {
    warnOfAnyAccount(configuration)
    return configuration
  }
  configuration.logger.warn(DEVELOPMENT_SCREENS_WARNING)
  if (configuration.interactions.url !== DEFAULTS.interactions.url)
    configuration.logger.warn(INTERACTIONS_URL_WARNING)
  return { ...configuration, interactions: { ...configuration.interactions, url: interactionUrl } }
}

/** Listeners may write into the parameters of a request as anybody may; it changes nothing. */
function withoutEffect(ctx: unknown, tell: () => void): void {
  const oidc = isRecord(ctx) ? ctx['oidc'] : undefined
  if (oidc instanceof RequestContext) oidc.keepingParameters(tell)
  else tell()
}

/** Puts a provider together: options, then its state, then models, then actions, then routes. */
export function assemble(
  provider: OIDCContext['provider'],
  app: Koa,
  givenIssuer: string,
  host: Configuration | undefined,
): Assembled {
  const { issuer } = readIssuer(givenIssuer)
  const resolved = resolveConfiguration(host, FEATURES)
  checkPlannedFeatures(resolved.features, PLANNED, FEATURES)
  const { logger } = resolved
  if (isInTheClear(issuer)) logger.warn(HTTP_ISSUER_WARNING)
  const added = collectFeatures(FEATURES, resolved)
  addParameters(added.params, atAuthorizationRequests([...resolved.extraParams.keys()]))
  const cookies = cookiesForIssuer(resolved.cookies, issuer, (message) => logger.info(message))
  const account = new AccountFinder(resolved.findAccount)
  const configuration = withInteractionUrl({ ...resolved, cookies }, added)

  const said = new Set<string>()
  const notify = (message: string) => {
    if (said.has(message)) return
    said.add(message)
    logger.warn(message)
  }
  for (const notice of added.notices) notify(notice)
  if (configuration.adapter === undefined) notify(MEMORY_STORAGE_WARNING)
  const store = new Store({
    adapter: configuration.adapter ?? memoryAdapter(),
    timeout: configuration.storageTimeout * 1000,
    notify,
  })

  const grantTypes = makeGrantTypes(configuration, added)
  const actions = makeActions(added, configuration.enableHttpPostMethods)
  const parameters = new KnownParameters()
  for (const { recognised } of actions) parameters.add(recognised.known, recognised.repeatable)
  for (const { params, repeatable } of grantTypes.values()) parameters.add(params, repeatable)
  const grantParameters = new GrantParameters(actions, grantTypes.values())
  const paths = namedRoutes(actions, configuration.routes)
  const registrable = new Set([...grantTypes.keys(), 'implicit'])
  const responseModes = new Map<string, ResponseMode | SealedMode>([
    ['query', query],
    ['fragment', fragment],
    ['form_post', formPost],
    ...added.responseModes,
  ])
  const registrableModes = new Set(responseModes.keys())
  const keystore = makeKeystore(configuration)
  const clientRules = buildClientRules(configuration, {
    features: CLIENT_METADATA,
    grantTypes: registrable,
    responseModes: registrableModes,
    signingKeys: signingKeysOf(keystore),
    chosenDefaults: new Set(Object.keys(host?.clientDefaults ?? {})),
  })
  const models = bindModels(() => rt)
  for (const members of CLIENT_MEMBERS)
    defineMembers(
      models.Client.prototype,
      members(() => rt),
    )
  const clients = new ClientRegistry({
    store,
    rules: clientRules,
    clients: configuration.clients,
    Client: models.Client,
    vouch: (client) => checkSectorDocument(rt, client),
  })
  for (const notice of guessableSecrets(configuration.clients)) logger.info(notice)
  for (const notice of unknownMetadata(configuration.clients, clientRules)) logger.info(notice)
  for (const notice of unknownResponseModes(configuration.clients, registrableModes)) logger.info(notice)
  const { policy } = configuration.interactions
  const onlookers = new Onlookers(app, OWN_MIDDLEWARE)

  const rt: Runtime = {
    provider,
    issuer,
    configuration,
    store,
    keystore,
    clientKeys: new ClientKeystore({ configuration }, added.freshKeySetsOnly ? 0 : undefined),
    sectorDocuments: new SectorDocuments({ configuration }),
    cookieKeys: makeCookieKeys(configuration),
    urls: new UrlBuilder(issuer, paths),
    screens: makeScreens(configuration.screens, {
      issuer,
      texts: FEATURES.flatMap(({ texts = [] }) => texts),
      notify: (notice) => logger.info(notice),
    }),
    models,
    account,
    clientRules,
    hostDeadlines: new Deadlines(
      configuration.storageTimeout * 1000,
      (called, timeout) => new HostTimeout(called, timeout),
    ),
    secretThrottle: new SecretThrottle(configuration.clientSecretThrottle),
    OIDCContext: bindContext(CONTEXT_MEMBERS, () => rt),
    policy: policy === undefined ? base() : toPolicy(policy),
    grantTypes,
    grantParameters,
    parameters,
    carryOver: added.carryOver,
    loginEnded: added.loginEnded,
    customGrantSteps: {
      resource: fillSlots([slot('client_resource')], added.steps),
      binding: fillSlots([slot('token_binding')], added.steps),
      response: fillSlots([slot('token_response')], added.steps),
    },
    requestRules: {
      front_channel: fillSlots(requestRules, added.steps),
      direct: fillSlots(directRequestRules, added.steps),
    },
    amendable: new Set([...AMENDABLE_PARAMETERS, ...resolved.extraParams.keys(), ...added.amendable]),
    tellsClaimsByToken: added.tellsClaimsByToken,
    responseModes,
    clientAuthentications: [...CLIENT_AUTHENTICATIONS, ...added.clientAuthentications],
    tokenSchemes: added.tokenSchemes,
    aliasOrigins: added.aliasOrigins,
    profileOf: added.profileOf ?? (() => undefined),
    takesTokensInQuery: configuration.acceptQueryParamAccessTokens && !added.refusesTokensInQuery,
    onlookers,
    documents: new Documents(onlookers),
    metadata: (urlFor) => ({
      ...configuration.discovery,
      ...coreMetadata(rt, urlFor),
      ...Object.assign({}, ...added.metadata.map((describe) => describe(urlFor, rt))),
    }),
    registerGrantType: (grantType) => {
      grantTypes.set(grantType.name, grantType)
      grantParameters.add(grantType)
      parameters.add(grantType.params, grantType.repeatable)
      registrable.add(grantType.name)
    },
    registerResponseMode: (name, handler) => {
      responseModes.set(name, handler)
      registrableModes.add(name)
    },
    loadClient: (clientId) => clients.load(clientId),
    knownClient: (clientId) => clients.known(clientId),
    isStaticClient: (clientId) => clients.isStatic(clientId),
    findClient: (clientId) => clients.find(clientId),
    announce: (event, model) => tellModelListeners(provider, logger, event, model),
    reportDamage: (error, ctx) => {
      if (ctx === undefined) log(logger, 'an entry in storage is damaged and counts as not there', error)
      else rt.serverError(ctx, error)
    },
    emit: (event, ...args) => {
      withoutEffect(args[0], () => {
        tellListeners(provider, logger, event, args)
        if (event === 'jwks.error') tellListeners(provider, logger, 'certificates.error', args)
      })
    },
    serverError: (ctx, thrown) => {
      withoutEffect(ctx, () => tellServerError(provider, logger, ctx, thrown))
    },
    checkCompleted: () => {
      for (const notice of unservedGrantTypes(configuration.clients, clientRules, registrable, GRANT_TYPES))
        notify(notice)
    },
    notify,
  }
  return { rt, routes: new Routes(actions, paths, rt) }
}
