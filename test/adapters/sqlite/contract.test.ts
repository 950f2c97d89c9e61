import { adapterContract } from '../../../lib/adapters/contract.ts'
import { removeSqliteFiles, sqliteOn } from '../../support/sqlite_files.ts'

describe('A177, A178, A182 the SQLite adapter', () => {
  after(removeSqliteFiles)

  adapterContract({ adapter: sqliteOn(), describe, it, hasCommit: true })

  describe('that leaves the disk to the operating system', () => {
    adapterContract({
      adapter: sqliteOn(undefined, { synchronous: 'normal' }),
      describe,
      it,
      hasCommit: true,
    })
  })
})
