import type { FeatureName } from '../../../types/features/index.ts'
import { atOrigin } from '../../helpers/uri/under_origins.ts'

/** Endpoints that clients call themselves, and the feature they come with. */
const ENDPOINTS: readonly (readonly [route: string, needs?: FeatureName])[] = [
  ['token'],
  ['backchannel_authentication', 'ciba'],
  ['device_authorization', 'deviceFlow'],
  ['introspection', 'introspection'],
  ['pushed_authorization_request', 'pushedAuthorizationRequests'],
  ['revocation', 'revocation'],
  ['userinfo', 'userinfo'],
]

/**
 * The same endpoints where certificates are asked for, so that browsers elsewhere never show a dialogue about them.
 * @see RFC 8705 §5
 */
export function endpointAliases(
  origin: string | undefined,
  has: (feature: FeatureName) => boolean,
  urlFor: (route: string) => string,
): Readonly<Record<string, unknown>> {
  if (origin === undefined) return {}
  const members = ENDPOINTS.filter(([, needs]) => needs === undefined || has(needs)).map(
    ([route]) => [`${route}_endpoint`, atOrigin(urlFor(route), origin)] as const,
  )
  return { mtls_endpoint_aliases: Object.fromEntries(members) }
}
