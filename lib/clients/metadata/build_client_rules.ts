import { servableIn } from './check_signing_keys.ts'
import { crossRules } from './cross_rules.ts'
import type {
  ClientRules,
  ClientSettings,
  ContributedRules,
  MetadataRow,
  ReadyRow,
  RowSource,
  SigningKeys,
} from './descriptor.ts'
import { coreRows } from './rows.ts'

/** Grant types that need no feature. */
const CORE_GRANT_TYPES: ReadonlySet<string> = new Set(['authorization_code', 'implicit', 'refresh_token'])
const CORE_RESPONSE_MODES: ReadonlySet<string> = new Set(['query', 'fragment', 'form_post'])

/** Where nothing is signed. */
const ANY_KEYS: SigningKeys = { serves: () => true, algorithms: [], decrypting: [] }

/** Extra properties keep their name on a client, so they must not hide what it has already. */
const TAKEN: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
  'metadata',
  'forRequest',
  'grantTypeAllowed',
  'responseTypeAllowed',
  'redirectUriAllowed',
  'postLogoutRedirectUriAllowed',
  'responseModeAllowed',
  'requestUriAllowed',
  'compareClientSecret',
  'checkClientSecretExpiration',
  'clientAuthSigningAlg',
  'isClientSecretExpired',
  'includeSid',
  'backchannelLogout',
  'backchannelPing',
  'clientAuthMethod',
  'sectorIdentifier',
])

/**
 * Works out, once per provider, what its clients may say about themselves.
 * @throws TypeError about settings that cannot work
 */
export function buildClientRules(settings: ClientSettings, contributed: ContributedRules = {}): ClientRules {
  const flags = featureFlags(settings.features)
  const { grantTypes = CORE_GRANT_TYPES, responseModes = CORE_RESPONSE_MODES } = contributed
  const source: RowSource = { ...settings, grantTypes, responseModes }
  const { signingKeys = ANY_KEYS, chosenDefaults = new Set<string>() } = contributed
  const { features = [] } = contributed
  const all = [...coreRows, ...features.flatMap((feature) => feature.rows ?? [])]
  const rows: ReadyRow[] = []
  const properties = new Map<string, string>()
  for (const row of all) {
    if (!isRecognized(row, source, flags)) continue
    if (properties.has(row.name)) throw new TypeError(`client metadata ${row.name} is defined twice`)
    const ready = readyRow(row, source, signingKeys)
    if (chosenDefaults.has(row.name)) checkDefault(ready, signingKeys)
    rows.push(ready)
    properties.set(row.name, camelCase(row.name))
  }
  const declared = declaredProperties(settings.extraClientMetadata.properties, properties)
  for (const name of declared.extra) properties.set(name, name)
  return Object.freeze({
    ...declared,
    rows,
    crossRules: [
      ...features.flatMap(({ completions = [] }) => completions),
      ...crossRules,
      ...features.flatMap((feature) => feature.crossRules ?? []),
    ],
    settings,
    signingKeys,
    flags,
    properties,
    known: new Set(all.map(({ name }) => name)),
    dormant: dormantRows(all, flags, properties),
  })
}

function dormantRows(
  rows: readonly MetadataRow[],
  flags: ReadonlySet<string>,
  recognized: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const dormant = new Map<string, string>()
  for (const { name, needs = [] } of rows) {
    const missing = needs.find((flag) => !flags.has(flag))
    if (missing !== undefined && !recognized.has(name)) dormant.set(name, `features.${missing}`)
  }
  return dormant
}

function isRecognized(row: MetadataRow, source: RowSource, flags: ReadonlySet<string>): boolean {
  return (row.needs ?? []).every((flag) => flags.has(flag)) && (row.when?.(source) ?? true)
}

/** @throws TypeError when the host chose a default that no key can serve */
function checkDefault(row: ReadyRow, keys: SigningKeys): void {
  const { name, signs, decrypts, default: chosen } = row
  if (!(signs || decrypts) || typeof chosen !== 'string' || keys.serves(chosen)) return
  const there = servableIn(row, keys)
  const more =
    there.length === 0 ? 'nor with anything that enabledJWA allows' : `only with ${there.join(', ')}`
  throw new TypeError(
    `clientDefaults.${name}: no key of jwks ${signs ? 'signs' : 'decrypts'} with ${chosen}, ${more}`,
  )
}

function readyRow(row: MetadataRow, source: RowSource, keys: SigningKeys): ReadyRow {
  const own = typeof row.default === 'function' ? row.default(source) : row.default
  const effective = source.clientDefaults[row.name] ?? own
  const allowed = row.allowed?.(source)
  return {
    name: row.name,
    type: row.type,
    mandatory: row.mandatory ?? false,
    display: row.display ?? false,
    maxLength: row.maxLength,
    default: effective,
    signs: row.signs === true,
    decrypts: row.decrypts === true,
    servable:
      row.signs !== true || typeof effective !== 'string' || keys.serves(effective)
        ? undefined
        : [...(allowed ?? [])].find((alg) => keys.algorithms.includes(alg)),
    // A set is kept as it is, so that grant types registered later are seen.
    allowed: allowed === undefined || allowed instanceof Set ? allowed : new Set(allowed),
  }
}

/** Splits what the host declared into names that are new and names whose validation it extends. */
function declaredProperties(names: Iterable<string>, recognized: ReadonlyMap<string, string>) {
  const extra = new Set<string>()
  const extended = new Set<string>()
  const taken = new Set([...TAKEN, ...recognized.values()])
  for (const name of names) {
    if (recognized.has(name)) extended.add(name)
    else if (!taken.has(name)) extra.add(name)
    else
      throw new TypeError(
        `extraClientMetadata.properties must not contain ${name}, which clients have already`,
      )
  }
  return { extra, extended }
}

function featureFlags(features: object): ReadonlySet<string> {
  const flags = new Set<string>()
  for (const [name, options] of Object.entries(features)) {
    if (typeof options !== 'object' || options === null) continue
    const on = Object.entries(options).flatMap(([option, value]) => (value === true ? [option] : []))
    if (!on.includes('enabled')) continue
    flags.add(name)
    for (const option of on) flags.add(`${name}.${option}`)
  }
  return flags
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
