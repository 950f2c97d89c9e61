/** Runs tests with one mutant awake. Started with the test files as arguments, in the copy of the project. */
import { resolve } from 'node:path'
import Mocha from 'mocha'
import type { FromWorker, Survey, ToWorker, Verdict } from './protocol.ts'

declare global {
  /** Asked by every mutant whether it is awake. */
  var __mutant: ((id: number) => boolean) | undefined
}

/** Long enough where other work is going on. */
const TEST_TIMEOUT = 20_000

/** Mocha asks a pattern about every title. */
class Titles extends RegExp {
  readonly #wanted: (title: string) => boolean

  constructor(wanted: (title: string) => boolean) {
    super('')
    this.#wanted = wanted
  }

  override test(title: string): boolean {
    return this.#wanted(title)
  }
}

let active = Number(process.env['ACTIVE_MUTANT'] ?? -1)
let note: (id: number) => void = () => {}
globalThis.__mutant = (id) => {
  note(id)
  return id === active
}

function wake(id: number): void {
  active = id
  process.env['ACTIVE_MUTANT'] = String(id)
}

const tell = (message: FromWorker) => process.send?.(message)

const mocha = new Mocha({ reporter: Mocha.reporters.Base, timeout: TEST_TIMEOUT })
mocha.cleanReferencesAfterRun(false)

async function load(files: readonly string[]): Promise<void> {
  const { mochaHooks } = await import(resolve('test/support/no_unhandled_rejections.ts'))
  mocha.rootHooks(mochaHooks)
  for (const file of files) mocha.addFile(resolve(file))
  await mocha.loadFilesAsync()
}

/** Ends early at the first failure, unless all are wanted. */
function runTests(wanted: (title: string) => boolean, listen: (runner: Mocha.Runner) => void): Promise<void> {
  mocha.grep(new Titles(wanted))
  return new Promise((done) => {
    const runner = mocha.run(() => done())
    runner.on('test end', () => tell({ type: 'alive' }))
    listen(runner)
  })
}

const titleOf = (test: Mocha.Runnable) =>
  test.fullTitle().replace(/ "(?:before|after) (?:each|all)" hook.*$/s, '')

async function survey(loading: ReadonlySet<number>): Promise<Survey> {
  const tests: { title: string; file: string; reached: Set<number> }[] = []
  const failing: string[] = []
  // What happens before a file's first test belongs to all of its tests.
  const shared = new Map<string, Set<number>>()
  const times = new Map<string, { from: number; to: number; tests: number }>()
  let current = new Set<number>()
  note = (id) => current.add(id)
  await runTests(
    () => true,
    (runner) => {
      runner.on('suite', (suite) => {
        const file = suite.file ?? ''
        const known = shared.get(file) ?? new Set()
        shared.set(file, known)
        if (!times.has(file)) times.set(file, { from: performance.now(), to: performance.now(), tests: 0 })
        current = known
      })
      runner.on('test', (test) => {
        current = new Set()
        tests.push({ title: test.fullTitle(), file: test.file ?? '', reached: current })
      })
      runner.on('test end', ({ file = '' }) => {
        const time = times.get(file)
        if (time !== undefined) times.set(file, { ...time, to: performance.now(), tests: time.tests + 1 })
      })
      runner.on('fail', (test) => failing.push(titleOf(test)))
    },
  )
  return {
    type: 'survey',
    loading: [...loading],
    tests: tests.map(({ title, file, reached }) => ({
      title,
      file,
      reached: [...reached, ...(shared.get(file) ?? [])],
    })),
    costs: [...times].map(([file, { from, to, tests }]) => ({
      file,
      cost: (to - from) / Math.max(1, tests),
    })),
    failing,
  }
}

/** The title of the first test that fails. */
async function firstFailure(wanted: (title: string) => boolean): Promise<string | undefined> {
  let failed: string | undefined
  await runTests(wanted, (runner) => {
    runner.on('fail', (test) => {
      failed ??= titleOf(test)
      runner.abort()
    })
  })
  return failed
}

async function judge(id: number, wanted: (title: string) => boolean): Promise<Verdict> {
  wake(id)
  const killer = await firstFailure(wanted)
  wake(-1)
  const spoilt = killer !== undefined && (await firstFailure((title) => title === killer)) !== undefined
  return { type: 'verdict', killer, spoilt }
}

async function obey(order: ToWorker, loading: ReadonlySet<number>): Promise<FromWorker> {
  if (order.type === 'survey') return survey(loading)
  if (order.type === 'mutant') {
    const titles = new Set(order.titles)
    return judge(order.id, (title) => titles.has(title))
  }
  const without = new Set(order.without)
  const killer = await firstFailure((title) => !without.has(title))
  return { type: 'verdict', killer, spoilt: false }
}

const loading = new Set<number>()
note = (id) => loading.add(id)
await load(process.argv.slice(2))
note = () => {}
process.on('message', (order: ToWorker) => {
  obey(order, loading).then(tell, (error: unknown) => {
    tell({ type: 'verdict', killer: String(error), spoilt: false })
  })
})
process.on('disconnect', () => process.exit())
tell({ type: 'ready' })
