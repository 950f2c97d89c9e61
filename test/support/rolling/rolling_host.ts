import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { developmentKeys } from '../../../lib/helpers/jose/development_keys.ts'
import Provider from '../../../lib/index.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { CALL_CENTRE } from '../ciba.ts'
import { TV } from '../device.ts'
import { ACCOUNT, RunningProvider, WEB_CLIENT } from '../start_provider.ts'
import { SharedRows } from './shared_rows.ts'

/** Who serves a request: this package, or the one that the host comes from. */
export type Side = 'ours' | 'theirs'

export const LOGGED_OUT_URI = 'https://rp.example.com/out'
export const API = 'urn:example:api'

/** It proves who it is by assertions, and is nobody's behalf. */
export const ASSERTING: ClientMetadata = {
  client_id: 'asserting',
  client_secret: WEB_CLIENT.client_secret,
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_jwt',
}

const CLIENTS: ClientMetadata[] = [
  {
    ...WEB_CLIENT,
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    post_logout_redirect_uris: [LOGGED_OUT_URI],
  },
  ASSERTING,
  TV,
  CALL_CENTRE,
]

const SILENT = { info() {}, warn() {}, error() {} }

/** What the host gives to either: nothing but what both document. */
const configuration = (rows: SharedRows, name: string): Configuration => ({
  adapter: rows.adapter,
  jwks: KEYS,
  cookies: { keys: ['a key for cookies'] },
  clients: CLIENTS,
  claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
  findAccount: async (_ctx, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, email: `${id}@example.com`, name: 'Alice' }),
  }),
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    claimsParameter: { enabled: true },
    dPoP: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    // Version 8 and version 9 call it differently.
    requestObjects: name === 'oidc-provider-8' ? { request: true } : { enabled: true },
    deviceFlow: { enabled: true },
    registration: { enabled: true, initialAccessToken: true },
    registrationManagement: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: async () => ({ scope: 'api:read', accessTokenFormat: 'opaque' }),
    },
    ciba: {
      enabled: true,
      deliveryModes: ['poll'],
      processLoginHint: async (_ctx, hint) => hint,
      validateRequestContext: async () => {},
      validateBindingMessage: async () => {},
      verifyUserCode: async () => {},
      triggerAuthenticationDevice: async () => {},
    },
  },
  ttl: {
    AccessToken: 3600,
    AuthorizationCode: 600,
    BackchannelAuthenticationRequest: 600,
    ClientCredentials: 600,
    DeviceCode: 600,
    Grant: 86_400,
    IdToken: 3600,
    Interaction: 3600,
    RefreshToken: 86_400,
    Session: 86_400,
  },
})

const KEYS = developmentKeys()

/** Loads the provider of another package; its source is none of our business. */
async function loadProvider(name: string): Promise<typeof Provider> {
  const { default: Implementation } = await import(name)
  return Implementation
}

/** The end-user logs in, and allows everything. */
async function answerPrompt(provider: Provider, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { params, prompt } = await provider.interactionDetails(req, res)
  if (prompt.name === 'login') {
    const login = { accountId: ACCOUNT, acr: 'urn:example:password', amr: ['pwd'] }
    return provider.interactionFinished(req, res, { login })
  }
  const grant = new provider.Grant({ accountId: ACCOUNT, clientId: String(params['client_id']) })
  grant.addOIDCScope(String(params['scope'] ?? 'openid'))
  grant.addOIDCClaims(['email', 'name'])
  grant.addResourceScope(API, 'api:read')
  return provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } })
}

function listener(provider: Provider): RequestListener {
  const serve = provider.callback()
  return (req, res) => {
    if (req.url?.startsWith('/interaction/') !== true) serve(req, res)
    else answerPrompt(provider, req, res).catch((error: Error) => res.writeHead(500).end(error.message))
  }
}

/** A host that moves from one package to the other, process by process, on one storage and under one address. */
export class RollingHost {
  readonly rows: SharedRows
  readonly providers: Readonly<Record<Side, Provider>>
  readonly op: RunningProvider
  /** What either of them took for a failure of its own. */
  readonly serverErrors: unknown[] = []
  #turns: readonly Side[] = ['theirs']
  #turn = 0

  private constructor(rows: SharedRows, providers: Record<Side, Provider>, origin: string) {
    this.rows = rows
    this.providers = providers
    this.op = new RunningProvider(providers.ours, origin, WEB_CLIENT)
    for (const provider of Object.values(providers))
      provider.on('server_error', (_ctx, error) => this.serverErrors.push(error))
  }

  /** @param name the package that the host comes from */
  static async start(name: string): Promise<RollingHost> {
    const server = createServer()
    server.keepAliveTimeout = 0
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    server.unref()
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no address')
    const origin = `http://127.0.0.1:${address.port}`
    const rows = new SharedRows()
    const Theirs = await loadProvider(name)
    const providers = {
      ours: new Provider(origin, { ...configuration(rows, name), logger: SILENT }),
      theirs: new Theirs(origin, configuration(rows, name)),
    }
    const host = new RollingHost(rows, providers, origin)
    const listeners = { ours: listener(providers.ours), theirs: listener(providers.theirs) }
    server.on('request', (req, res) => listeners[host.#next()](req, res))
    return host
  }

  /** From now on requests go to these, in turns. */
  servedBy(...turns: readonly Side[]): void {
    this.#turns = turns
    this.#turn = 0
  }

  /** What another client does here. */
  as(client: ClientMetadata): RunningProvider {
    return new RunningProvider(this.providers.ours, this.op.origin, client)
  }

  #next(): Side {
    const side = this.#turns[this.#turn % this.#turns.length]
    this.#turn += 1
    return side ?? 'ours'
  }
}
