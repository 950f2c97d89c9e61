import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { builtPackage } from '../../support/built_package.ts'
import { ProgramFolder } from '../../support/page_programs.ts'

/** What it covers is not the suite's doing. */
const ENVIRONMENT = { ...process.env, NODE_V8_COVERAGE: '' }

const MEMORY = `import { memoryAdapter } from 'openid-provider/adapters/memory'
export default memoryAdapter()`

/** As hosts write them by the documented contract. @param changes members that take the place of others */
const documented = (changes = '') => `
const entries = new Map()
const copy = (entry) => entry && structuredClone(entry)
export class MyAdapter {
  constructor(name) { this.name = name }
  key(id) { return this.name + ':' + id }
  async upsert(id, payload) { entries.set(this.key(id), copy(payload)) }
  async find(id) { return copy(entries.get(this.key(id))) }
  of(member, value) {
    for (const [key, entry] of [...entries].reverse())
      if (key.startsWith(this.name + ':') && entry[member] === value) return copy(entry)
  }
  async findByUid(uid) { return this.of('uid', uid) }
  async findByUserCode(code) { return this.of('userCode', code) }
  async consume(id) {
    const entry = entries.get(this.key(id))
    if (entry) entry.consumed = Math.floor(Date.now() / 1000)
  }
  async destroy(id) { entries.delete(this.key(id)) }
  async revokeByGrantId(grantId) {
    for (const [key, entry] of entries)
      if (key.startsWith(this.name + ':') && entry.grantId === grantId) entries.delete(key)
  }
  ${changes}
}`

