import type { Account, GivenAccount } from '../../types/account.ts'
import type { FindAccount, GivenFindAccount } from '../../types/find_account.ts'
import { NO_ACCOUNT } from '../actions/issuing/account_claims.ts'
import { isRecord } from '../helpers/is_record.ts'

const isAccount = (found: GivenAccount): found is Account => isRecord(found)

/**
 * Hosts tell in two ways that there is nobody. What is no object is a mistake of theirs, which has to show before a
 * code is issued for it; what an object says of itself is looked at where it is asked.
 */
function readAccount(found: GivenAccount | undefined | null): Account | undefined {
  if (found === undefined || found === null) return undefined
  if (!isAccount(found)) throw new TypeError(NO_ACCOUNT)
  return found
}

const finder =
  (given: GivenFindAccount): FindAccount =>
  async (...args) =>
    readAccount(await given(...args))

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
