import { describeKilledProcesses } from '../../support/deployment/killed_processes.ts'
import { connectTo, newFile, removeSqliteFiles } from '../../support/sqlite_files.ts'

let file = ''

describeKilledProcesses('A177 a process on a SQLite file that is killed while it issues tokens', {
  async start() {
    file = newFile()
    return file
  },
  stop: removeSqliteFiles,
  async issuedAndSpent(codes) {
    const rows = connectTo(file).prepare('SELECT model, id, payload FROM entries').all()
    const entries = rows.map(({ model, id, payload }) => ({ model, id, ...JSON.parse(String(payload)) }))
    return [
      entries.filter(({ model, gty }) => model === 'AccessToken' && gty === 'authorization_code').length,
      entries.filter(({ model, id, consumed }) => {
        return model === 'AuthorizationCode' && codes.includes(id) && consumed !== undefined
      }).length,
    ]
  },
})