describe('A177 the command openid-provider-adapter-check', function suite() {
  this.timeout(60_000)
  const folder = new ProgramFolder()
  let command = ''
  before(async () => {
    await folder.make()
    command = join(await builtPackage(), 'dist/lib/adapters/check/command.js')
  })
  after(() => folder.remove())

  /** Runs the command as a shell does, in the folder of the adapter. */
  async function run(args: readonly string[], code?: string) {
    if (code !== undefined) await folder.write('my_adapter.mjs', code)
    const child = spawn(process.execPath, [command, ...args], {
      cwd: folder.path,
      env: ENVIRONMENT,
    })
    const [out, err]: [string[], string[]] = [[], []]
    child.stdout.on('data', (data) => out.push(String(data)))
    child.stderr.on('data', (data) => err.push(String(data)))
    const [status] = await once(child, 'close')
    return { status, out: out.join(''), err: err.join('') }
  }

  const check = (code: string, ...args: string[]) => run(['./my_adapter.mjs', ...args], code)

  it('finds no fault in the memory adapter', async () => {
    const { status, out, err } = await check(MEMORY)

    expect([status, err]).to.deep.equal([0, ''])
    expect(out)
      .to.match(/✔ commit +kept, 70/)
      .and.match(/All 106 promises were kept\.\n$/)
  })

  it('accepts an adapter of the documented contract, and tells which promises of ours it does not make', async () => {
    const { status, out } = await check(documented())

    expect(status).to.equal(0)
    expect(out).to.include('All 27 promises were kept, 3 more not offered.')
    expect(out)
      .to.match(/- commit\(\)\n +what it means +A crash in the middle/)
      .and.match(/- consume\(\) tells who won/)
      .and.match(
        /- listByAccountId\(\)\n +what it means +provider\.sessionsOf\(\) and the like are refused\./,
      )
  })

  it('fails for what is not offered where that is expected', async () => {
    expect((await check(documented(), '--expect', 'commit')).status).to.equal(1)
    expect((await check(MEMORY, '--expect', 'commit,listByAccountId')).status).to.equal(0)
  })

  const broken: readonly [title: string, changes: string, line: RegExp, means: RegExp, todo: RegExp][] = [
    [
      'lets everybody consume',
      'async consume() { return true }',
      /✘ of 100 concurrent calls one wins/,
      /a stolen one works/,
      /UPDATE … WHERE/,
    ],
    [
      'merges instead of replacing',
      'async upsert(id, payload) { entries.set(this.key(id), { ...entries.get(this.key(id)), ...copy(payload) }) }',
      /✘ replaces an entry, so that members left out are gone/,
      /A session keeps the account/,
      /Replace the row/,
    ],
    [
      'does not answer',
      'async find() { return new Promise(() => {}) }',
      /what happened +no answer within 0\.2 seconds/,
      /looks like a failure of the storage/,
      /Resolve undefined/,
    ],
  ]
  for (const [title, changes, line, means, todo] of broken) {
    it(`says of one that ${title} what that means for the host, and what to do`, async () => {
      const { status, out } = await check(documented(changes), '--timeout', '0.2')

      expect(status).to.equal(1)
      expect(out).to.match(line).and.match(means).and.match(todo)
      expect(out).to.match(/\d+ of 27 promises were kept/)
      expect(out)
        .to.match(/^✘ \w+ +MISSED, \d+ of \d+$/m)
        .and.match(/^✔ \w+ +kept, \d+$/m)
    })
  }

  it('tells programs the same as JSON', async () => {
    const { status, out } = await check(documented('async consume() { return true }'), '--json')
    const report: { kept: boolean; promises: { method: string; outcome: string; todo?: string }[] } =
      JSON.parse(out)

    const missed = report.promises.filter(({ outcome }) => outcome === 'missed')
    expect([status, report.kept, report.promises.length]).to.deep.equal([1, false, 27])
    expect(new Set(missed.map(({ method }) => method))).to.include('consume')
    expect(missed.every(({ todo }) => typeof todo === 'string')).to.equal(true)
  })

  it('takes a promise, another export, and closes what the module opened', async () => {
    const { status, out } = await check(
      `${MEMORY.replace('export default', 'export const later = Promise.resolve(')})
       const open = setInterval(() => {}, 1000)
       export const close = () => { clearInterval(open); process.stdout.write('closed') }`,
      '--export',
      'later',
    )

    expect([status, out.endsWith('closed')]).to.deep.equal([0, true])
  })

  it('takes the default export of several, and a module by its URL', async () => {
    await folder.write('my_adapter.mjs', `${MEMORY}\nexport const other = 1`)
    const { status, out } = await run([pathToFileURL(join(folder.path, 'my_adapter.mjs')).href])

    expect([status, out.includes('All 106 promises were kept')]).to.deep.equal([0, true])
  })

  it('takes the only export there is beside close()', async () => {
    const { status, out } = await check(
      `${MEMORY.replace('export default', 'export const only =')}
       export const close = () => {}`,
    )

    expect([status, out.includes('All 106 promises were kept')]).to.deep.equal([0, true])
  })

  it('explains itself', async () => {
    const { status, out } = await run(['--help'])

    expect([status, out.includes('npx openid-provider-adapter-check')]).to.deep.equal([0, true])
    for (const option of ['--export', '--expect', '--timeout', '--json', 'close()', 'Exit code'])
      expect(out).to.include(option)
  })

  const unusable: readonly [title: string, args: readonly string[], code: string, message: RegExp][] = [
    ['no module', [], '', /name one module/],
    ['two modules', ['./my_adapter.mjs', './other.mjs'], MEMORY, /name one module/],
    ['a file that is not there', ['./nothing.mjs'], '', /nothing\.mjs cannot be loaded/],
    [
      'a module that throws',
      ['./my_adapter.mjs'],
      'throw new Error("no database")',
      /cannot be loaded: no database/,
    ],
    ['what is no adapter', ['./my_adapter.mjs'], 'export default {}', /is no adapter/],
    ['several exports', ['./my_adapter.mjs'], 'export const a = 1, b = 2', /choose by --export: a, b/],
    [
      'an export that is not there',
      ['./my_adapter.mjs', '--export', 'x'],
      'export const a = 1',
      /no export x; it has a/,
    ],
    ['an unknown option', ['./my_adapter.mjs', '--fast'], MEMORY, /--fast/],
    ['an unknown expectation', ['./my_adapter.mjs', '--expect', 'speed'], MEMORY, /does not know speed/],
    ['a time that is none', ['./my_adapter.mjs', '--timeout', 'soon'], MEMORY, /must be seconds/],
  ]
  for (const [title, args, code, message] of unusable) {
    it(`cannot check ${title}, and says so`, async () => {
      const { status, out, err } = await run(args, code)

      expect([status, out]).to.deep.equal([2, ''])
      expect(err)
        .to.match(message)
        .and.match(/^openid-provider-adapter-check: .*\nSee --help\.\n$/s)
    })
  }
})
