import { createHash, randomBytes } from 'node:crypto'
import { type EventEmitter, once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import express from 'express'
import type { Middleware } from 'koa'
import { developmentKeys } from '../../lib/helpers/jose/development_keys.ts'
import Provider, { errors } from '../../lib/index.ts'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import type { ProviderEvents } from '../../types/events.ts'
import type { InteractionResults } from '../../types/models.ts'
import { OpenServers } from './open_servers.ts'
import { closeStorage, ownStorage } from './storage.ts'
import { type Observed, UserAgent } from './user_agent.ts'

export const REDIRECT_URI = 'https://rp.example.com/cb'
export const ACCOUNT = 'alice'

/** Made once: every provider having its own costs more than most tests. */
const SIGNING_KEYS = developmentKeys()

/** A confidential client that may do everything the core can. */
export const WEB_CLIENT: ClientMetadata = {
  client_id: 'web',
  client_secret: 'a secret with 32 characters or so',
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'client_secret_post',
}

/** Says nothing: tests that want to hear the provider pass their own. */
const SILENT = { info() {}, warn() {}, error() {} }

export interface StartOptions {
  /** Mounts the provider at this path, into express unless `host` does it. */
  mountPath?: string
  /** The application that the provider is put into. */
  host?: (provider: Provider, mountPath: string) => RequestListener
  /** What the provider is reached as, when it is not asked directly. @default its own address */
  issuer?: string
  /** Runs in front of the provider. */
  use?: readonly Middleware[]
  /** `false` leaves the screens of features.devInteractions in reach. @default true */
  screens?: boolean
  /** Is told every answer to an agent. */
  observe?: (observed: Observed) => void
  /** How the end-user's screens answer a prompt; the default logs ACCOUNT in and consents to everything. */
  interact?: (
    provider: Provider,
    prompt: string,
    missing: Missing,
  ) => InteractionResults | Promise<InteractionResults>
}

/** What a consent prompt asks for. */
export interface Missing {
  clientId: string
  scope: string[]
  claims: string[]
  resources: Record<string, string[]>
}

export interface TokenAnswer {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

const running = new OpenServers()

/** Stops every provider that a test started. */
export async function stopProviders(): Promise<void> {
  await running.stop()
  closeStorage()
}

export const pkce = () => {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

async function consentToAll(
  provider: Provider,
  prompt: string,
  missing: Missing,
): Promise<InteractionResults> {
  if (prompt === 'login') return { login: { accountId: ACCOUNT } }
  const grant = new provider.Grant({ accountId: ACCOUNT, clientId: missing.clientId })
  grant.addOIDCScope(missing.scope.join(' '))
  grant.addOIDCClaims(missing.claims)
  for (const [resource, scopes] of Object.entries(missing.resources))
    grant.addResourceScope(resource, scopes.join(' '))
  return { consent: { grantId: await grant.save() } }
}

/** A running provider, and what a client and an end-user do with it. */
export class RunningProvider {
  readonly provider: Provider
  readonly issuer: string
  readonly origin: string
  readonly client: ClientMetadata
  readonly #observe: StartOptions['observe']
  /** Errors that were ours; a test that expects none checks that it is empty. */
  readonly serverErrors: unknown[] = []

  constructor(provider: Provider, origin: string, client: ClientMetadata, observe?: StartOptions['observe']) {
    this.#observe = observe
    this.provider = provider
    this.issuer = provider.issuer
    this.origin = origin
    this.client = client
    provider.on('server_error', (_ctx, error) => this.serverErrors.push(error))
  }

  agent(): UserAgent {
    return new UserAgent(this.origin, this.#observe)
  }

  /** The arguments of the next event of this name. */
  next(event: keyof ProviderEvents): Promise<unknown[]> {
    const emitter: EventEmitter = this.provider
    return once(emitter, event)
  }

  /** The error that the next `*.error` event tells. */
  async nextError(event: keyof ProviderEvents & `${string}.error`): Promise<errors.OIDCProviderError> {
    const error = (await this.next(event)).find((argument) => argument instanceof errors.OIDCProviderError)
    if (error === undefined) throw new Error(`${event} told no OIDCProviderError`)
    return error
  }

  authorizationUrl(params: Record<string, string> = {}): string {
    const query = {
      client_id: this.client.client_id,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: REDIRECT_URI,
      ...params,
    }
    return `${this.provider.urlFor('authorization')}?${new URLSearchParams(query)}`
  }

  /** Sends an authorization request and answers every prompt. @returns where the browser ended, and what it carried */
  async authorize(params: Record<string, string> = {}, agent: UserAgent = this.agent()) {
    const { verifier, challenge } = pkce()
    const proof = { code_challenge: challenge, code_challenge_method: 'S256' }
    const response = await agent.follow(await agent.get(this.authorizationUrl({ ...proof, ...params })))
    const location = response.headers.get('location')
    const answer = location === null ? new URLSearchParams() : new URL(location).searchParams
    return { response, location, agent, verifier, answer, code: answer.get('code') ?? '' }
  }

  async token(params: Record<string, string>, headers: Record<string, string> = {}): Promise<TokenAnswer> {
    const { client_id, client_secret, token_endpoint_auth_method: method } = this.client
    const credentials: Record<string, string> = { client_id }
    if (method === 'client_secret_post' && client_secret !== undefined)
      credentials['client_secret'] = client_secret
    return this.post('token', { ...credentials, ...params }, headers)
  }

  /** Posts a form to a named route. */
  async post(
    route: string,
    form: Record<string, string> | string,
    headers: Record<string, string> = {},
  ): Promise<TokenAnswer> {
    const response = await this.agent().post(this.provider.urlFor(route), form, headers)
    return { status: response.status, headers: response.headers, body: await json(response) }
  }

  /** Exchanges a code. */
  exchange(code: string, verifier: string, params: Record<string, string> = {}): Promise<TokenAnswer> {
    return this.token({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: REDIRECT_URI,
      ...params,
    })
  }

  refresh(refreshToken: unknown, params: Record<string, string> = {}): Promise<TokenAnswer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: String(refreshToken), ...params })
  }

  async userinfo(accessToken: unknown): Promise<TokenAnswer> {
    const response = await this.agent().get(this.provider.urlFor('userinfo'), {
      authorization: `Bearer ${accessToken}`,
    })
    return { status: response.status, headers: response.headers, body: await json(response) }
  }

  /** Logs in, consents and exchanges the code. */
  async login(params: Record<string, string> = {}) {
    const { code, verifier, agent } = await this.authorize(params)
    const tokens = await this.exchange(code, verifier)
    return { ...tokens, agent, code, verifier }
  }
}

async function json(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text()
  const value: unknown = text.startsWith('{') ? JSON.parse(text) : {}
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** Stands in for the host's screens. */
function screens(
  provider: Provider,
  prefix: string,
  interact: NonNullable<StartOptions['interact']>,
): Middleware {
  return async (ctx, next) => {
    const isScreen = [prefix, ''].some((start) => ctx.path.startsWith(`${start}/interaction/`))
    if (!isScreen) return next()
    const { prompt, params } = await provider.interactionDetails(ctx.req, ctx.res)
    const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details
    const result = await interact(provider, prompt.name, {
      clientId: String(params['client_id']),
      scope:
        strings(missingOIDCScope).length > 0
          ? strings(missingOIDCScope)
          : String(params['scope'] ?? '').split(' '),
      claims: strings(missingOIDCClaims),
      resources: Object.fromEntries(
        Object.entries(missingResourceScopes ?? {}).map(([name, scopes]) => [name, strings(scopes)]),
      ),
    })
    ctx.status = 303
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
  }
}

const inExpress = (provider: Provider, mountPath: string): RequestListener =>
  mountPath === '' ? provider.callback() : express().use(mountPath, provider.callback())

/** Starts a provider on a free loopback port; `stopProviders` ends it. */
export async function startProvider(
  configuration: Configuration = {},
  options: StartOptions = {},
): Promise<RunningProvider> {
  const {
    mountPath = process.env['TEST_MOUNT_PATH'] ?? '',
    use = [],
    interact = consentToAll,
    host = inExpress,
    screens: hasScreens = true,
  } = options
  const server = createServer()
  // A connection that the server closes while a request is on its way would fail the test.
  server.keepAliveTimeout = 0
  const port = await running.listen(server)
  const origin = `http://127.0.0.1:${port}`

  const clients = configuration.clients ?? [WEB_CLIENT]
  const provider = new Provider(options.issuer ?? `${origin}${mountPath}`, {
    logger: SILENT,
    jwks: SIGNING_KEYS,
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, name: 'Alice' }),
    }),
    cookies: { keys: ['a key for cookies'] },
    interactions: { url: (_ctx, { uid }) => `${mountPath}/interaction/${uid}` },
    ...(await ownStorage()),
    ...configuration,
    clients,
    features: { devInteractions: { enabled: false }, ...configuration.features },
  })
  for (const middleware of use) provider.use(middleware)
  if (hasScreens) provider.use(screens(provider, mountPath, interact))
  server.on('request', host(provider, mountPath))
  return new RunningProvider(provider, origin, clients[0] ?? WEB_CLIENT, options.observe)
}
