import { randomBytes } from 'node:crypto'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { sealedAdapter } from '../../lib/adapters/sealed.ts'
import type { AdapterFactory } from '../../types/adapter.ts'

const closing = new Set<() => void>()

/** Where tests keep everything, by the variable that names it. */
const KINDS = {
  TEST_REDIS: () => import('./redis_storage.ts'),
  TEST_POSTGRES: () => import('./postgres_storage.ts'),
  TEST_SQLITE: () => import('./sqlite_storage.ts'),
}

/**
 * Storage of its own for a provider that a test chose none for: in memory, sealed where `TEST_SEALED` is set, or on the
 * Redis or PostgreSQL, or in the folder for SQLite, that `TEST_REDIS`, `TEST_POSTGRES` or `TEST_SQLITE` names.
 */
export async function ownStorage(): Promise<{ adapter?: AdapterFactory }> {
  if (process.env['TEST_SEALED'])
    return { adapter: sealedAdapter(memoryAdapter(), { keys: [randomBytes(32)] }) }
  for (const [variable, load] of Object.entries(KINDS)) {
    const address = process.env[variable] ?? ''
    if (address === '') continue
    const { connectStorage } = await load()
    const { adapter, close } = await connectStorage(address)
    closing.add(close)
    return { adapter }
  }
  return {}
}

export function closeStorage(): void {
  for (const close of closing) close()
  closing.clear()
}
