import { parseStrictUri } from '../../helpers/uri/strict_uri.ts'

/** Most resources that one request may name: each is looked up at the host. */
const MAX_RESOURCES = 20

/** Whether it may name a resource: an absolute URI without fragment. @see RFC 8707 §2 */
export function isResourceIndicator(value: string): boolean {
  return !value.includes('#') && parseStrictUri(value) !== undefined
}

/**
 * The resources of a parameter or a stored member, each once.
 * @returns `undefined` when one of them is no resource indicator, or there are too many
 */
export function readResources(value: string | readonly string[] | undefined): readonly string[] | undefined {
  if (value === undefined) return []
  if (typeof value === 'string') return isResourceIndicator(value) ? [value] : undefined
  const all = [...new Set(value)]
  return all.length <= MAX_RESOURCES && all.every(isResourceIndicator) ? all : undefined
}
