import type { ClientMetadata } from '../../../types/client.ts'
import { isKnownByKeys } from '../jose/client_keys.ts'

/**
 * Names the sector whose clients share pairwise `sub` values.
 * @returns `undefined` when the metadata does not name exactly one
 * @see OpenID Connect Core 1.0 §8.1
 */
export function sectorIdentifierOf(
  metadata: Pick<
    ClientMetadata,
    'sector_identifier_uri' | 'redirect_uris' | 'jwks_uri' | 'token_endpoint_auth_method'
  >,
): string | undefined {
  if (metadata.sector_identifier_uri !== undefined) return hostOf(metadata.sector_identifier_uri)
  const hosts = new Set((metadata.redirect_uris ?? []).map(hostOf))
  if (hosts.size > 1) return undefined
  const [host] = hosts
  // Clients that never redirect are told apart by where their keys are, if those prove who they are (OpenID Connect
  // CIBA Core 1.0 §4): anybody can name the keys of somebody else.
  if (host === undefined && metadata.jwks_uri !== undefined && isKnownByKeys(metadata))
    return hostOf(metadata.jwks_uri)
  return host === '' ? undefined : host
}

/**
 * Says what is wrong with a fetched sector identifier document.
 * @returns the rest of a sentence that starts with `sector_identifier_uri`; `undefined` when nothing is wrong
 * @see OpenID Connect Core 1.0 §8.1, OpenID Connect CIBA Core 1.0 §4
 */
export function sectorDocumentProblem(document: unknown, metadata: ClientMetadata): string | undefined {
  if (!Array.isArray(document)) return 'must lead to a JSON array'
  if (!document.every((entry) => typeof entry === 'string')) return 'must lead to an array of strings'
  const listed = new Set<unknown>(document)
  const { redirect_uris: redirectUris = [], jwks_uri: jwksUri } = metadata
  if (!redirectUris.every((uri) => listed.has(uri)))
    return 'must lead to an array with all registered redirect_uris'
  if (needsListedKeys(metadata) && !listed.has(jwksUri))
    return 'must lead to an array with the registered jwks_uri'
  return undefined
}

const DECOUPLED: ReadonlySet<string> = new Set([
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:openid:params:grant-type:ciba',
])

/** Whether any grant of the client reaches the end-user without a redirect. */
export function isDecoupled(grantTypes: readonly string[] = []): boolean {
  return grantTypes.some((grantType) => DECOUPLED.has(grantType))
}

/** A document that lists none of a client says nothing about it. */
function needsListedKeys({
  grant_types: grantTypes,
  redirect_uris: redirectUris = [],
  subject_type: subjectType,
}: ClientMetadata): boolean {
  return subjectType === 'pairwise' && (isDecoupled(grantTypes) || redirectUris.length === 0)
}

function hostOf(uri: string): string {
  return new URL(uri).host
}
