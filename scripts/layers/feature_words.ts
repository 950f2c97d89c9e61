import type { Sources } from './sources.ts'

/** Option names, own types and wire names of each feature: who else writes them knows too much. */
const WORDS: Readonly<Record<string, RegExp>> = {
  backchannel_logout: /\bbackchannelLogout\w*|\bbackchannel_logout\w*|\bBackchannelLogout\w*/,
  ciba: /\bciba\b|\bCiba\w+|\bBackchannelAuthenticationRequest\w*|\bbackchannel(?:_(?:auth|token|client|user)|Auth|Token|Client|User)\w*/,
  claims_parameter: /\bclaimsParameter\b|\bassertClaimsParameter\b|\bclaims_parameter\w*/,
  client_credentials: /\bclientCredentials\b|\bClientCredentials\b|\bclient_credentials\b/,
  dev_interactions: /\bdevInteractions\b/,
  device_flow:
    /\bdeviceFlow\b|\bDeviceCode\b|\bdeviceCode\b|\bdevice_(?:code|authorization|resume|verification|resume)\b|\bverification_uri\w*/,
  dpop: /\bdPoP\w*|\bdpop\w*|\bDPoP\w*|\bDpop\w*/i,
  encryption: /\bfeatures\.encryption\b|'encryption'/,
  fapi: /\bfapi\b|\bisFapi\b|\bfapiProfile\b/,
  frontchannel_logout: /\bfrontchannel\w*|\bFrontchannel\w*/,
  jwt_bearer: /\bjwtBearer\b|\bJwtBearer\w*/,
  introspection: /\bintrospection\w*|\bIntrospection\w*|\bjwtIntrospection\b/,
  jwt_response_modes: /\bjwtResponseModes\b|\bauthorization_(?:signed|encrypted)\w*/,
  mtls: /\bmTLS\b|\btls_client\w*|\btlsClient\w*|\bself_signed_tls\w*|\bselfSignedTls\w*|\bmtls_\w+/,
  pushed_authorization_requests:
    /\b\w*[pP]ushedAuthorizationRequest\w*|\b(?:require_)?pushed_authorization_request\w*|\ballowUnregisteredRedirectUris\b/,
  registration:
    /\bRegistrationAccessToken\b|\bregistrationAccessToken\b|\bInitialAccessToken\b|\binitialAccessToken\b|\bregistrationManagement\b|\bregistration_(?:endpoint|access_token|client_uri)\b|\brotateRegistrationAccessToken\b/,
  request_objects:
    /\brequestObjects\b|\brequest_object_\w+|\brequire_signed_request_object\b|\brequest_uris?\b|\brequestUris?\b|\brequireSignedRequestObject\b/,
  resource_indicators:
    /\bresourceIndicators\b|\bgetResourceServerInfo\b|\buseGrantedResource\b|\bdefaultResource\b/,
  revocation: /\brevocation\b/,
  rp_initiated_logout: /\brpInitiatedLogout\b|\bpost_logout\w*|\bpostLogout\w*|\bend_session_endpoint\b/,
  session_management: /\bsessionManagement\b|\bcheck_session\w*|\bsession_state\b/,
  token_exchange: /\btokenExchange\b|\bTokenExchange\w*|\bresourceOfAudience\b/,
  userinfo: /\bjwtUserinfo\b|\buserinfo_\w+|\bfeatures\.userinfo\b|\buserinfo(?:Signed|Encrypted)\w*/,
  web_message_response_mode: /\bwebMessage\w*|\bweb_message\w*/,
  webfinger: /\b[wW]eb[fF]inger\w*/,
}

/** Types of a feature stand in a file of this name. */
const typesFile = (feature: string) => `types/features/${feature}.ts`

/**
 * Where a name may stand outside of its room all the same, and why. The first that fits counts: a path, or the
 * beginning of one, and the features it is for.
 */
