import { StorageUnavailable } from '../storage_unavailable.ts'
import { DEADLINE_PASSED } from './migration.ts'

/** PostgreSQL's own code, where it was PostgreSQL that failed. @see PostgreSQL documentation, appendix A */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** Two transactions came into each other's way: whoever is told so may begin again. */
export const mayBeRepeated = (error: unknown): boolean => ['40001', '40P01'].includes(sqlStateOf(error) ?? '')

/**
 * Connections, transactions that did not get through, resources, locks, shutdown and start, disks; a server that only
 * reads has just been replaced by another one.
 */
const PASSING = /^(?:08|40|53|58)|^(?:25006|55P03|57014|57P0[1-5])$/
const MISSING = /^(?:3F000|42P01|42883|42703)$/

/** What the provider is told: whether it may pass, and what to do where the host can do something. */
export function failureOf(error: unknown): unknown {
  if (error instanceof TypeError) return error
  const state = sqlStateOf(error)
  if (state === undefined || state === DEADLINE_PASSED || PASSING.test(state))
    return new StorageUnavailable(error)
  if (!MISSING.test(state)) return error
  return new Error('PostgreSQL lacks what this version needs: run migrate() of the adapter', { cause: error })
}
