/** Starts a PostgreSQL, says where it is, and ends with whoever started it: `npx tsx …/serve.ts`. */
import { startPostgres, stopPostgres } from './postgres_server.ts'

const { url } = await startPostgres()
process.stdout.write(`${url}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopPostgres)
