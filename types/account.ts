/** How one claim is asked for; `null` asks for it without conditions. @see OpenID Connect Core 1.0 §5.5.1 */
export interface ClaimsParameterMember {
  /** Whether the client cannot do well without it. @default false */
  essential?: boolean | undefined
  /** The value it should have. */
  value?: unknown
  /** The values it should have one of, in order of preference. */
  values?: unknown[] | undefined
  [member: string]: unknown
}

/** The `claims` request parameter. @see OpenID Connect Core 1.0 §5.5 */
export interface ClaimsParameter {
  /** Claims to put into the ID Token. */
  id_token?: { [claim: string]: ClaimsParameterMember | null } | undefined
  /** Claims to answer with at the UserInfo endpoint. */
  userinfo?: { [claim: string]: ClaimsParameterMember | null } | undefined
}

/** What is known about a person: claims by name. @see OpenID Connect Core 1.0 §5.1 */
export interface AccountClaims {
  /** Must equal the account's `accountId`; pairwise clients are given another value. */
  sub: string
  [claim: string]: unknown
}

/** What an account may answer with; `sub` is filled in where it is left out. */
export interface GivenClaims {
  /** Must equal the account's `accountId`, if it is given. @default the `accountId` */
  sub?: string | undefined
  /** Stated in ID Tokens if it is the client's own id, and left out otherwise. @see OpenID Connect Core 1.0 §2 */
  azp?: unknown
  [claim: string]: unknown
}

/** A person's account, as the host's {@link FindAccount} may return it. */
export interface GivenAccount {
  /** Identifies the account; never reassigned to somebody else, at most 255 ASCII characters. @see OpenID Connect Core 1.0 §2 */
  accountId: string
  /**
   * Returns the account's claims. The provider drops those that were not asked for or not granted, so returning
   * more is safe; the arguments help to load less.
   * @param use where the claims go: into an ID Token or a UserInfo response
   * @param scope the scopes in effect, separated by spaces
   * @param claims the part of the `claims` parameter that is about this use
   * @param rejected names of claims the person refused to share
   */
  claims(
    use: 'id_token' | 'userinfo',
    scope: string,
    claims: { [claim: string]: ClaimsParameterMember | null },
    rejected: string[],
  ): GivenClaims | undefined | Promise<GivenClaims | undefined>
  [member: string]: unknown
}

/** A person's account, as hosts read it: what their own function returned. */
export interface Account extends GivenAccount {
  /** As the host's own function has it, for whatever use that one knows. */
  claims(
    use: string,
    scope: string,
    claims: { [claim: string]: ClaimsParameterMember | null },
    rejected: string[],
  ): AccountClaims | Promise<AccountClaims>
}
