import type { Wrap } from '../../engine/runtime.ts'
import { AccessDenied, OIDCProviderError } from '../../helpers/errors.ts'

/** What other endpoints know and this one has no code for. */
const ABOUT_THE_REQUEST: ReadonlySet<string> = new Set([
  'invalid_request_object',
  'request_not_supported',
  'request_uri_not_supported',
])

/** The same failure as this endpoint must name it. @see OpenID Connect CIBA Core 1.0 §13 */
function named(thrown: unknown): unknown {
  if (!(thrown instanceof OIDCProviderError)) return thrown
  if (ABOUT_THE_REQUEST.has(thrown.error)) return thrown.as('invalid_request')
  if (!(thrown instanceof AccessDenied) || thrown.status !== 400) return thrown
  const { error, error_description, error_detail } = thrown
  return new OIDCProviderError({
    error,
    status: 403,
    error_description,
    error_detail,
    cause: thrown,
  }).because(thrown)
}

export const backchannelErrors: Wrap = async (_ctx, _rt, next) => {
  try {
    await next()
  } catch (thrown) {
    throw named(thrown)
  }
}
