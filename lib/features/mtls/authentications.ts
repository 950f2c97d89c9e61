import type { X509Certificate } from 'node:crypto'
import type { TLSClientAuthProperty } from '../../../types/features/mtls.ts'
import type { Client } from '../../clients/client.ts'
import type { ClientAuthentication, Runtime } from '../../engine/runtime.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { InvalidClientAuth, InvalidClientMetadata } from '../../helpers/errors.ts'
import { hearRejection } from '../../helpers/hear_rejection.ts'
import { clientCertificate } from './client_certificate.ts'
import { MTLS } from './reasons.ts'
import { isCertificateOf } from './registered_certificate.ts'

const refusal = (detail: string) => new InvalidClientAuth(detail)

/** The one that is registered. @see RFC 8705 §2.1.2 */
function registeredSubject(client: Client): readonly [TLSClientAuthProperty, string] {
  const subjects = [
    ['tls_client_auth_subject_dn', client.tlsClientAuthSubjectDn],
    ['tls_client_auth_san_dns', client.tlsClientAuthSanDns],
    ['tls_client_auth_san_uri', client.tlsClientAuthSanUri],
    ['tls_client_auth_san_ip', client.tlsClientAuthSanIp],
    ['tls_client_auth_san_email', client.tlsClientAuthSanEmail],
  ] as const
  for (const [property, expected] of subjects) if (expected !== undefined) return [property, expected]
  throw refusal('the client has no subject of a certificate').because(MTLS.subject_unregistered)
}

/** Whoever checked the chain may have been told not to look at the time. @see RFC 5280 §4.1.2.5, §6.1.3 (a) (2) */
function checkValidity({ validFrom, validTo }: X509Certificate, tolerance: number): void {
  const now = epochTime()
  const isValid =
    Date.parse(validFrom) / 1000 <= now + tolerance && Date.parse(validTo) / 1000 >= now - tolerance
  if (!isValid)
    throw refusal('client certificate has expired, or is not valid yet').because(MTLS.certificate_expired)
}

/** A promise would count as true, whatever comes of it. */
function isTrue(name: string, answer: unknown): boolean {
  if (answer === true || !hearRejection(answer)) return answer === true
  throw new TypeError(`features.mTLS.${name} must return true or false`)
}

/** By a certificate of an authority that the host trusts. @see RFC 8705 §2.1 */
export const tlsClientAuth: ClientAuthentication = {
  methods: ['tls_client_auth'],
  byConnection: true,
  identify: () => undefined,
  authenticate(ctx, rt, client) {
    const { certificateAuthorized, certificateSubjectMatches } = rt.configuration.features.mTLS
    const certificate = clientCertificate(ctx, rt, refusal)
    checkValidity(certificate, rt.configuration.clockTolerance)
    if (!isTrue('certificateAuthorized', certificateAuthorized(ctx)))
      throw refusal('client certificate was not verified').because(MTLS.certificate_unverified)
    const [property, expected] = registeredSubject(client)
    if (!isTrue('certificateSubjectMatches', certificateSubjectMatches(ctx, property, expected)))
      throw refusal('client certificate subject does not match the registered one').because(
        MTLS.subject_mismatch,
        {
          accepted: [property],
        },
      )
  },
}

async function checkRegistered(rt: Runtime, client: Client, certificate: X509Certificate): Promise<void> {
  const isRegistered = await rt.clientKeys
    .has(client, (found) => isCertificateOf(found, certificate))
    .catch((thrown) => {
      if (!(thrown instanceof InvalidClientMetadata)) throw thrown
      throw new InvalidClientAuth(thrown.error_description ?? thrown.error, thrown).because(thrown)
    })
  if (!isRegistered)
    throw refusal('client certificate is not one of its registered keys').because(MTLS.key_unregistered)
}

/** By a certificate that the client itself registered; nobody vouches for it, and its dates say nothing. @see RFC 8705 §2.2 */
export const selfSignedTlsClientAuth: ClientAuthentication = {
  methods: ['self_signed_tls_client_auth'],
  byConnection: true,
  identify: () => undefined,
  authenticate: (ctx, rt, client) => checkRegistered(rt, client, clientCertificate(ctx, rt, refusal)),
}
