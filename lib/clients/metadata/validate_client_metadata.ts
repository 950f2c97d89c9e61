import type { ClientMetadata } from '../../../types/client.ts'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import { InvalidClientMetadata } from '../../helpers/errors.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { isEndless } from '../own_copy.ts'
import { CLIENT_METADATA } from '../reasons.ts'
import type { ClientRules, ReadyRow } from './descriptor.ts'
import { readValue } from './read_value.ts'
import { refuse } from './refuse.ts'

/**
 * Checks what a client says about itself, or what is stored about it: unrecognised properties are dropped,
 * defaults filled in.
 * @param ctx the registration request; absent for static and stored clients
 * @returns the effective metadata, frozen
 * @throws InvalidClientMetadata, InvalidRedirectUri
 * @see RFC 7591 §2, §3.2.2
 */
export function validateClientMetadata(
  properties: unknown,
  rules: ClientRules,
  ctx?: KoaContextWithOIDC,
): ClientMetadata {
  if (!isRecord(properties))
    throw new InvalidClientMetadata('client metadata must be an object').because(CLIENT_METADATA.not_object)
  const effective = ctx === undefined ? rules : withServableDefaults(rules)
  const metadata = applyRules(properties, effective, ctx !== undefined)
  if (rules.settings.extraClientMetadata.validator === undefined) return Object.freeze(metadata)
  const names = [...rules.settings.extraClientMetadata.properties]
  if (names.length === 0) return Object.freeze(metadata)
  return Object.freeze(applyRules(applyValidator(metadata, names, rules, ctx), effective, ctx !== undefined))
}

/** Grant types for which browsers are redirected. @see RFC 7591 §2 (`redirect_uris`) */
const LOGINS = ['authorization_code', 'implicit']

/** What hosts register once there is a provider. */
const REGISTERED_LATER: ReadonlySet<string> = new Set(['grant_types', 'response_modes'])

/**
 * Makes the check for clients of the configuration, to be run while their provider is constructed. Grant types and
 * response modes that the host registers afterwards are not known yet, and its validator is not called before there
 * is a provider for it to use: these are judged when the client is first used.
 * @returns a function that throws InvalidClientMetadata, InvalidRedirectUri
 */
export function earlyCheck(rules: ClientRules): (properties: object) => void {
  const rows = rules.rows.map((row) =>
    REGISTERED_LATER.has(row.name) ? { ...row, allowed: undefined } : row,
  )
  const lenient = { ...rules, rows }
  return (properties) => void applyRules(properties, lenient, false)
}

/** Lists are named in the plural, which is easily forgotten, and some have to be said to be empty. */
function meant(name: string, given: ReadonlyMap<string, unknown>): string {
  const singular = name.replace(/s$/, '')
  if (singular !== name && given.has(singular)) return `, and ${singular} is none: did you mean ${name}?`
  const grantTypes = given.get('grant_types')
  const signsIn = !Array.isArray(grantTypes) || LOGINS.some((grantType) => grantTypes.includes(grantType))
  return name === 'redirect_uris' && !signsIn
    ? ', empty where nobody signs in: redirect_uris: [], response_types: []'
    : ''
}

function applyRules(properties: object, rules: ClientRules, registers: boolean): ClientMetadata {
  const given = new Map(Object.entries(properties))
  const draft: Record<string, unknown> = {}
  for (const row of rules.rows) {
    const sent = given.get(row.name)
    const value = isAbsent(sent, row) ? row.default : sent
    if (value !== undefined) draft[row.name] = readValue(value, row)
    else if (row.mandatory) refuse(row.name, `is mandatory property${meant(row.name, given)}`)
  }
  for (const name of rules.extra) {
    const value = given.get(name) ?? rules.settings.clientDefaults[name] ?? undefined
    if (value === undefined) continue
    if (isEndless(value)) refuse(name, 'must not hold itself, nor be nested without measure')
    draft[name] = value
  }
  if (!isIdentified(draft)) refuse('client_id', 'is mandatory property')
  for (const rule of rules.crossRules) rule(draft, rules, registers)
  return draft
}

/**
 * A client that registers itself cannot know what there are keys for: a default that nobody chose gives way to what
 * can be served, and the answer says so. @see RFC 7591 §3.2.1
 */
function withServableDefaults(rules: ClientRules): ClientRules {
  if (rules.rows.every(({ servable }) => servable === undefined)) return rules
  const rows = rules.rows.map((row) => (row.servable === undefined ? row : { ...row, default: row.servable }))
  return { ...rules, rows }
}

/** @see RFC 7591 §2, RFC 7592 §2.2 (`null` is as good as nothing); an empty text has nothing to display */
function isAbsent(sent: unknown, { display }: ReadyRow): boolean {
  return sent === undefined || sent === null || (display && sent === '')
}

/** Every other member is optional and was read by its row. */
function isIdentified(draft: Record<string, unknown>): draft is ClientMetadata {
  return typeof draft['client_id'] === 'string'
}

/** Lets the host look at, and change, a copy that is still open. */
function applyValidator(
  metadata: ClientMetadata,
  names: readonly string[],
  { settings: { extraClientMetadata } }: ClientRules,
  ctx: KoaContextWithOIDC | undefined,
): ClientMetadata {
  const open: ClientMetadata = { ...metadata }
  for (const [name, value] of Object.entries(open)) {
    if (Array.isArray(value)) open[name] = [...value]
  }
  for (const name of names) {
    const result = extraClientMetadata.validator?.(ctx, name, open[name], open)
    if (result instanceof Promise) {
      // Its outcome would come too late; it must not end the process either.
      result.catch(() => undefined)
      throw new TypeError('extraClientMetadata.validator must be synchronous, and not return a promise')
    }
  }
  return open
}
