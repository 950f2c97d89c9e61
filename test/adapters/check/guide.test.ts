import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { builtPackage } from '../../support/built_package.ts'
import { ProgramFolder, programsOf } from '../../support/page_programs.ts'

const PAGE = new URL('../../../docs/storage.md', import.meta.url)
/** What this command covers is not the suite's doing. */
const ENVIRONMENT = { ...process.env, NODE_V8_COVERAGE: '' }

describe('A177 the adapter that docs/storage.md writes', function suite() {
  this.timeout(60_000)
  const folder = new ProgramFolder()
  let [sevenMethods, commit]: [string, string] = ['', '']
  before(async () => {
    await folder.make()
    const programs = await programsOf(PAGE, 3000)
    sevenMethods = programs.find((code) => code.includes('export class MyAdapter')) ?? ''
    commit = programs.find((code) => code.includes('MyAdapter.commit =')) ?? ''
  })
  after(() => folder.remove())

  async function check(code: string, ...args: string[]): Promise<string> {
    await folder.write('my_adapter.mjs', code)
    const command = [
      join(await builtPackage(), 'dist/lib/adapters/check/command.js'),
      './my_adapter.mjs',
      ...args,
    ]
    const { stdout } = await promisify(execFile)(process.execPath, command, {
      cwd: folder.path,
      env: ENVIRONMENT,
    })
    return stdout
  }

  it('keeps the documented contract with seven methods', async () => {
    expect(await check(sevenMethods))
      .to.include('All 27 promises were kept, 2 more not offered.')
      .and.include('- commit()')
  })

  it('commits with what stands below it', async () => {
    expect(await check(`${sevenMethods}\n${commit}`, '--expect', 'commit'))
      .to.include('All 97 promises were kept, 1 more not offered.')
      .and.not.include('- commit()')
  })
})
