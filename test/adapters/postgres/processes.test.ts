import { describeRacedProcesses } from '../../support/deployment/raced_processes.ts'
import { startPostgres, stopPostgres } from './support/postgres_server.ts'

describeRacedProcesses('PostgreSQL', { start: async () => (await startPostgres()).url, stop: stopPostgres })
