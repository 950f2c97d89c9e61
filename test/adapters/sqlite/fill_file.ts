/** Stores entries until there is no room, and says what happened. Run in a process whose files must not grow. */
import { sqliteAdapter } from '../../../lib/adapters/sqlite.ts'

const adapter = sqliteAdapter({ file: process.argv[2] ?? '' })
const clients = adapter('Client')
const store = (id: number): Promise<unknown> =>
  clients.upsert(String(id), { client_id: String(id), filler: 'x'.repeat(3000) }).then(
    () => undefined,
    (error: unknown) => error,
  )

let stored = 0
let failure: unknown
while (failure === undefined && stored < 5000) {
  failure = await store(stored)
  if (failure === undefined) stored += 1
}
let found = 0
for (let id = 0; id < stored; id += 1) if ((await clients.find(String(id))) !== undefined) found += 1
const again = await store(-1)
process.stdout.write(JSON.stringify({ stored, failure: String(failure), found, again: String(again) }))
await adapter.close()
