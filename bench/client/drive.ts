import type { Connection } from './connection.ts'

/** One operation: sends what belongs to it and checks every answer. */
export type Operation = (connection: Connection) => Promise<void>

/** Carries an operation out `count` times; every connection begins the next one when its last one is answered. */
export async function drive(
  connections: readonly Connection[],
  operation: Operation,
  count: number,
): Promise<void> {
  let left = count
  const work = async (connection: Connection): Promise<void> => {
    while (left > 0) {
      left -= 1
      await operation(connection)
    }
  }
  await Promise.all(connections.map(work))
}
