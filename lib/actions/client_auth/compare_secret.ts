import type { Client } from '../../clients/client.ts'
import type { Runtime } from '../../engine/runtime.ts'

/**
 * Compares a secret the client's way, which may be the host's: one that never settles must not keep its place in the
 * line for ever.
 * @throws HostTimeout
 */
export function compareSecret(rt: Runtime, client: Client, secret: string): boolean | Promise<boolean> {
  const compared = client.compareClientSecret(secret)
  if (typeof compared === 'boolean') return compared
  return rt.hostDeadlines.run('compareClientSecret', () => compared)
}
