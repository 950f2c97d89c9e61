import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adapterContract } from '../../../lib/adapters/contract.ts'
import { sealedAdapter } from '../../../lib/adapters/sealed.ts'
import { sqliteAdapter } from '../../../lib/adapters/sqlite.ts'

for (const synchronous of ['full', 'normal'] as const) {
  describe(`A177, A178, A182 the SQLite adapter, synchronous ${synchronous}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'sqlite-'))
    const adapter = sqliteAdapter({ file: join(folder, 'op.sqlite'), synchronous })
    after(async () => {
      await adapter.close()
      rmSync(folder, { recursive: true })
    })

    adapterContract({ adapter, describe, it, hasCommit: true })
  })
}

describe('A184 the SQLite adapter, sealed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'))
  const sqlite = sqliteAdapter({ file: join(folder, 'op.sqlite') })
  after(async () => {
    await sqlite.close()
    rmSync(folder, { recursive: true })
  })
  const adapter = sealedAdapter(sqlite, { keys: ['a key of thirty-two bytes or more'] })

  adapterContract({ adapter, describe, it, hasCommit: true })
})
