import type { JwtBearerDecision } from '../../../types/features/jwt_bearer.ts'
import type { IssuedClaims } from '../../actions/trusted_issuers/issued_claims.ts'

declare module '../../engine/context.ts' {
  interface UnderstoodRequest {
    /** A JWT of a trusted issuer, verified. */
    issuedAssertion?: IssuedClaims
    bearerDecision?: JwtBearerDecision
  }
}
