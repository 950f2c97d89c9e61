import type { Connection } from './connection.ts'

/** One operation: sends what belongs to it and checks every answer. */
export type Operation = (connection: Connection) => Promise<void>

/**
 * Carries an operation out `count` times, on all connections at once, and again when all have been answered: a server
 * gets its requests in the same portions whether it is fast or slow, and wakes up equally often for them.
 */
export async function drive(
  connections: readonly Connection[],
  operation: Operation,
  count: number,
): Promise<void> {
  for (let left = count; left > 0; left -= connections.length) {
    await Promise.all(connections.slice(0, left).map(operation))
  }
}
