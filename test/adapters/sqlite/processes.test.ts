import { describeRacedProcesses } from '../../support/deployment/raced_processes.ts'
import { newFile, removeSqliteFiles } from '../../support/sqlite_files.ts'

describeRacedProcesses('SQLite file', { start: async () => newFile(), stop: removeSqliteFiles })
