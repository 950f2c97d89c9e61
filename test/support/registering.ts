import { createHash } from 'node:crypto'
import type { Configuration } from '../../types/configuration.ts'
import type { Features } from '../../types/features/index.ts'
import { REDIRECT_URI, type RunningProvider, type StartOptions, startProvider } from './start_provider.ts'

export interface JsonAnswer {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

/** Starts a provider at which clients may register and manage their registration. */
export function startRegistering(
  registration: Features['registration'] = {},
  configuration: Configuration = {},
  management: Features['registrationManagement'] = {},
  options: StartOptions = {},
): Promise<RunningProvider> {
  const features = {
    registration: { enabled: true, ...registration },
    registrationManagement: { enabled: true, ...management },
    ...configuration.features,
  }
  return startProvider({ clients: [], ...configuration, features }, options)
}

/** The smallest registration. */
export const REGISTRATION = { redirect_uris: [REDIRECT_URI] }

export const bearer = (token: unknown): Record<string, string> => ({ authorization: `Bearer ${token}` })

/** Sends a JSON request; a body that is a string is sent as it is. */
export async function send(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const value: unknown = text === '' ? {} : JSON.parse(text)
  return { status: response.status, headers: response.headers, body: { ...Object(value) } }
}

export function register(
  op: RunningProvider,
  metadata: unknown = REGISTRATION,
  headers?: Record<string, string>,
): Promise<JsonAnswer> {
  return send(op.provider.urlFor('registration'), 'POST', metadata, headers)
}

/** Reads, updates or deletes a registration with the token that came with it. */
export function manage(
  method: 'GET' | 'PUT' | 'DELETE',
  registered: Record<string, unknown>,
  metadata?: unknown,
  token: unknown = registered['registration_access_token'],
): Promise<JsonAnswer> {
  return send(String(registered['registration_client_uri']), method, metadata, bearer(token))
}

const NOT_IN_UPDATES = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
]

/** What a registration was answered with, as an update may send it. */
export function asUpdate(
  registered: Record<string, unknown>,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  const members = Object.entries(registered).filter(([name]) => !NOT_IN_UPDATES.includes(name))
  return { ...Object.fromEntries(members), ...changes }
}

/** The id that a registration access token is stored under. */
export const storedAs = (token: unknown): string =>
  createHash('sha256').update(String(token)).digest('base64url')
