import { describeRacedProofs } from '../../support/deployment/raced_proofs.ts'
import { newFile, removeSqliteFiles } from '../../support/sqlite_files.ts'

describeRacedProofs('SQLite file', { start: async () => newFile(), stop: removeSqliteFiles })