const EXCEPTIONS: readonly (readonly [path: string, features: string, reason: string])[] = [
  [
    'lib/features/',
    '*',
    'the registries; rooms may name what they work together with, imports are checked apart',
  ],
  ['types/features/', '*', 'the registry; options may name what their feature works together with'],
  [
    'types/configuration.ts',
    'ciba client_credentials device_flow introspection mtls revocation',
    'functions of the host that are handed codes and tokens of every kind; comments that say what needs what',
  ],
  ['types/find_account.ts', 'ciba device_flow', 'it is handed codes and tokens of every kind'],
  ['types/adapter.ts', 'ciba device_flow', 'names of models in the adapter contract'],
  ['types/model_name.ts', '*', 'names of models in the adapter contract'],
  ['types/client.ts', 'mtls', 'the ways to authenticate, in one list'],
  ['types/errors.ts', 'web_message_response_mode', 'the error codes, in one list'],
  ['types/resource_server.ts', 'client_credentials', 'the comment names the option that comes before it'],
  ['lib/configuration/known_features.ts', '*', 'the registry that option names are checked against'],
  [
    'lib/configuration/defaults.ts',
    '*',
    'defaults of documented options outside of features: ttl, routes, enabledJWA',
  ],
  [
    'lib/configuration/checks/',
    '*',
    'checks of documented options outside of features: ttl, enabledJWA, body limits',
  ],
  ['lib/configuration/notices.ts', 'dev_interactions', 'warnings name the option that ends them'],
  ['lib/helpers/errors.ts', '*', 'error classes of the documented surface'],
  [
    'lib/helpers/jose/client_keys.ts',
    '*',
    'client metadata that name algorithms, as RFC 7591 registers them',
  ],
  [
    'lib/helpers/http/read_access_token.ts',
    'dpop',
    'authentication schemes of RFC 9110 that carry access tokens',
  ],
  [
    'lib/helpers/uri/sector_identifier.ts',
    'ciba device_flow',
    'grants without redirects, OpenID Connect Core 1.0 §8.1',
  ],
  ['lib/adapters/', '*', 'names of models in the adapter contract'],
  ['lib/development/', '*', 'a host: it configures features as every host does'],
  ['lib/relying_party/', '*', 'the other side of every feature, on the wire'],
  ['types/relying_party/', '*', 'the other side of every feature, on the wire'],
  ['lib/clients/client.ts', '*', 'properties of the documented class'],
  ['lib/clients/metadata/descriptor.ts', '*', 'names of the lists of enabledJWA'],
  [
    'lib/clients/metadata/pairwise_rules.ts',
    'ciba mtls',
    'who proves a sector by keys, OpenID Connect Core 1.0 §8.1',
  ],
  [
    'lib/clients/metadata/build_client_rules.ts',
    'backchannel_logout rp_initiated_logout',
    'methods of the documented class that extra properties must not hide',
  ],
  ['lib/models/bearer_token.ts', 'dpop', 'token types of tokens that are bound to a key, RFC 6749 §7.1'],
  ['lib/models/resource_server.ts', 'resource_indicators', 'errors name the option that returned it'],
  ['lib/models/interaction.ts', 'device_flow', 'a documented stored property'],
  ['lib/models/authorization_code.ts', 'dpop', 'a documented stored property'],
  [
    'lib/actions/presented_token/',
    'client_credentials',
    'kinds of the adapter contract that clients ask about and give back, RFC 7662 and RFC 7009',
  ],
  ['lib/actions/authorization/authorization_requests.ts', '*', 'routes that take authorization requests'],
  [
    'lib/actions/authorization/authorization.ts',
    '*',
    'parameters of OpenID Connect Core 1.0 §3.1.2.6 that are refused by name',
  ],
  [
    'lib/actions/authorization/reasons.ts',
    '*',
    'parameters of OpenID Connect Core 1.0 §3.1.2.6 that are refused by name',
  ],
  [
    'lib/actions/authorization/rules/refuse_unsupported.ts',
    '*',
    'parameters of OpenID Connect Core 1.0 §3.1.2.6 that are refused by name',
  ],
  [
    'lib/actions/discovery/core_metadata.ts',
    '*',
    'members whose absence would mean true, OpenID Connect Discovery 1.0 §3',
  ],
]

const exceptionFor = (file: string, feature: string) =>
  EXCEPTIONS.find(
    ([path, features]) =>
      file.startsWith(path) && (features === '*' || features.split(' ').includes(feature)),
  )

/** The core never names an optional feature. */
export function* misplacedWords(sources: Sources): Generator<string> {
  const used = new Set<(typeof EXCEPTIONS)[number]>()
  for (const [file, { text }] of sources) {
    for (const [feature, words] of Object.entries(WORDS)) {
      const found = words.exec(text)
      if (found === null || file === typesFile(feature)) continue
      const exception = exceptionFor(file, feature)
      if (exception !== undefined) used.add(exception)
      else yield `${file} names '${found[0]}', which belongs to lib/features/${feature}/`
    }
  }
  for (const exception of EXCEPTIONS) {
    if (!used.has(exception)) yield `the exception for ${exception[0]} is not needed any more`
  }
}
