import type { Account, AccountClaims } from '../types/account.ts'

/** The people of the demo. A real host asks its database. */
const ACCOUNTS = new Map<string, AccountClaims>([
  [
    'ann',
    {
      sub: 'ann',
      name: 'Ann Example',
      given_name: 'Ann',
      family_name: 'Example',
      preferred_username: 'ann',
      locale: 'en',
      email: 'ann@example.com',
      email_verified: true,
    },
  ],
])

/** The development login lets everybody in, so somebody unknown gets an account too. */
function newcomer(sub: string): AccountClaims {
  return {
    sub,
    name: sub,
    preferred_username: sub,
    email: `${encodeURIComponent(sub)}@example.com`,
    email_verified: false,
  }
}

/** Loads an account. The provider drops the claims that were not asked for. */
export function findAccount(_ctx: unknown, sub: string): Account {
  return { accountId: sub, claims: () => ACCOUNTS.get(sub) ?? newcomer(sub) }
}
