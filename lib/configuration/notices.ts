/** Texts that tell a host what to know (NOTICE) or to change (WARNING). */

export const DEVELOPMENT_KEYS_WARNING =
  'WARNING: the signing keys were made for this process and are lost when it ends. Configure jwks with your own private keys.'

export const MEMORY_STORAGE_WARNING =
  'WARNING: everything is stored in memory, in this process only, and lost when it ends. Configure an adapter, see docs/storage.md.'

export const COOKIE_KEYS_WARNING =
  'WARNING: cookies are not signed and can be tampered with. Configure cookies.keys with secrets of your own.'

export const PAIRWISE_WARNING =
  'WARNING: the default pairwiseIdentifier includes the host name, so sub values differ between machines. Configure pairwiseIdentifier with a salt of your own.'

export const HTTP_COOKIE_NOTICE =
  "NOTICE: browsers drop cookies with sameSite 'none' over http, so cookies.long.sameSite is 'lax' for this http issuer."

export const HTTP_ISSUER_WARNING =
  'WARNING: the issuer is http, so passwords, codes and tokens can be read by everybody on their way. Make it https; behind a proxy that ends TLS it is the https URL that browsers use, see docs/guides/mounting.md.'

export const DEVELOPMENT_SCREENS_WARNING =
  'WARNING: the development screens let anybody log in as anybody. Bring your own (interactions.url) and set features.devInteractions.enabled to false.'

export const ANY_ACCOUNT_WARNING =
  'WARNING: findAccount is not set, so every account id is taken for an account, without any claims. Configure findAccount, see docs/guides/accounts.md.'

export const INTERACTIONS_URL_WARNING =
  'WARNING: the configured interactions.url is not used as long as features.devInteractions is enabled.'

const unlessMeant = (nearest: string | undefined) => (nearest ? `, did you mean ${nearest}?` : '')

export function unknownOptionNotice(option: string, nearest: string | undefined): string {
  return `NOTICE: the option ${option} is not known and does nothing${unlessMeant(nearest)}`
}

export function offWithOptionsNotice(feature: string): string {
  return `NOTICE: features.${feature} has options and is off: add enabled: true`
}

export function unknownFeatureMessage(option: string, nearest: string | undefined): string {
  return `${option} is not a feature${unlessMeant(nearest)}`
}

/** A draft in use whose version the host has not acknowledged. */
export interface UnacknowledgedDraft {
  readonly name: string
  readonly spec: string
  readonly url: string | undefined
  /** What to write into `ack`. */
  readonly version: string
}

export function draftNotice(drafts: readonly UnacknowledgedDraft[]): string {
  return [
    'NOTICE: these features follow drafts, and the host has not acknowledged the version that is implemented:',
    ...drafts.map(
      ({ name, spec, url, version }) =>
        `NOTICE:   - features.${name}: ${spec}${url ? ` (${url})` : ''}, acknowledge it with ack: '${version}'`,
    ),
    'NOTICE: a later draft may change behaviour in a minor release. With ack the provider is not constructed then,',
    'NOTICE: and this notice disappears.',
  ].join('\n')
}
