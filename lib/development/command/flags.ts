import { parseArgs } from 'node:util'
import type { ClientMetadata } from '../../../types/client.ts'
import { parseJsonObject } from '../../helpers/parse_json_object.ts'
import type { TestProviderOptions, UserClaims } from '../options.ts'
import { CannotStart, messageOf } from './cannot_start.ts'

const DEFAULT_PORT = 9000

/** @throws CannotStart */
export function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        issuer: { type: 'string' },
        client: { type: 'string', multiple: true, default: [] },
        user: { type: 'string', multiple: true, default: [] },
        api: { type: 'string', multiple: true, default: [] },
        feature: { type: 'string', multiple: true, default: [] },
        'only-listed': { type: 'boolean' },
        config: { type: 'string' },
        seed: { type: 'string' },
        'clock-offset': { type: 'string' },
        ci: { type: 'boolean' },
        yes: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new CannotStart(messageOf(error))
  }
}

export type Flags = ReturnType<typeof readFlags>['values']

/** A client as it is on this device; one that has a secret can do more than one without. @see RFC 6749 §2.1 */
export function clientOf(id: string, secret?: string, redirectUri = 'http://localhost/'): ClientMetadata {
  const shared = { client_id: id, redirect_uris: [redirectUri] }
  if (secret === undefined)
    return {
      ...shared,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
    }
  return {
    ...shared,
    client_secret: secret,
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  }
}

/** `shop:secret`. */
function clientFlag(text: string): ClientMetadata {
  const colon = text.indexOf(':')
  return colon === -1 ? clientOf(text) : clientOf(text.slice(0, colon), text.slice(colon + 1))
}

/** `ann={"email":"ann@example.com"}`. */
function userFlag(text: string): [sub: string, claims: UserClaims] {
  const sign = text.indexOf('=')
  if (sign === -1) return [text, {}]
  try {
    return [text.slice(0, sign), parseJsonObject(text.slice(sign + 1))]
  } catch {
    throw new CannotStart(`--user ${text.slice(0, sign)}: what follows = must be a JSON object`)
  }
}

/** An API whose access tokens are JWTs. @see RFC 9068 */
export const apiOf = (scope: string) => ({ scope, accessTokenFormat: 'jwt' }) as const

/** `https://api.example.com=orders:read orders:write`; resource indicators may have a query. @see RFC 8707 §2 */
function apiFlag(text: string) {
  const [, resource = text, scope = ''] = /^(.*)=([^=&?/]*)$/.exec(text) ?? []
  return [resource, apiOf(scope)] as const
}

/** @throws CannotStart */
export function portOf(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new CannotStart('a port must be a number up to 65535')
  return port
}

/** @throws CannotStart */
export function clockOffsetOf(text = '0'): number {
  if (!/^[+-]?\d{1,10}$/.test(text)) throw new CannotStart('--clock-offset must be a number of seconds')
  return Number(text)
}

/** Adds flags to what a file says. */
export function withFlags(options: TestProviderOptions, flags: Flags): TestProviderOptions {
  const users = Object.fromEntries((flags.user ?? []).map(userFlag))
  const features = Object.fromEntries((flags.feature ?? []).map((name) => [name, { enabled: true }]))
  return {
    ...options,
    clients: [...(options.clients ?? []), ...(flags.client ?? []).map(clientFlag)],
    ...(Object.keys(users).length > 0 && { users: { ...options.users, ...users } }),
    resourceServers: { ...options.resourceServers, ...Object.fromEntries((flags.api ?? []).map(apiFlag)) },
    features: { ...options.features, ...features },
    port: flags.port === undefined ? (options.port ?? DEFAULT_PORT) : portOf(flags.port),
    host: flags.host ?? options.host,
    issuer: flags.issuer ?? options.issuer,
    seed: flags.seed ?? options.seed,
    anyClient: flags['only-listed'] === true ? false : options.anyClient,
    autoLogin: flags.ci === true || options.autoLogin,
  }
}
