/** A relying party as its host writes it for the API of openid-client 4: the names of its types are there. */
import {
  type BaseClient,
  custom,
  type DeviceFlowPollOptions,
  errors,
  Issuer,
  Strategy,
  type StrategyDone,
  type StrategyOptions,
  type TokenSet,
  type TokenSetParameters,
  type UserinfoResponse,
} from 'openid-client'

interface Membership {
  member_since: number
}

export async function makeClient(issuerUrl: string): Promise<BaseClient> {
  const issuer = await Issuer.discover(issuerUrl)
  const client: BaseClient = new issuer.Client({ client_id: 'app', client_secret: 'secret' })
  client[custom.clock_tolerance] = 5
  return client
}

/** What this host knows its issuer to say besides. */
export async function yearsOf(client: BaseClient, tokens: TokenSet): Promise<number> {
  const { sub, member_since: since } = await client.userinfo<Membership>(tokens)
  if (sub === '') throw new errors.RPError('nobody')
  return new Date().getFullYear() - since
}

/** Without a type argument, claims are those of OpenID Connect Core 1.0 §5.1. */
export const nameOf = async (client: BaseClient, token: string): Promise<string | undefined> =>
  (await client.userinfo(token)).name

export async function onDevice(
  client: BaseClient,
  options: DeviceFlowPollOptions,
): Promise<TokenSetParameters> {
  const handle = await client.deviceAuthorization()
  return handle.poll(options)
}

interface User {
  id: string
}

export const strategy = (options: StrategyOptions): Strategy<User> =>
  new Strategy<User>(
    { client: options.client },
    (_tokens: TokenSet, claims: UserinfoResponse, done: StrategyDone<User>) => done(null, { id: claims.sub }),
  )
