/** Uses a file and never closes it. Arguments: the file, and `write` to write as well. */
import { sqliteAdapter } from '../../../lib/adapters/sqlite.ts'

const [, , file = '', task] = process.argv
const clients = sqliteAdapter({ file })('Client')

async function use(): Promise<void> {
  if (task === 'write') await clients.upsert('a', { client_id: 'a' })
  process.stdout.write(JSON.stringify((await clients.find('a')) ?? 'nothing'))
}
void use()
