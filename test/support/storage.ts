import { randomBytes } from 'node:crypto'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { sealedAdapter } from '../../lib/adapters/sealed.ts'

import type { AdapterFactory } from '../../types/adapter.ts'

const closing = new Set<() => void>()

/**
 * Storage of its own for a provider that a test chose none for: in memory, sealed where `TEST_SEALED` is set, or on the
 * Redis or PostgreSQL that `TEST_REDIS` or `TEST_POSTGRES` names.
 */
export async function ownStorage(): Promise<{ adapter?: AdapterFactory }> {
  const [redis = '', postgres = ''] = [process.env['TEST_REDIS'], process.env['TEST_POSTGRES']]
  if (process.env['TEST_SEALED'])
    return { adapter: sealedAdapter(memoryAdapter(), { keys: [randomBytes(32)] }) }
  if (redis === '' && postgres === '') return {}
  const { connectStorage } =
    redis === '' ? await import('./postgres_storage.ts') : await import('./redis_storage.ts')
  const { adapter, close } = await connectStorage(redis === '' ? postgres : redis)
  closing.add(close)
  return { adapter }
}

export function closeStorage(): void {
  for (const close of closing) close()
  closing.clear()
}
