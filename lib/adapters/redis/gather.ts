import { endOfTurn } from '../../helpers/promises/end_of_turn.ts'

/** A connection that can keep back what is written. */
export interface Connection {
  cork(): void
  uncork(): void
}

const gathering = new WeakSet<Connection>()

/**
 * What is sent from here to the end of a turn of the event loop goes out in one write: to write is to wake Redis, which
 * then finds the look-ups of several requests, and answers them in one, too. A Cluster has a connection for each node,
 * which its client keeps to itself.
 */
export function gather({ stream }: { readonly stream?: Connection | null | undefined }): void {
  if (!stream || gathering.has(stream)) return
  gathering.add(stream)
  stream.cork()
  endOfTurn(() => {
    gathering.delete(stream)
    stream.uncork()
  })
}
