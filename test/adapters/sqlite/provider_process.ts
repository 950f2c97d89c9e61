/** A provider on a SQLite file, in a process of its own; tells its parent where it is. */
import { sqliteAdapter } from '../../../lib/adapters/sqlite.ts'
import { startProvider } from '../../support/start_provider.ts'
import { CLIENTS, FEATURES } from './provider_processes.ts'

const { file, issuer, jwks, window } = JSON.parse(process.argv[2] ?? '{}')

const { origin } = await startProvider(
  {
    adapter: sqliteAdapter({ file }),
    jwks,
    clients: CLIENTS,
    features: FEATURES,
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    refreshTokenReuseWindow: window,
  },
  { issuer },
)
process.send?.(origin)
// Whoever started it is gone.
process.on('disconnect', () => process.exit())
