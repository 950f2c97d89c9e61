import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

// `scripts/run_tests.ts` expects coverage of every process that says it is there.
const { TEST_PROCESSES: folder } = process.env
if (folder !== undefined) {
  writeFileSync(join(folder, String(process.pid)), '')
  // Whoever waits for this process to end may be impatient: ended by the signal, it would write no coverage.
  process.on('SIGTERM', () => process.exit())
}
