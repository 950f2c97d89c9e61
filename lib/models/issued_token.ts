import type { CommitOperation } from '../../types/adapter.ts'

/** A token made ready: what the client gets, what has to be written first, and what listeners hear after it. */
export interface IssuedToken {
  value: string
  operations: CommitOperation[]
  announce(): void
}
