import { types } from 'node:util'
import type { Logger } from '../../types/configuration.ts'
import type { FeatureName } from '../../types/features/index.ts'
import { nearest } from '../helpers/nearest.ts'
import { checkBoolean, checkFunction, isOptionObject } from './checks/shapes.ts'
import { definedMembers } from './defined_members.ts'
import type { FeatureDeclaration } from './feature_declaration.ts'
import { FEATURE_SWITCHES } from './known_features.ts'
import {
  draftNotice,
  offWithOptionsNotice,
  type UnacknowledgedDraft,
  unknownFeatureMessage,
  unknownOptionNotice,
} from './notices.ts'
import type { ResolvedFeature, ResolvedFeatures } from './resolved_configuration.ts'

type Options = Readonly<Record<string, unknown>>

const isFeatureName = (name: string): name is FeatureName => Object.hasOwn(FEATURE_SWITCHES, name)

/** Reads what the host wrote about features, without interpreting it. */
function readGiven(features: unknown): ReadonlyMap<FeatureName, Options> {
  if (!isOptionObject(features)) throw new TypeError('features must be an object')
  const given = new Map<FeatureName, Options>()
  for (const [name, options] of Object.entries(features)) {
    if (!isFeatureName(name)) {
      throw new TypeError(
        unknownFeatureMessage(`features.${name}`, nearest(name, Object.keys(FEATURE_SWITCHES))),
      )
    }
    if (options === undefined) continue
    if (!isOptionObject(options)) {
      throw new TypeError(`features.${name} must be an object, such as { enabled: true }`)
    }
    given.set(name, readSwitches(name, definedMembers(options)))
  }
  return given
}

/** `enabled` and a feature's own switches are two spellings: whichever is there stands for both. */
function readSwitches(name: FeatureName, options: Options): Options {
  const [first = 'enabled', ...others] = FEATURE_SWITCHES[name]
  for (const option of ['enabled', first, ...others]) {
    if (options[option] !== undefined) checkBoolean(`features.${name}.${option}`, options[option])
  }
  if (first === 'enabled' || options['enabled'] === undefined) return options
  const contradicts = options[first] !== undefined && options[first] !== options['enabled']
  if (contradicts || (!options['enabled'] && others.some((option) => options[option]))) {
    throw new TypeError(
      `features.${name}.enabled is another name of features.${name}.${first}; set one of them, or both alike`,
    )
  }
  return { ...options, [first]: options['enabled'] }
}

/** Options of a feature that is known but does not exist yet: anything, but not turned on. */
function refuseToEnable(name: FeatureName, given: Options): Options {
  const on = FEATURE_SWITCHES[name].find((option) => given[option] === true)
  if (on !== undefined) {
    throw new TypeError(`features.${name} is not implemented yet; remove features.${name}.${on}`)
  }
  return { ...given, enabled: false }
}

/** An Array becomes a Set where the default is one; a function stays a function, and 'false' is not false. */
function readOption(option: string, value: unknown, fallback: unknown): unknown {
  if (types.isSet(fallback)) {
    if (!Array.isArray(value) && !types.isSet(value))
      throw new TypeError(`${option} must be an Array or a Set`)
    return new Set<unknown>(value)
  }
  if (typeof fallback === 'function') checkFunction(option, value)
  if (typeof fallback === 'boolean') checkBoolean(option, value)
  return value
}

function applyDefaults<Name extends FeatureName>(
  declaration: FeatureDeclaration<Name>,
  given: Options,
  logger: Logger,
): ResolvedFeature<Name> {
  const { name, defaults, versatile = [] } = declaration
  const fallbacks = new Map<string, unknown>(Object.entries(defaults))
  const options: Record<string, unknown> = {}
  for (const [option, value] of Object.entries(given)) {
    const path = `features.${name}.${option}`
    if (option === 'ack') continue
    if (!fallbacks.has(option)) logger.info(unknownOptionNotice(path, nearest(option, fallbacks.keys())))
    options[option] = versatile.includes(option) ? value : readOption(path, value, fallbacks.get(option))
  }
  const switches = FEATURE_SWITCHES[name]
  const isOn = switches.some((option) => (options[option] ?? fallbacks.get(option)) === true)
  // Who sets options wants the feature, unless it is said not to be wanted.
  const isSwitched = ['enabled', ...switches].some((option) => options[option] !== undefined)
  if (!isOn && !isSwitched && Object.keys(options).some((option) => fallbacks.has(option)))
    logger.info(offWithOptionsNotice(name))
  const resolved: ResolvedFeature<Name> = Object.assign({}, defaults, options, { enabled: isOn })
  Object.freeze(resolved)
  return resolved
}

/** @returns the draft as the host should have acknowledged it; nothing where it did, or need not */
function unacknowledged(declaration: FeatureDeclaration, ack: unknown): UnacknowledgedDraft | undefined {
  const { name, spec, url, version } = declaration
  if (version === undefined) return undefined
  const versions = typeof version === 'string' ? [version] : version
  if (versions.some((known) => known === ack)) return undefined
  return { name, spec, url, version: versions.at(-1) ?? '' }
}

function checkDrafts(
  enabled: readonly FeatureDeclaration[],
  given: ReadonlyMap<FeatureName, Options>,
  logger: Logger,
): void {
  const drafts: UnacknowledgedDraft[] = []
  const stale: string[] = []
  for (const declaration of enabled) {
    const ack = given.get(declaration.name)?.['ack']
    const draft = unacknowledged(declaration, ack)
    if (draft === undefined) continue
    drafts.push(draft)
    if (ack !== undefined) stale.push(`features.${draft.name}.ack`)
  }
  if (drafts.length > 0) logger.info(draftNotice(drafts))
  if (stale.length > 0) {
    throw new TypeError(`${stale.join(', ')}: another version of the draft is implemented; read what changed`)
  }
}

function checkNeeds(enabled: readonly FeatureDeclaration[]): void {
  const names = new Set(enabled.map(({ name }) => name))
  for (const { name, needs = [] } of enabled) {
    const missing = needs.find((needed) => !names.has(needed))
    if (missing !== undefined) {
      throw new TypeError(`features.${name} needs features.${missing}; enable it as well`)
    }
  }
}

/**
 * Every feature that exists has all its options; one that is only known has `enabled: false`, and nothing reads
 * more of it because the code that would does not exist.
 */
function isComplete(features: Readonly<Record<string, object>>): features is ResolvedFeatures {
  return Object.keys(FEATURE_SWITCHES).every((name) => Object.hasOwn(features, name))
}

/**
 * Reads `features`.
 * @param host what the host wrote
 * @param declarations the features that exist
 * @throws TypeError
 */
export function resolveFeatures(
  host: unknown,
  declarations: readonly FeatureDeclaration[],
  logger: Logger,
): ResolvedFeatures {
  const given = readGiven(host ?? {})
  const features: Record<string, object> = {}
  const enabled: FeatureDeclaration[] = []
  for (const name of Object.keys(FEATURE_SWITCHES).filter(isFeatureName)) {
    const declaration = declarations.find((declared) => declared.name === name)
    if (declaration === undefined) {
      features[name] = Object.freeze(refuseToEnable(name, given.get(name) ?? {}))
      continue
    }
    const options = applyDefaults(declaration, given.get(name) ?? {}, logger)
    features[name] = options
    if (options.enabled) enabled.push(declaration)
    declaration.check?.(options)
  }
  checkNeeds(enabled)
  checkDrafts(enabled, given, logger)
  if (!isComplete(features)) throw new Error('a feature is missing')
  return Object.freeze(features)
}
