import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { ClientMetadata } from '../../../types/client.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { parseJsonObject } from '../../helpers/parse_json_object.ts'
import type { TestProviderOptions, UserClaims } from '../options.ts'

/** What was typed cannot be started. */
export class CannotStart extends Error {}

/** What the command is to do. */
export interface Settings {
  readonly task: 'help' | 'init' | 'start'
  /** One for each issuer. */
  readonly issuers: readonly TestProviderOptions[]
  readonly isSilent: boolean
}

export const CONFIG_FILE = 'openid-provider.json'
const DEFAULT_PORT = 9000
const MEMBERS: ReadonlySet<string> = new Set([
  'port',
  'host',
  'issuer',
  'clients',
  'users',
  'anyClient',
  'resourceServers',
  'features',
  'ttl',
  'seed',
  'autoLogin',
])

function readFlags(args: readonly string[]) {
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
        'only-listed': { type: 'boolean' },
        config: { type: 'string' },
        seed: { type: 'string' },
        ci: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new CannotStart(error instanceof Error ? error.message : String(error))
  }
}

/** `shop:secret`; a client that has a secret can do more than one without. @see RFC 6749 §2.1 */
function clientOf(text: string): ClientMetadata {
  const colon = text.indexOf(':')
  const shared = { redirect_uris: ['http://localhost/'] }
  if (colon === -1)
    return {
      ...shared,
      client_id: text,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
    }
  return {
    ...shared,
    client_id: text.slice(0, colon),
    client_secret: text.slice(colon + 1),
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  }
}

/** `ann={"email":"ann@example.com"}`. */
function userOf(text: string): [sub: string, claims: UserClaims] {
  const sign = text.indexOf('=')
  if (sign === -1) return [text, {}]
  try {
    return [text.slice(0, sign), parseJsonObject(text.slice(sign + 1))]
  } catch {
    throw new CannotStart(`--user ${text.slice(0, sign)}: what follows = must be a JSON object`)
  }
}

function portOf(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new CannotStart('--port must be a number up to 65535')
  return port
}

/** The members of a file, or of one of its issuers; what stands in them is checked where it is used. */
function checkMembers(file: string, value: unknown): void {
  if (!isRecord(value)) throw new CannotStart(`${file} must hold JSON objects`)
  const unknown = Object.keys(value).find((name) => !MEMBERS.has(name))
  if (unknown !== undefined) throw new CannotStart(`${file} does not know ${unknown}`)
}

function readFile(file: string): readonly TestProviderOptions[] {
  let content: Record<string, unknown>
  try {
    content = parseJsonObject(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new CannotStart(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
  const { issuers, ...single } = content
  const list: readonly unknown[] = Array.isArray(issuers) ? issuers : [content]
  if (Array.isArray(issuers) && Object.keys(single).length > 0)
    throw new CannotStart(`${file}: what stands beside issuers belongs into each of them`)
  for (const one of list) checkMembers(file, one)
  return JSON.parse(JSON.stringify(list))
}

type Flags = ReturnType<typeof readFlags>['values']

function withFlags(options: TestProviderOptions, flags: Flags): TestProviderOptions {
  const users = Object.fromEntries((flags.user ?? []).map(userOf))
  const hasUsers = options.users !== undefined || Object.keys(users).length > 0
  return {
    ...options,
    clients: [...(options.clients ?? []), ...(flags.client ?? []).map(clientOf)],
    ...(hasUsers && { users: { ...options.users, ...users } }),
    port: flags.port === undefined ? (options.port ?? DEFAULT_PORT) : portOf(flags.port),
    host: flags.host ?? options.host,
    issuer: flags.issuer ?? options.issuer,
    seed: flags.seed ?? options.seed,
    anyClient: flags['only-listed'] === true ? false : options.anyClient,
    autoLogin: flags.ci === true || options.autoLogin,
  }
}

/** Reads flags and file. @throws CannotStart */
export function readSettings(args: readonly string[]): Settings {
  const { values, positionals } = readFlags(args)
  const isSilent = values.ci === true
  if (values.help === true) return { task: 'help', issuers: [], isSilent }
  const [task, ...others] = positionals
  if (others.length > 0 || (task !== undefined && task !== 'init'))
    throw new CannotStart(`${positionals.join(' ')} is nothing it can do`)
  if (task === 'init') return { task, issuers: [], isSilent }
  const file = values.config ?? (existsSync(CONFIG_FILE) ? CONFIG_FILE : undefined)
  const given = file === undefined ? [{}] : readFile(file)
  if (given.length > 1 && (values.port !== undefined || values.issuer !== undefined))
    throw new CannotStart('--port and --issuer are for one issuer, and the file has several')
  const issuers = given.map((options) => withFlags(options, values))
  if (isSilent && issuers.some(({ seed }) => seed === undefined))
    throw new CannotStart('--ci needs --seed: keys are the same only for the same seed')
  return { task: 'start', issuers, isSilent }
}
