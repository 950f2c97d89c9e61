import type { Client } from '../../clients/client.ts'
import type { Ctx } from '../../engine/context.ts'
import { PARAMETER } from '../../engine/reasons/engine_reasons.ts'
import { missingParameter } from '../../engine/reasons/parameter_errors.ts'
import type { ClientAuthentication, Runtime } from '../../engine/runtime.ts'
import { permittedAlgorithms } from '../../engine/security_profile.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { InvalidClientAuth, InvalidRequest, OIDCProviderError } from '../../helpers/errors.ts'
import { isSymmetric } from '../../helpers/jose/client_keys.ts'
import { clientSecretKey } from '../../helpers/jose/client_secret_key.ts'
import { readJoseHeader } from '../../helpers/jose/compact_jose.ts'
import { type DecodedJwt, readJwtPayload, verifyJwt } from '../../helpers/jose/jwt.ts'
import { checkClientAssertionClaims, checkClientAssertionType } from './client_assertion_claims.ts'
import { guardSecret } from './guard_secret.ts'
import { ASSERTION } from './reasons.ts'

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Longest assertion, in characters. */
const MAX_LENGTH = 16_384

function readAssertion(ctx: Ctx): string | undefined {
  const assertion = ctx.oidc.param('client_assertion')
  const type = ctx.oidc.param('client_assertion_type')
  if (assertion === undefined && type === undefined) return undefined
  if (assertion === undefined) throw missingParameter('client_assertion')
  if (type === undefined)
    throw new InvalidRequest("missing required parameter 'client_assertion_type'").because(
      PARAMETER.missing,
      { accepted: ['client_assertion_type'] },
    )
  if (type !== TYPE)
    throw new InvalidRequest(`client_assertion_type must have value ${TYPE}`).because(
      ASSERTION.type_unsupported,
      { accepted: [TYPE] },
    )
  if (assertion.length > MAX_LENGTH)
    throw new InvalidClientAuth('client assertion is too long').because(ASSERTION.too_long)
  return assertion
}

/** Whom the assertion claims to be from; proven later. */
function readSubject(assertion: string): string {
  let sub: unknown
  try {
    readJoseHeader(assertion, 3)
    sub = readJwtPayload(assertion)['sub']
  } catch (cause) {
    throw new InvalidClientAuth('client assertion is not a compact JWT', cause).because(ASSERTION.not_jwt)
  }
  if (typeof sub !== 'string' || sub === '')
    throw new InvalidClientAuth('client assertion sub must be a string').because(ASSERTION.subject_missing)
  return sub
}

/** What was registered, or else what the configuration has for the client's method. @see OpenID Connect Core 1.0 §9 */
function allowedAlgorithms(ctx: Ctx, rt: Runtime, client: Client): readonly string[] {
  const { tokenEndpointAuthSigningAlg: registered, clientAuthMethod } = client
  const bySecret = clientAuthMethod === 'client_secret_jwt'
  const known =
    registered === undefined
      ? rt.configuration.enabledJWA.clientAuthSigningAlgValues.filter((alg) => isSymmetric(alg) === bySecret)
      : [registered]
  return permittedAlgorithms(ctx.oidc.profile, known)
}

function reasonOf(cause: unknown): string {
  if (cause instanceof OIDCProviderError) {
    return [cause.error_description, cause.error_detail].filter((text) => text !== undefined).join(': ')
  }
  return cause instanceof Error ? cause.message : 'unknown'
}

async function verifySignature(
  ctx: Ctx,
  rt: Runtime,
  client: Client,
  assertion: string,
): Promise<DecodedJwt> {
  const { alg: claimed } = readJoseHeader(assertion, 3)
  const alg = allowedAlgorithms(ctx, rt, client).find((allowed) => allowed === claimed)
  if (alg === undefined)
    throw new InvalidClientAuth('client assertion alg is not allowed for this client').because(
      ASSERTION.algorithm_not_allowed,
      { seen: [claimed], accepted: allowedAlgorithms(ctx, rt, client) },
    )
  try {
    return await rt.clientKeys.verify(client, assertion, alg)
  } catch (cause) {
    throw new InvalidClientAuth(
      `client assertion signature could not be verified: ${reasonOf(cause)}`,
      cause,
    ).because(ASSERTION.signature_invalid)
  }
}

async function authenticate(ctx: Ctx, rt: Runtime, client: Client): Promise<void> {
  const assertion = readAssertion(ctx) ?? ''
  const verify = () => verifySignature(ctx, rt, client, assertion)
  // A signature made with the secret is one more way to try secrets out.
  const isBySecret = client.clientAuthMethod === 'client_secret_jwt'
  const { header, payload } = await (isBySecret ? guardSecret(ctx, rt, client.clientId, verify) : verify())
  checkClientAssertionType(header.typ)
  const { clockTolerance, clientAssertionLifetime } = rt.configuration
  const { profile } = ctx.oidc
  const { jti, exp } = checkClientAssertionClaims(payload, {
    clientId: client.clientId,
    audiences: [...ctx.oidc.clientJwtAuthExpectedAudience()],
    onlyAudience: profile?.assertionsToIssuerOnly === true ? rt.issuer : undefined,
    now: epochTime(),
    clockTolerance,
    maxLifetime: Math.min(clientAssertionLifetime, profile?.assertionLifetime ?? clientAssertionLifetime),
  })
  await rt.configuration.assertJwtClientAuthClaimsAndHeader(ctx, payload, header, client)
  const record = {
    use: 'client assertion',
    iss: client.clientId,
    jti,
    exp: Math.ceil(exp) + Math.ceil(clockTolerance) + 1,
  }
  ctx.oidc.transaction.claim(
    rt.models.ReplayDetection.claim(record, () =>
      new InvalidClientAuth('client assertion was used before').because(ASSERTION.replayed),
    ),
  )
}

/** A JWT signed with the client's secret or private key, used once. @see RFC 7521 §4.2, RFC 7523 §2.2, §3, OpenID Connect Core 1.0 §9 */
export const clientAssertion: ClientAuthentication = {
  methods: ['client_secret_jwt', 'private_key_jwt'],
  identify(ctx) {
    const assertion = readAssertion(ctx)
    if (assertion === undefined) return undefined
    const sub = readSubject(assertion)
    const named = ctx.oidc.param('client_id')
    if (named !== undefined && named !== sub) {
      throw new InvalidClientAuth('client_id is not the sub of the client assertion').because(
        ASSERTION.client_id_mismatch,
      )
    }
    return sub
  },
  authenticate,
  async refuse(ctx, rt, clientId, error) {
    const assertion = readAssertion(ctx) ?? ''
    const { alg } = readJoseHeader(assertion, 3)
    if (!alg.startsWith('HS')) throw error
    return guardSecret(ctx, rt, clientId, async () => {
      await verifyJwt(assertion, clientSecretKey('nobody knows this secret', alg), alg).catch(() => undefined)
      throw error
    })
  },
}
