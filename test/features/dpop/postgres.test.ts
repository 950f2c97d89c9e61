import { startPostgres, stopPostgres } from '../../adapters/postgres/support/postgres_server.ts'
import { describeRacedProofs } from '../../support/deployment/raced_proofs.ts'

describeRacedProofs('PostgreSQL', { start: async () => (await startPostgres()).url, stop: stopPostgres })
