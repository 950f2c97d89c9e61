import { isBuiltin } from 'node:module'
import { expect } from 'chai'
import { loadDriver } from '../../../lib/adapters/sqlite/load_driver.ts'

describe('the driver of SQLite', () => {
  it('is what there is', () => {
    expect(loadDriver()).to.be.a('function')
  })

  it('that was asked for by name is never replaced by another one', () => {
    expect(loadDriver('better-sqlite3')).to.be.a('function')
    if (isBuiltin('node:sqlite')) expect(loadDriver('node:sqlite')).to.be.a('function')
    else
      expect(() => loadDriver('node:sqlite')).to.throw(
        'sqliteAdapter: node:sqlite is not there. Node.js brings node:sqlite along from 22.13 on',
      )
  })
})
