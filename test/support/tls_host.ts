import { createServer, type RequestOptions, request } from 'node:https'
import { TLSSocket } from 'node:tls'
import { developmentKeys } from '../../lib/helpers/jose/development_keys.ts'
import Provider from '../../lib/index.ts'
import type { Configuration } from '../../types/configuration.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { MTLSOptions } from '../../types/features/mtls.ts'
import type { Authority, Credential } from './certificates.ts'
import { OpenServers } from './open_servers.ts'

const running = new OpenServers()

/** Ends every server that a test started. */
export async function stopTlsHosts(): Promise<void> {
  await running.stop()
}

const socketOf = (ctx: KoaContextWithOIDC): TLSSocket => {
  if (ctx.socket instanceof TLSSocket) return ctx.socket
  throw new Error('the connection is not encrypted')
}

/** What a host writes whose own process ends TLS. */
export const TLS_HOOKS = {
  getCertificate: (ctx: KoaContextWithOIDC) => socketOf(ctx).getPeerX509Certificate(),
  certificateAuthorized: (ctx: KoaContextWithOIDC) => socketOf(ctx).authorized,
  certificateSubjectMatches(ctx, property, expected) {
    const certificate = socketOf(ctx).getPeerX509Certificate()
    return (
      certificate !== undefined && ctx.oidc.provider.certificateHasSubject(certificate, property, expected)
    )
  },
} satisfies MTLSOptions

export interface TlsHost {
  readonly provider: Provider
  readonly issuer: string
  readonly serverErrors: unknown[]
}

/** A provider behind its own TLS, which asks clients for certificates and leaves it to the provider what they are worth. */
export async function startTlsHost(
  server: Pick<Credential, 'cert' | 'key'>,
  clients: Authority,
  configuration: Configuration,
): Promise<TlsHost> {
  const listener = createServer({
    cert: server.cert,
    key: server.key,
    ca: clients.cert,
    requestCert: true,
    rejectUnauthorized: false,
  })
  const port = await running.listen(listener)
  const issuer = `https://localhost:${port}`
  const provider = new Provider(issuer, {
    logger: { info() {}, warn() {}, error() {} },
    jwks: developmentKeys(),
    cookies: { keys: ['a key for cookies'] },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ...configuration,
    features: { devInteractions: { enabled: false }, ...configuration.features },
  })
  const serverErrors: unknown[] = []
  provider.on('server_error', (_ctx, error) => serverErrors.push(error))
  listener.on('request', provider.callback())
  return { provider, issuer, serverErrors }
}

/** What of a request is sent. */
interface Sent {
  method?: string
  headers?: Record<string, string>
  body?: unknown
}

/** A `fetch` that trusts one authority, and shows a certificate where it has one. */
export function fetchBy(trusted: Pick<Authority, 'cert'>, credential?: Pick<Credential, 'cert' | 'key'>) {
  const tls: RequestOptions = {
    ca: trusted.cert,
    agent: false,
    ...(credential === undefined ? {} : { cert: credential.cert, key: credential.key }),
  }
  return async (url: string | URL, init: Sent = {}): Promise<Response> => {
    const { method = 'GET', headers, body } = init
    const sent = request(url, { ...tls, method, ...(headers && { headers }) })
    sent.end(body === undefined || body === null ? '' : String(body))
    return new Promise((resolve, reject) => {
      sent.once('error', reject)
      sent.once('response', (received) => {
        const chunks: Buffer[] = []
        received.on('data', (chunk: Buffer) => chunks.push(chunk))
        received.once('error', reject)
        received.once('end', () => {
          const { statusCode: status = 0, rawHeaders } = received
          const pairs = Array.from({ length: rawHeaders.length / 2 }, (_, index): [string, string] => [
            rawHeaders[index * 2] ?? '',
            rawHeaders[index * 2 + 1] ?? '',
          ])
          resolve(new Response(Buffer.concat(chunks), { status, headers: pairs }))
        })
      })
    })
  }
}
