import { sha256 } from '../../helpers/jose/sha256.ts'
import { isUnstorable } from './stored_payload.ts'

/** Longer values do not fit into an index. */
const MOST_CHARACTERS = 256
const HASHED = 'sha256:'

/** What an account is looked up by: its id, or a hash where an index cannot hold that. */
export function accountKey(accountId: string): string {
  const json = JSON.stringify(accountId)
  const fits = accountId.length <= MOST_CHARACTERS && !isUnstorable(json) && !accountId.startsWith(HASHED)
  return fits ? accountId : `${HASHED}${sha256(json)}`
}
