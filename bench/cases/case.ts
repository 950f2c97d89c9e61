import type { JWK } from 'jose'
import type { Connection } from '../client/connection.ts'
import type { Operation } from '../client/drive.ts'

/** What a case makes its material with; nothing of that is measured. */
export interface Preparation {
  connection: Connection
  /** How often the operation will be carried out. */
  count: number
  /** The private key of the client that signs assertions. */
  clientKey: JWK
}

export interface Case {
  name: string
  /** Multiple of the usual number of operations in a slice: what is cheap needs more to be measured. */
  weight: number
  prepare(preparation: Preparation): Promise<Operation>
}

/** What every operation takes one of. */
export function oneEach<Item>(items: Item[]): () => Item {
  return () => {
    const item = items.pop()
    if (item === undefined) throw new Error('the prepared material is used up')
    return item
  }
}

/** Makes one after the other. */
export async function makeAll<Item>(count: number, make: () => Promise<Item>): Promise<Item[]> {
  const items: Item[] = []
  for (let made = 0; made < count; made += 1) items.push(await make())
  return items
}
