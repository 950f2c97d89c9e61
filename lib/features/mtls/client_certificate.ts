import { X509Certificate } from 'node:crypto'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import type { OIDCProviderError } from '../../helpers/errors.ts'
import { hearRejection } from '../../helpers/hear_rejection.ts'
import { readCertificate } from './read_certificate.ts'
import { MTLS } from './reasons.ts'

/**
 * The certificate that the client used for this request, as the host knows it: nothing of the request itself says so.
 * @param refusal what to throw where there is none that can be used
 * @see RFC 8705 §6.5
 */
export function clientCertificate(
  ctx: Ctx,
  rt: Runtime,
  refusal: (detail: string) => OIDCProviderError,
): X509Certificate {
  const known = ctx.oidc.request.clientCertificate
  if (known !== undefined) return known
  const given: unknown = hearRejection(rt.configuration.features.mTLS.getCertificate(ctx))
  // Headers that are not there are empty text.
  if (given === undefined || given === null || given === '')
    throw refusal('client certificate was not provided').because(MTLS.certificate_missing)
  const certificate = typeof given === 'string' ? readCertificate(given) : given
  if (certificate === undefined)
    throw refusal('client certificate cannot be read').because(MTLS.certificate_unreadable)
  if (!(certificate instanceof X509Certificate))
    throw new TypeError('features.mTLS.getCertificate must return an X509Certificate, PEM text, or nothing')
  ctx.oidc.understand('clientCertificate', certificate)
  return certificate
}
