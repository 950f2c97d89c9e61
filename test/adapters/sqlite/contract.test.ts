import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adapterContract } from '../../../lib/adapters/contract.ts'
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
