import { join } from 'node:path'
import { sqliteAdapter } from '../../lib/adapters/sqlite.ts'
import { randomId } from '../../lib/helpers/random_id.ts'

/** A file that nobody else uses, in a folder that whoever runs the tests removes. */
export async function connectStorage(folder: string) {
  const adapter = sqliteAdapter({ file: join(folder, `${randomId()}.sqlite`), synchronous: 'normal' })
  // Its thread compiles our sources first, which takes longer than what some tests allow storage.
  await adapter.prune()
  return { adapter, close: () => void adapter.close() }
}
