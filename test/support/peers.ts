import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { developmentKeys } from '../../lib/helpers/jose/development_keys.ts'
import Provider from '../../lib/index.ts'
import { OpenServers } from './open_servers.ts'
import { ACCOUNT, startProvider, stopProviders } from './start_provider.ts'
import { CERTIFICATE } from './tls_certificate.ts'
import { UserAgent } from './user_agent.ts'

/** A provider that a client of ours logs in at. */
export interface Peer {
  readonly issuer: string
  agent(): UserAgent
}

/** Starts a provider with a configuration that all of them document. */
export type StartPeer = (
  configuration: Record<string, unknown>,
  /** Whether it asks for client certificates, over https. */
  options?: { tls: boolean },
) => Promise<Peer>

/** Made once: every provider having its own costs more than most tests. */
const KEYS = developmentKeys()

/** Anybody may show one, also without one who vouches for it. */
const WITH_CERTIFICATES = { ...CERTIFICATE, requestCert: true, rejectUnauthorized: false }

const running = new OpenServers()

export async function stopPeers(): Promise<void> {
  await running.stop()
  await stopProviders()
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []

/** Logs in, and consents to everything. */
async function answer(provider: PeerProvider, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { prompt, params } = await provider.interactionDetails(req, res)
  let result: Record<string, unknown> = { login: { accountId: ACCOUNT } }
  if (prompt.name === 'consent') {
    const grant = new provider.Grant({ accountId: ACCOUNT, clientId: String(params['client_id']) })
    grant.addOIDCScope(texts(prompt.details['missingOIDCScope']).join(' '))
    grant.addOIDCClaims(texts(prompt.details['missingOIDCClaims']))
    result = { consent: { grantId: await grant.save() } }
  }
  const location = await provider.interactionResult(req, res, result, { mergeWithLastSubmission: true })
  res.writeHead(303, { location }).end()
}

const peer =
  (
    load: () => Promise<new (issuer: string, configuration: Record<string, unknown>) => PeerProvider>,
  ): StartPeer =>
  async (configuration, { tls } = { tls: false }) => {
    const Provider = await load()
    const server = tls ? createTlsServer(WITH_CERTIFICATES) : createServer()
    server.keepAliveTimeout = 0
    const issuer = `http${tls ? 's' : ''}://localhost:${await running.listen(server, 'localhost')}`
    const { features, ...others } = configuration
    const provider = new Provider(issuer, {
      jwks: KEYS,
      findAccount: (_ctx: unknown, accountId: string) => ({
        accountId,
        claims: () => ({ sub: accountId, email: `${accountId}@example.com` }),
      }),
      cookies: { keys: ['a key for cookies'] },
      features: { devInteractions: { enabled: false }, ...Object(features) },
      ...others,
    })
    const serve = provider.callback()
    server.on('request', (req: IncomingMessage, res: ServerResponse) => {
      if (req.url?.startsWith('/interaction/')) answer(provider, req, res).catch(() => res.destroy())
      else serve(req, res)
    })
    return { issuer, agent: () => new UserAgent(issuer) }
  }

const overTls = peer(async () => Provider)

/** The provider of this package. */
export const ours: StartPeer = (configuration, options): Promise<Peer> =>
  options?.tls === true ? overTls(configuration, options) : startProvider(configuration)

/** The providers that are logged in at; the last two as they come from the registry. */
export const PEERS: Readonly<Record<string, StartPeer>> = {
  'openid-provider': ours,
  'oidc-provider 8': peer(async () => (await import('oidc-provider-8')).default),
  'oidc-provider 9': peer(async () => (await import('oidc-provider-9')).default),
}
