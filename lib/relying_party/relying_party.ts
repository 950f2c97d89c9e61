import type { HttpResponse } from '../../types/relying_party/http.ts'
import type { ClientMetadata, IssuerMetadata } from '../../types/relying_party/metadata.ts'
import type { HolderKeys } from '../outgoing/holder_keys.ts'
import type { DpopNonces } from './authentication/dpop_nonces.ts'
import type { HttpRequest } from './http/prepare_options.ts'
import type { IssuerKeystore } from './issuer_keystore.ts'
import type { OwnKeys } from './own_keys.ts'

/** The issuer, as requests and checks see it. */
export interface IssuerParty {
  readonly metadata: Readonly<IssuerMetadata>
  readonly keys: HolderKeys
}

/** What a client shows of its issuer. */
export interface IssuerOfClient {
  readonly metadata: IssuerMetadata
  /** The issuer's keys. @throws OPError, RPError, TypeError */
  keystore(forceReload?: boolean): Promise<IssuerKeystore>
}

/** What a profile asks for beyond OpenID Connect Core 1.0. */
export interface ProfileRules {
  /** Whether ID Tokens of the authorization endpoint have `s_hash`. @see FAPI 1.0 Advanced §5.2.3.1 */
  readonly needsStateHash: boolean
  /** Seconds that such an ID Token may be old. */
  readonly oldestIdToken: number | undefined
  /** Whether request objects say `nbf`. @see FAPI 1.0 Advanced §5.2.2 */
  readonly needsNotBefore: boolean
}

/** One client at one issuer: what its methods work with. */
export interface RelyingParty {
  readonly issuer: IssuerParty
  readonly metadata: Readonly<ClientMetadata>
  readonly keys: OwnKeys
  /** Values of `azp` that are accepted. */
  readonly authorizedParties: ReadonlySet<string>
  readonly rules: ProfileRules
  readonly nonces: DpopNonces
  /** Seconds. */
  clockTolerance(): number
  send(request: HttpRequest): Promise<HttpResponse>
}
