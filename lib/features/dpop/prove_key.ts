import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { type JsonObject, readJwtPayload } from '../../helpers/jose/jwt.ts'
import { sha256 } from '../../helpers/jose/sha256.ts'
import { underOrigins } from '../../helpers/uri/under_origins.ts'
import { checkProofClaims, type ProofUse } from './check_claims.ts'
import { Nonces } from './nonces.ts'
import { ProofKeys, type ReadProof } from './proof_keys.ts'
import { ProofProblem, proofError } from './proof_problem.ts'
import { DPOP } from './reasons.ts'

/** What a proof is for. */
export interface ProofPurpose {
  /** Status of a refusal: 400 where tokens are issued, 401 where they are presented. */
  readonly status: 400 | 401
  /** Whom the token is issued for, or was. */
  readonly clientId: string
  /** The access token that it is presented with. @see RFC 9449 §4.2 (ath) */
  readonly accessToken?: string
}

/** A key whose possession was proven. */
export interface ProvenKey {
  readonly thumbprint: string
  /** Lets the proof count once, in the request's commit. */
  claim(): void
}

/** The header, as it is; an empty one is one. */
export const hasProof = (ctx: Ctx): boolean => ctx.req.headers['dpop'] !== undefined

/** Checks proofs of possession for one provider. */
export class KeyProofs {
  readonly #keys: ProofKeys
  readonly #options: Runtime['configuration']['features']['dPoP']
  #nonces: Nonces | undefined

  constructor(options: Runtime['configuration']['features']['dPoP'], algorithms: readonly string[]) {
    this.#options = options
    this.#keys = new ProofKeys(algorithms)
  }

  /**
   * Checks the proof that the request holds.
   * @throws InvalidDpopProof, UseDpopNonce
   * @see RFC 9449 §4.3
   */
  prove(ctx: Ctx, rt: Runtime, purpose: ProofPurpose): Promise<ProvenKey> {
    const { proof, use } = this.#read(ctx, rt, purpose)
    return this.#keys.verify(proof).then((isValid) => {
      if (!isValid)
        throw proofError(new ProofProblem('signature does not hold', DPOP.signature_invalid), purpose.status)
      return { thumbprint: proof.key.thumbprint, claim: () => this.#claim(ctx, rt, purpose, use) }
    })
  }

  /** All but the signature, which takes longest. */
  #read(ctx: Ctx, rt: Runtime, purpose: ProofPurpose): { proof: ReadProof; use: ProofUse } {
    try {
      const proof = this.#keys.read(sentProof(ctx))
      return { proof, use: this.#checkClaims(ctx, rt, purpose, readClaims(proof)) }
    } catch (thrown) {
      throw thrown instanceof ProofProblem ? proofError(thrown, purpose.status) : thrown
    }
  }

  #checkClaims(ctx: Ctx, rt: Runtime, { accessToken }: ProofPurpose, claims: JsonObject): ProofUse {
    const nonces = this.#noncesOf(rt)
    const now = epochTime()
    if (nonces !== undefined) offerNonce(ctx, nonces.current(now), claims['nonce'])
    return checkProofClaims(claims, {
      method: ctx.method,
      endpoints: underOrigins(ctx.oidc.urlFor(ctx.oidc.route), rt.aliasOrigins),
      ath: accessToken === undefined ? undefined : sha256(accessToken),
      nonces,
      requiresNonce: this.#requiresNonce(ctx),
      now,
      clockTolerance: rt.configuration.clockTolerance,
    })
  }

  #noncesOf({ issuer }: Runtime): Nonces | undefined {
    const { nonceSecret } = this.#options
    if (nonceSecret !== undefined) this.#nonces ??= new Nonces(nonceSecret, issuer)
    return this.#nonces
  }

  #requiresNonce(ctx: Ctx): boolean {
    const required: unknown = this.#options.requireNonce(ctx)
    if (typeof required !== 'boolean') throw new TypeError('features.dPoP.requireNonce must return a boolean')
    if (required && this.#options.nonceSecret === undefined)
      throw new TypeError('features.dPoP.requireNonce needs a features.dPoP.nonceSecret')
    return required
  }

  /**
   * The record outlives the proof by what clocks of processes may differ.
   * @see RFC 9449 §11.1
   */
  #claim(ctx: Ctx, rt: Runtime, { status, clientId }: ProofPurpose, { jti, acceptedUntil }: ProofUse): void {
    if (this.#options.allowReplay) return
    const exp = Math.ceil(acceptedUntil) + Math.ceil(rt.configuration.clockTolerance) + 1
    ctx.oidc.transaction.claim(
      rt.models.ReplayDetection.claim({ use: 'DPoP proof', iss: clientId, jti, exp }, () =>
        proofError(new ProofProblem('was used before', DPOP.replayed), status),
      ),
    )
  }
}

/** Headers of one name are joined by commas, which no proof has. @see RFC 9449 §4.3 (1), RFC 9110 §5.3 */
function sentProof(ctx: Ctx): string {
  const sent = ctx.req.headers['dpop']
  if (typeof sent !== 'string' || sent.includes(','))
    throw new ProofProblem('must be sent once', DPOP.not_jws)
  return sent
}

function readClaims({ compact }: ReadProof): JsonObject {
  try {
    return readJwtPayload(compact)
  } catch (cause) {
    throw new ProofProblem('has no claims', DPOP.claim_malformed, { cause })
  }
}

/** Hands the next nonce out, where applications of other origins can read it. @see RFC 9449 §8.2, §8.3 */
function offerNonce(ctx: Ctx, current: string, held: unknown): void {
  if (held === current) return
  ctx.set('dpop-nonce', current)
  if (ctx.response.get('access-control-expose-headers') !== '')
    ctx.append('access-control-expose-headers', 'DPoP-Nonce')
}
