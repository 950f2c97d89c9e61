import type { IssuerMetadata } from '../../../types/relying_party/metadata.ts'
import { isRecord } from '../../helpers/is_record.ts'

/**
 * An endpoint of the issuer. Metadata of an issuer that is https do not lead to http.
 * @throws TypeError when the issuer has none
 */
export function endpointOf(
  metadata: Readonly<IssuerMetadata>,
  name: string,
  aliases: unknown = undefined,
): string {
  const alias = isRecord(aliases) ? aliases[name] : undefined
  const url = alias ?? metadata[name]
  if (typeof url !== 'string' || !URL.canParse(url))
    throw new TypeError(`${name} must be configured on the issuer`)
  return expectProtected(metadata, name, url)
}

/** A URL that what is secret may be sent to. @throws TypeError for http, where the issuer is https */
export function expectProtected({ issuer }: Readonly<IssuerMetadata>, name: string, url: string): string {
  const { protocol } = new URL(url)
  const isDowngrade = issuer.startsWith('https:') && protocol !== 'https:'
  if (isDowngrade || !/^https?:$/.test(protocol))
    throw new TypeError(`${name} of the issuer must be an https URL`)
  return url
}
