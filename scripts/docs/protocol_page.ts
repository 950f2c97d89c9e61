/** The page about endpoints, grant types, response types and modes. */
import { collectFeatures } from '../../lib/assemble/collect_features.ts'
import { makeGrantTypes } from '../../lib/assemble/grant_types.ts'
import { makeActions } from '../../lib/assemble/make_actions.ts'
import { namedRoutes } from '../../lib/assemble/routes.ts'
import { resolveConfiguration } from '../../lib/configuration/resolve.ts'
import { FEATURES } from '../../lib/features/index.ts'
import { GENERATED, heading } from './markdown.ts'

type Row = readonly [needs: string, text: string]

/** By name of the route. */
const ROUTES: Readonly<Record<string, Row>> = {
  authorization: ['', 'Asks for a login or an authorization (RFC 6749 §3.1)'],
  resume: ['', 'Where the browser returns to from the screens of the host'],
  token: ['', 'Exchanges codes, refresh tokens and what grants bring (RFC 6749 §3.2)'],
  jwks: ['', 'Public keys (RFC 7517 §5)'],
  discovery: ['', 'What the provider can do (OpenID Connect Discovery 1.0 §4)'],
  authorization_server_metadata: ['', 'The same for OAuth clients (RFC 8414 §3)'],
  backchannel_authentication: [
    'ciba',
    'Asks for a login on another device (OpenID Connect CIBA Core 1.0 §7)',
  ],
  interaction: ['devInteractions', 'Screens for development'],
  interaction_submit: ['devInteractions', 'Their forms'],
  interaction_switch: ['devInteractions', 'Their form for somebody else'],
  interaction_abort: ['devInteractions', 'Their *Cancel*'],
  device_authorization: ['deviceFlow', 'Gives codes to a device (RFC 8628 §3.1)'],
  code_verification: ['deviceFlow', 'Where people enter the code of a device (RFC 8628 §3.3)'],
  device_resume: ['deviceFlow', 'Where the browser returns to from the screens of the host'],
  introspection: ['introspection', 'Tells an API about a token (RFC 7662 §2)'],
  pushed_authorization_request: [
    'pushedAuthorizationRequests',
    'Takes an authorization request beforehand (RFC 9126 §2)',
  ],
  registration: ['registration', 'Registers a client (RFC 7591 §3)'],
  client: ['registration', 'Reads the metadata of a registered client (RFC 7592 §2.1)'],
  client_update: ['registrationManagement', 'Changes them (RFC 7592 §2.2)'],
  client_delete: ['registrationManagement', 'Removes the client (RFC 7592 §2.3)'],
  revocation: ['revocation', 'Ends a token (RFC 7009 §2)'],
  end_session: ['rpInitiatedLogout', 'Asks for a logout (OpenID Connect RP-Initiated Logout 1.0 §2)'],
  end_session_confirm: ['rpInitiatedLogout', 'The form of its page'],
  end_session_success: ['rpInitiatedLogout', 'The page that says so'],
  check_session: [
    'sessionManagement',
    'The frame that applications ask whether a login has changed (OpenID Connect Session Management 1.0 §3.2)',
  ],
  webfinger: ['webfinger', 'Says who is responsible for an account (RFC 7033)'],
  userinfo: ['userinfo', 'Claims for an access token (OpenID Connect Core 1.0 §5.3)'],
}

const GRANTS: Readonly<Record<string, Row>> = {
  authorization_code: ['', 'An authorization code (RFC 6749 §4.1.3)'],
  refresh_token: ['', 'A refresh token (RFC 6749 §6)'],
  'urn:openid:params:grant-type:ciba': [
    'ciba',
    'A login on another device (OpenID Connect CIBA Core 1.0 §10.1)',
  ],
  client_credentials: ['clientCredentials', 'The client itself (RFC 6749 §4.4)'],
  'urn:ietf:params:oauth:grant-type:device_code': ['deviceFlow', 'A device code (RFC 8628 §3.4)'],
  'urn:ietf:params:oauth:grant-type:jwt-bearer': [
    'jwtBearer',
    'An assertion of somebody you trust (RFC 7523 §2.1)',
  ],
  'urn:ietf:params:oauth:grant-type:token-exchange': ['tokenExchange', 'Another token (RFC 8693)'],
}

/** Those of the authorization endpoint; which are on is decided by `responseTypes`. */
const RESPONSE_TYPES = `| Response type | On by default | What comes back | Mode by default |
| --- | --- | --- | --- |
| \`code\` | yes | a code, exchanged at the token endpoint. The one to use | \`query\` |
| \`code id_token\` | yes | a code and an ID Token (OpenID Connect Core 1.0 §3.3) | \`fragment\` |
| \`id_token\` | yes | an ID Token alone (§3.2) | \`fragment\` |
| \`none\` | yes | nothing but \`state\` (OAuth 2.0 Multiple Response Type Encoding Practices §4) | \`query\` |
| \`id_token token\`, \`code token\`, \`code id_token token\` | no | access tokens in the address of the browser, where others may see them (RFC 9700 §2.1.2) | \`fragment\` |`

