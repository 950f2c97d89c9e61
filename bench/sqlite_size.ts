/** What logins cost on SQLite: `npx tsx bench/sqlite_size.ts`. Sizes are those of compact copies. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteAdapter } from '../lib/adapters/sqlite.ts'
import { startProvider, stopProviders } from '../test/support/start_provider.ts'

const LOGINS = 1000
const AT_ONCE = 4

const folder = mkdtempSync(join(tmpdir(), 'sqlite-size-'))
const adapter = sqliteAdapter({ file: join(folder, 'op.sqlite') })
let copies = 0

async function size(): Promise<number> {
  copies += 1
  const copy = join(folder, `copy-${copies}.sqlite`)
  await adapter.backup(copy)
  return statSync(copy).size
}

async function measure(title: string, act: (turn: number) => Promise<unknown>): Promise<void> {
  const before = await size()
  for (let turn = 0; turn < LOGINS; turn += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => act(turn + index)))
  }
  process.stdout.write(`each ${title}: ${Math.round(((await size()) - before) / LOGINS)} bytes\n`)
}

async function measureAll(): Promise<void> {
  const op = await startProvider({ adapter, issueRefreshToken: () => true, rotateRefreshToken: true })
  await op.login()
  const logins: Awaited<ReturnType<typeof op.login>>[] = []
  await measure('login', async (turn) => {
    logins[turn] = await op.login()
  })
  await measure('refresh with rotation', (turn) => op.refresh(logins[turn]?.body['refresh_token']))
  await stopProviders()
  await adapter.close()
  rmSync(folder, { recursive: true })
}

measureAll()
