/**
 * Measures the SQLite adapter: how long commits take and how long they keep the event loop, beside the same commits made
 * on the event loop itself; what a look-up costs; how many bytes a login leaves in the file.
 * `FOLDER` chooses the disk.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { EntryWriter } from '../lib/adapters/sqlite/entry_writer.ts'
import { storedOperation } from '../lib/adapters/sqlite/jobs.ts'
import { type DatabaseOptions, openDatabase } from '../lib/adapters/sqlite/open_database.ts'
import { sqliteAdapter } from '../lib/adapters/sqlite.ts'
import { randomId } from '../lib/helpers/random_id.ts'
import { startProvider, stopProviders } from '../test/support/start_provider.ts'
import type { CommitOperation } from '../types/adapter.ts'

const COMMITS = Number(process.env['COMMITS'] ?? 3000)
const LOGINS = Number(process.env['LOGINS'] ?? 300)
const folder = mkdtempSync(join(process.env['FOLDER'] ?? tmpdir(), 'sqlite-bench-'))

type Commit = (operations: readonly CommitOperation[]) => unknown

/** What the exchange of a code writes, more or less. */
function exchange(): CommitOperation[] {
  const grantId = randomId()
  const payload = { grantId, accountId: 'alice', clientId: 'web', scope: 'openid', filler: 'x'.repeat(500) }
  const insert = (model: 'AccessToken' | 'RefreshToken'): CommitOperation => {
    const id = randomId()
    return { op: 'insert', model, id, payload: { ...payload, jti: id, kind: model }, expiresIn: 3600 }
  }
  return [insert('AccessToken'), insert('RefreshToken')]
}

const ms = (value: number | undefined) => `${(value ?? 0).toFixed(2)} ms`.padStart(10)

function percentiles(values: number[]): (part: number) => string {
  const sorted = values.toSorted((a, b) => a - b)
  return (part) => ms(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))])
}

async function measure(name: string, concurrency: number, commit: Commit): Promise<void> {
  const delays = monitorEventLoopDelay({ resolution: 1 })
  const took: number[] = []
  const held: number[] = []
  let left = COMMITS
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const operations = exchange()
      const begun = performance.now()
      const pending = commit(operations)
      held.push(performance.now() - begun)
      await pending
      took.push(performance.now() - begun)
      // What else a provider does: let others have their turn.
      await new Promise(setImmediate)
    }
  }
  delays.enable()
  const begun = performance.now()
  await Promise.all(Array.from({ length: concurrency }, worker))
  const seconds = (performance.now() - begun) / 1000
  delays.disable()
  const [takes, holds] = [percentiles(took), percentiles(held)]
  console.log(
    `${name.padEnd(34)} ${String(concurrency).padStart(3)} at once ${String(Math.round(COMMITS / seconds)).padStart(6)}/s` +
      `  takes p50${takes(0.5)} p99${takes(0.99)}  the call itself p50${holds(0.5)} p99${holds(0.99)}` +
      `  loop p99${ms(delays.percentile(99) / 1e6)} max${ms(delays.max / 1e6)}`,
  )
}

async function commits(synchronous: 'full' | 'normal'): Promise<void> {
  const file = join(folder, `${synchronous}.sqlite`)
  const options: DatabaseOptions = { file, driver: undefined, synchronous, busyTimeout: 5000 }
  const adapter = sqliteAdapter(options)
  for (const concurrency of [1, 16, 64]) {
    await measure(`thread, ${synchronous}`, concurrency, (operations) => adapter.commit(operations))
  }
  await adapter.close()

  const database = openDatabase(options)
  const writer = new EntryWriter(database)
  await measure(`event loop, ${synchronous}`, 16, (operations) => {
    writer.begin()
    writer.run({ kind: 'commit', operations: operations.map(storedOperation) })
    writer.commit()
  })
  database.close()
}

async function reads(): Promise<void> {
  const adapter = sqliteAdapter({ file: join(folder, 'full.sqlite') })
  const ids = Array.from({ length: 1000 }, randomId)
  await Promise.all(ids.map((id) => adapter('Grant').upsert(id, { jti: id, filler: 'x'.repeat(500) }, 3600)))
  const took: number[] = []
  for (let round = 0; round < 20; round += 1)
    for (const id of ids) {
      const begun = performance.now()
      await adapter('Grant').find(id)
      took.push(performance.now() - begun)
    }
  took.sort((a, b) => a - b)
  console.log(
    `find: p50 ${ms(took[took.length >> 1])}, p99 ${ms(took[Math.floor(took.length * 0.99)])}, max ${ms(took.at(-1))}`,
  )
  await adapter.close()
}

/** @returns bytes after everything is in the file itself */
async function sizeAfter(logins: number): Promise<number> {
  const file = join(folder, `logins-${logins}.sqlite`)
  const adapter = sqliteAdapter({ file })
  const op = await startProvider({ adapter, issueRefreshToken: () => true })
  for (let login = 0; login < logins; login += 1) await op.login({ scope: 'openid email offline_access' })
  await stopProviders()
  await adapter.close()
  return statSync(file).size
}

try {
  for (const synchronous of ['full', 'normal'] as const) await commits(synchronous)
  await reads()
  const [few, many] = [await sizeAfter(10), await sizeAfter(10 + LOGINS)]
  console.log(`a login leaves ${Math.round((many - few) / LOGINS)} bytes`)
} finally {
  rmSync(folder, { recursive: true })
}