const MODES: Readonly<Record<string, Row>> = {
  query: ['', 'In the query of the redirect. Not for what holds tokens'],
  fragment: ['', 'In the fragment of the redirect, which is not sent to servers'],
  form_post: ['', 'A form that a page posts (OAuth 2.0 Form Post Response Mode 1.0)'],
  jwt: [
    'jwtResponseModes',
    'The answer as a signed JWT, by the mode that the response type has by default (JARM §2.3.4)',
  ],
  'query.jwt': ['jwtResponseModes', 'A JWT in the query (JARM §2.3.1)'],
  'fragment.jwt': ['jwtResponseModes', 'A JWT in the fragment (JARM §2.3.2)'],
  'form_post.jwt': ['jwtResponseModes', 'A JWT in a form (JARM §2.3.3)'],
  'web_message.jwt': ['jwtResponseModes', 'A JWT in a message; needs `features.webMessageResponseMode`, too'],
  web_message: ['webMessageResponseMode', 'A message to the window that opened it, or has it in a frame'],
}
/** Options without which a feature cannot be turned on. */
const REQUIRED: Readonly<Record<string, object>> = { fapi: { profile: '2.0' } }
/** Those that stand in the core. */
const CORE_MODES = ['query', 'fragment', 'form_post']

const SILENT = { info() {}, warn() {}, error() {} }

function everything() {
  const features = Object.fromEntries(
    FEATURES.map(({ name, version }) => {
      const ack = [version ?? []].flat().at(-1)
      return [name, { ...REQUIRED[name], enabled: true, ...(ack === undefined ? {} : { ack }) }]
    }),
  )
  return resolveConfiguration({ features, logger: SILENT }, FEATURES)
}

/** @throws Error where something has no entry, or an entry has nothing behind it */
function checkNames(what: string, found: Iterable<string>, described: object): void {
  const names = new Set(found)
  const missing = [...names].filter((name) => !(name in described))
  const left = Object.keys(described).filter((name) => !names.has(name))
  if (missing.length + left.length > 0)
    throw new Error(`${what}: no entry for ${missing}; nothing behind ${left}`)
}

const needs = (feature: string) => (feature === '' ? '' : `\`features.${feature}\``)

function simpleTable(title: string, rows: Readonly<Record<string, Row>>): string {
  const lines = Object.entries(rows).map(
    ([name, [feature, text]]) => `| \`${name}\` | ${text} | ${needs(feature)} |`,
  )
  return [`| ${title} | What it is | Needs |`, '| --- | --- | --- |', ...lines].join('\n')
}

function routesTable(): string {
  const configuration = everything()
  const added = collectFeatures(FEATURES, configuration)
  const actions = makeActions(added, true).filter(({ name }) => !name.startsWith('cors.'))
  const paths = namedRoutes(actions, configuration.routes)
  checkNames('routes', paths.keys(), ROUTES)
  checkNames('grant types', makeGrantTypes(configuration, added).keys(), GRANTS)
  checkNames('response modes', [...CORE_MODES, ...added.responseModes.keys()], MODES)
  const lines = actions.map(({ name, methods }) => {
    const [feature = '', text = ''] = ROUTES[name] ?? []
    return `| \`${name}\` | \`${paths.get(name)}\` | ${methods.join(', ')} | ${text} | ${needs(feature)} |`
  })
  return ['| Name | Path | Methods | What it is | Needs |', '| --- | --- | --- | --- | --- |', ...lines].join(
    '\n',
  )
}

export function protocolPage(): string {
  return `${[
    heading(1, 'Endpoints, grant types, response types and modes'),
    GENERATED.replace('the comments in types/', 'what the library has'),
    heading(2, 'Endpoints'),
    `Names are those of \`provider.urlFor(name)\`, \`provider.pathFor(name)\` and \`ctx.oidc.route\`. Paths are the defaults, relative to
the issuer; [\`routes\`](../configuration.md#routes) changes them. \`cors.<name>\` answers preflight requests.`,
    routesTable(),
    `\`\`\`js
provider.urlFor('authorization') // 'https://op.example.com/auth'
provider.pathFor('resume', { uid: 'abc' }) // '/auth/abc'
\`\`\``,
    heading(2, 'Grant types'),
    `What the token endpoint takes, if the client's \`grant_types\` has it. More: \`provider.registerGrantType()\`, see
[grants of your own](../guides/custom_grants.md).`,
    simpleTable('Grant type', GRANTS),
    heading(2, 'Response types'),
    'What the authorization endpoint answers with, if [`responseTypes`](../configuration.md#responsetypes) and the client allow it.',
    RESPONSE_TYPES,
    heading(2, 'Response modes'),
    'How the answer travels. More: `provider.registerResponseMode()`.',
    simpleTable('Response mode', MODES),
  ].join('\n\n')}\n`
}

/** @param planned features that have options already, by name */
export function featuresPage(known: Iterable<readonly [name: string, text: string]>): string {
  const built = new Map<string, (typeof FEATURES)[number]>(FEATURES.map((feature) => [feature.name, feature]))
  const rows = [...known].map(([name, text]) => {
    const feature = built.get(name)
    const status = feature === undefined ? 'not available yet' : feature.defaults.enabled ? 'on' : 'off'
    const draft = feature?.version === undefined ? '' : ', a draft'
    return `| [\`${name}\`](../configuration.md#features${name.toLowerCase()}) | ${text} | ${feature?.spec ?? ''}${draft} | ${status} |`
  })
  return `${[
    heading(1, 'Features'),
    GENERATED,
    'Optional parts, turned on and off by `features.<name>.enabled`. One that is off costs nothing, and its endpoints are not there.',
    ['| Feature | What it is | Specification | By default |', '| --- | --- | --- | --- |', ...rows].join(
      '\n',
    ),
  ].join('\n\n')}\n`
}
