import type { UserClaims } from './options.ts'

/** Claims that scopes ask for. @see OpenID Connect Core 1.0 §5.4 */
const CLAIMS_OF_SCOPES: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
}
const STANDARD: ReadonlySet<string> = new Set(Object.values(CLAIMS_OF_SCOPES).flat())

/** The people of a provider for development. */
export class Users extends Map<string, UserClaims> {
  /** The `claims` option: standard scopes, and with `openid` whatever else these people have. */
  claimsByScope(): Record<string, string[]> {
    const own = [...this.values()].flatMap((claims) => Object.keys(claims))
    const others = new Set(own.filter((name) => !STANDARD.has(name) && name !== 'sub'))
    const standard = Object.entries(CLAIMS_OF_SCOPES).map(([scope, names]) => [scope, [...names]])
    return { ...Object.fromEntries(standard), openid: ['sub', ...others] }
  }

  /** An account as `findAccount` answers it; nothing for strangers. */
  account(sub: string) {
    if (!this.has(sub)) return undefined
    return { accountId: sub, claims: () => ({ ...this.get(sub), sub }) }
  }

  /** What to call somebody. */
  nameOf(sub: string): string {
    const { name, preferred_username: username } = this.get(sub) ?? {}
    return [name, username, sub].find((text) => typeof text === 'string') ?? sub
  }
}
