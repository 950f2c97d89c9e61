import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { expect } from 'chai'
import { sourceFiles } from '../support/source_files.ts'

const LIB = resolve(import.meta.dirname, '../../lib')
const STATIC_IMPORT = /^import (?!type ).*from 'got'/m

describe('cold start (docs/performance.md)', () => {
  it('the HTTP client is loaded by the first request that needs it, not with the library', () => {
    const eager = sourceFiles().filter((file) => STATIC_IMPORT.test(readFileSync(file, 'utf8')))

    expect(eager.map((file) => relative(LIB, file))).to.deep.equal([])
  })
})
