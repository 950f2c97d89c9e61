import type { Account, GivenAccount } from '../../types/account.ts'
import type { FindAccount, GivenFindAccount } from '../../types/find_account.ts'

/** Hosts tell in several ways that there is nobody; an account is taken at its word. */
const isAccount = (found: GivenAccount | undefined | null): found is Account =>
  found !== undefined && found !== null

const finder =
  (given: GivenFindAccount): FindAccount =>
  async (...args) => {
    const found = await given(...args)
    return isAccount(found) ? found : undefined
  }

/** Finds accounts, as configured; hosts call it, and may replace its function. */
export class AccountFinder {
  #find: FindAccount

  constructor(given: GivenFindAccount) {
    this.#find = finder(given)
  }

  get findAccount(): FindAccount {
    return this.#find
  }

  set findAccount(given: GivenFindAccount) {
    this.#find = finder(given)
  }
}
