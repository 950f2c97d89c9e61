import type { IncomingMessage } from 'node:http'
import { Agent, createServer } from 'node:https'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import type { BackchannelResultOptions } from '../../types/features/ciba.ts'
import { OpenServers } from './open_servers.ts'
import { type RunningProvider, type StartOptions, startProvider, type TokenAnswer } from './start_provider.ts'
import { CERTIFICATE } from './tls_certificate.ts'

export const CIBA = 'urn:openid:params:grant-type:ciba'
/** As clients make one for each request, to know the ping by. */
export const NOTIFICATION_TOKEN = 'a-token-of-the-client.with-128-bits_or~more'

/** A call centre: it asks people who are on the phone to log in on theirs. */
export const CALL_CENTRE: ClientMetadata = {
  client_id: 'calls',
  client_secret: 'a secret with 32 characters or so',
  client_name: 'Call centre',
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: [CIBA, 'refresh_token'],
  response_types: [],
  redirect_uris: [],
  backchannel_token_delivery_mode: 'poll',
}

/** One that is told when there is something to fetch. @param port where it listens on this machine */
export const pinged = (port: number, path = '/ping'): ClientMetadata => ({
  ...CALL_CENTRE,
  backchannel_token_delivery_mode: 'ping',
  backchannel_client_notification_endpoint: `https://localhost:${port}${path}`,
})

type CibaOptions = NonNullable<NonNullable<Configuration['features']>['ciba']>

export interface CibaHost extends Configuration {
  ciba?: CibaOptions
}

/** Hints name the account; nobody is called `nobody`. */
const accountOf = (_ctx: unknown, hint: string) => (hint === 'nobody' ? undefined : hint)

/** Starts a provider where people are asked on their own devices; nothing happens there unless the test says so. */
export function startForCiba(
  { ciba, ...configuration }: CibaHost = {},
  options: StartOptions = {},
): Promise<RunningProvider> {
  const hooks: CibaOptions = {
    enabled: true,
    deliveryModes: ['poll', 'ping'],
    processLoginHint: accountOf,
    processLoginHintToken: accountOf,
    triggerAuthenticationDevice: () => {},
    ...ciba,
  }
  const trusted = {
    allowSpecialUseAddresses: true,
    httpOptions: () => ({ agent: new Agent({ ca: CERTIFICATE.cert }) }),
  }
  const features = { ...configuration.features, ciba: hooks }
  return startProvider({ clients: [CALL_CENTRE], ...trusted, ...configuration, features }, options)
}

/** A client asks for a login. */
export const request = (op: RunningProvider, params: Record<string, string> = {}): Promise<TokenAnswer> => {
  const { client_id, client_secret = '' } = op.client
  return op.post('backchannel_authentication', {
    client_id,
    client_secret,
    scope: 'openid',
    ...(HINTS.some((name) => name in params) ? {} : { login_hint: 'alice' }),
    ...params,
  })
}
const HINTS = ['login_hint', 'login_hint_token', 'id_token_hint', 'request']

/** @returns the `auth_req_id` of a request that was accepted */
export async function requestId(op: RunningProvider, params: Record<string, string> = {}): Promise<string> {
  const { status, body } = await request(op, params)
  if (status !== 200) throw new Error(`the request was refused: ${JSON.stringify(body)}`)
  return String(body['auth_req_id'])
}

/** A client asks whether there is an outcome. */
export const poll = (
  op: RunningProvider,
  id: string,
  params: Record<string, string> = {},
): Promise<TokenAnswer> => op.token({ grant_type: CIBA, auth_req_id: id, ...params })

export const find = async (op: RunningProvider, id: string) => {
  const found = await op.provider.BackchannelAuthenticationRequest.find(id, { ignoreExpiration: true })
  if (found === undefined) throw new Error('no such request')
  return found
}

/** Makes a grant of everything that was asked for. */
export async function grantFor(op: RunningProvider, id: string, members: object = {}) {
  const { accountId, clientId, claims, scope, resource } = await find(op, id)
  const grant = new op.provider.Grant({ accountId, clientId, ...members })
  grant.addOIDCScope(scope ?? '')
  grant.addOIDCClaims([...Object.keys(claims?.id_token ?? {}), ...Object.keys(claims?.userinfo ?? {})])
  for (const name of [resource ?? []].flat()) grant.addResourceScope(name, scope ?? '')
  await grant.save()
  return grant
}

/** The person logs in on their own device and allows everything. */
export async function approve(
  op: RunningProvider,
  id: string,
  options: BackchannelResultOptions = {},
): Promise<void> {
  await op.provider.backchannelResult(id, await grantFor(op, id), options)
}

/** What a ping looked like. */
export interface Ping {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** What a receiver answers a ping with; nothing is no answer at all. */
export interface PingAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const receivers = new OpenServers()

/** Starts the endpoint of a client on this machine, with TLS. */
export async function startReceiver(
  answer: (ping: Ping) => PingAnswer | undefined | Promise<PingAnswer> = () => ({ status: 204 }),
) {
  const pings: Ping[] = []
  const server = createServer(CERTIFICATE, async (req, res) => {
    let body = ''
    for await (const chunk of req) body += String(chunk)
    const ping = { method: req.method, url: req.url, headers: req.headers, body }
    pings.push(ping)
    const said = await answer(ping)
    if (said === undefined) return
    res.writeHead(said.status, said.headers).end(said.body)
  })
  const port = await receivers.listen(server)
  return { port, pings }
}

/** Stops every receiver that a test started. */
export async function stopReceivers(): Promise<void> {
  await receivers.stop()
}

/** The message of what a promise was rejected with. */
export const messageOf = (pending: Promise<unknown>): Promise<string> =>
  pending.then(
    () => 'it did not fail',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : 'no error'),
  )
