import type { AdapterFactory } from '../../types/adapter.ts'

const closing = new Set<() => void>()

/** Storage of its own for a provider that a test chose none for: in memory, or on the Redis that `TEST_REDIS` names. */
export async function ownStorage(): Promise<{ adapter?: AdapterFactory }> {
  const url = process.env['TEST_REDIS'] ?? ''
  if (url === '') return {}
  const { connectStorage } = await import('./redis_storage.ts')
  const { adapter, close } = connectStorage(url)
  closing.add(close)
  return { adapter }
}

export function closeStorage(): void {
  for (const close of closing) close()
  closing.clear()
}
